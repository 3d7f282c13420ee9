"""Decks that others have gone on with, or loaded anew, since somebody looked at them last."""

from pathlib import Path

import attrs
import pytest

from lab.errors import BenchWaitsError
from lab.records import RunStatus
from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.readback import differences
from robot_protocols.running.continuation import WAIT_MINUTES
from robot_protocols.running.continuing import NextStep, go_on, next_step
from robot_protocols.running.instructions import Instruction, give_up, instruct
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, screening
from tests.unit.robot_protocols.running.bench import START, Bench
from tests.unit.robot_protocols.running.test_campaign_robot import ORDER, robot_of, told

JOB = job_of(four_film_plan(), screening())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def seen(bench: Bench) -> NextStep:
    """Return what somebody sees who looks at the first run now, and has brought full racks along."""
    step = next_step(bench.runner(), bench.folder.runs()[0])
    assert step.continuation is not None
    return attrs.evolve(step, continuation=attrs.evolve(step.continuation, fresh_racks=(10, 11)))


def test_a_deck_is_not_gone_on_with_by_a_plan_from_before_another_went_on_with_it(bench: Bench):
    bench.break_with("tip-missing@8", "tip-missing@12")
    bench.runner().start(JOB, START)
    first = bench.folder.runs()[0]
    stale = seen(bench)
    assert go_on(bench.runner(), first, seen(bench), confirmed_by="Ada").end is RunEnd.FAILED
    before = bench.truth(JOB)
    refused = go_on(bench.runner(), first, stale, confirmed_by="Bo")
    assert refused.end is RunEnd.NOT_STARTED
    assert "run-0001-deck-001 was gone on with meanwhile, by run-0002-deck-001-c1" in refused.problem
    assert bench.truth(JOB) == before
    assert len(bench.folder.runs()) == 2
    assert go_on(bench.runner(), first, seen(bench), confirmed_by="Bo").complete
    assert differences(JOB.plan, bench.truth(JOB)) == ()


def test_a_deck_is_not_gone_on_with_by_a_plan_from_before_another_deck_was_loaded(bench: Bench):
    bench.break_with("tip-missing@19")
    bench.runner().start(JOB, START)
    stale = seen(bench)
    assert stale.continuation is not None and stale.continuation.plan is not None
    half = {content.film for content in stale.continuation.plan.contents}
    (other,) = plan_decks([order("B1", CNF=1.0)], STOCKS, screening())
    assert bench.runner().start(job_of(other, screening()), START).complete
    refused = go_on(bench.runner(), bench.folder.runs()[0], stale, confirmed_by="Bo")
    assert refused.end is RunEnd.NOT_STARTED
    assert all(f"holds no part of {film}" in refused.problem for film in half)


def test_half_made_films_are_not_topped_up_where_their_deck_was_begun_again(bench: Bench):
    bench.break_with("tip-missing@12", "tip-missing@15")
    assert [bench.runner().start(JOB, START).end for _ in range(2)] == [RunEnd.FAILED] * 2
    step = seen(bench)
    assert step.continuation is not None and step.continuation.plan is not None
    assert step.continuation.plan.contents == ()
    old = {film.dish for film in JOB.plan.films}
    assert {film.dish for film in step.continuation.plan.films}.isdisjoint(old)
    again = bench.folder.runs()[1]
    assert go_on(bench.runner(), again, next_step(bench.runner(), again), confirmed_by="Ada").complete


def test_of_a_deck_that_was_begun_again_by_hand_the_last_films_count(bench: Bench):
    bench.break_with("tip-missing@12", "tip-missing@15")
    robot = robot_of(bench)
    with pytest.raises(BenchWaitsError, match="run-0001"):
        robot.run_robot(ORDER)
    assert bench.runner().start(JOB, START).end is RunEnd.FAILED
    with pytest.raises(BenchWaitsError, match="continue run-0002"):
        robot.run_robot(ORDER)
    again = bench.folder.runs()[1]
    assert go_on(bench.runner(), again, next_step(bench.runner(), again), confirmed_by="Ada").complete
    assert robot.run_robot(ORDER).run.status is RunStatus.SUCCEEDED


def test_nothing_is_made_in_the_dishes_of_another_kind_of_deck(bench: Bench):
    """A film for a dish of 9.6 cm^2 does not fit into a well of a plate that stands in the same slot."""
    casting = deck_named("casting-6-dish")
    films = [order(f"B{n}", solids=36, volume=4800, CNF=0.5, gelatin=0.5) for n in range(2)]
    (large,) = plan_decks(films, STOCKS, casting)
    bench.break_with("tip-missing@3")
    assert bench.runner().start(job_of(large, casting), START).end is RunEnd.FAILED
    assert bench.runner().start(JOB, START).complete
    step = next_step(bench.runner(), bench.folder.runs()[0])
    assert step.continuation is not None
    assert step.continuation.plan is None
    assert [film.label for film in step.continuation.elsewhere] == ["B0", "B1"]
    assert "the deck 'screening-24-well' was loaded since" in step.continuation.to_do[0]


def test_only_containers_of_the_deck_that_was_loaded_last_are_drawn_from(bench: Bench):
    """The other deck has no clay, and its stocks stand elsewhere: nobody knows what became of the first one's."""
    bench.break_with("tip-missing@12")
    assert bench.runner().start(JOB, START).end is RunEnd.FAILED
    (other,) = plan_decks([order("B1", CNF=1.0)], STOCKS, screening())
    assert bench.runner().start(job_of(other, screening()), START).complete
    with bench.folder.ledger("FAKE-0001") as ledger:
        standing = {place: box.stock for place, box in ledger.state.standing.items()}
    assert standing == {need.places[0].place: need.stock for need in other.stock_needs if need.places}
    step = seen(bench)
    assert step.continuation is not None and step.continuation.plan is not None
    used = {loaded.place: need.stock for need in step.continuation.plan.stock_needs for loaded in need.places}
    assert {place: stock for place, stock, _ in step.continuation.refills} == used
    assert [text for text in step.continuation.to_do if text.startswith("Take ")] == [
        f"Take {standing[place]} away from {place}, and put a clean container there for {stock}."
        for place, stock in used.items()
        if standing.get(place, stock) != stock
    ]
    assert any(standing.get(place, stock) != stock for place, stock in used.items())


def test_a_deck_that_was_given_up_after_somebody_said_to_go_on_is_left_alone(bench: Bench):
    bench.break_with("tip-missing@12")
    robot = robot_of(bench)
    with pytest.raises(BenchWaitsError):
        robot.run_robot(ORDER)
    told(bench)
    give_up(bench.folder.runs()[0], "Ada")
    before = bench.truth(JOB)
    assert robot.run_robot(ORDER).run.status is RunStatus.FAILED
    assert bench.truth(JOB) == before


@pytest.mark.parametrize(("minutes", "followed"), [(WAIT_MINUTES - 1, True), (WAIT_MINUTES + 1, False)])
def test_what_was_said_of_dishes_long_ago_does_not_hold(bench: Bench, minutes: float, followed: bool):
    """Somebody looked at the half-made films and said that they are good; the worker was started much later."""
    bench.break_with("tip-missing@12")
    robot = robot_of(bench)
    with pytest.raises(BenchWaitsError):
        robot.run_robot(ORDER)
    bench.clock.sleep(60 * WAIT_MINUTES + 60)
    (run,) = bench.folder.runs()
    said = {"DISHES_WAITED": "yes"}
    step = next_step(bench.runner(), run, answers=said)
    assert step.continuation is not None and step.continuation.plan is not None
    instruct(run, Instruction("Bo", said, step.continuation.plan.sha256), bench.now)
    bench.clock.sleep(60 * minutes)
    if followed:
        assert robot.run_robot(ORDER).run.status is RunStatus.SUCCEEDED
    else:
        with pytest.raises(BenchWaitsError, match="4 partial"):
            robot.run_robot(ORDER)
        assert len(bench.folder.runs()) == 1
