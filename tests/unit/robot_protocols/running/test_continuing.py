"""Going on with a deck: on its robot, with its offsets, and with what people said of its films."""

from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from lab.errors import UnknownNameError
from lab.records import DishState
from robot_protocols.planner import plan_decks
from robot_protocols.robot_client.values import LabwareOffset
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def gone_on(bench: Bench, flagged: tuple[str, ...] = ()) -> RunEnd:
    runner, first = bench.runner(), bench.folder.runs()[0]
    step = next_step(runner, first, flagged=flagged, answers={"DISHES_WAITED": "yes"})
    return go_on(runner, first, step, confirmed_by="Ada").end


def test_every_run_of_a_deck_has_the_offsets_of_the_first(bench: Bench):
    offset = LabwareOffset("opentrons/some_labware/1", 3, 0.1, -0.2, 0.3)
    bench.break_with("clog@7", "tip-missing@3")
    bench.runner().start(JOB, attrs.evolve(START, offsets=(offset,)))
    assert [gone_on(bench), gone_on(bench)] == [RunEnd.FAILED, RunEnd.SUCCEEDED]
    told = [run.offsets for run in bench.robot._runs.values()]
    assert len(told) == 3
    assert told[0]
    assert told[0] == told[1] == told[2]


def test_a_deck_is_not_gone_on_with_on_another_robot(bench: Bench):
    bench.break_with("clog@7")
    bench.runner().start(JOB, START)
    runner, run = bench.runner(), bench.folder.runs()[0]
    step = next_step(runner, run)
    moved = len(bench.robot.world.events)
    bench.robot.options = attrs.evolve(bench.robot.options, serial="FAKE-0002")
    outcome = go_on(runner, run, step, confirmed_by="Ada")
    assert outcome.end is RunEnd.NOT_STARTED
    assert "FAKE-0002" in outcome.problem
    assert "FAKE-0001" in outcome.problem
    assert len(bench.robot.world.events) == moved
    assert len(bench.folder.runs()) == 1


def test_a_film_that_an_earlier_run_finished_can_be_said_to_be_spoiled(bench: Bench):
    bench.break_with("tip-missing@19")
    bench.runner().start(JOB, START)
    runner, first = bench.runner(), bench.folder.runs()[0]
    history = next_step(runner, first).history
    assert history is not None
    finished = [film for film, item in history.standings.items() if item.state is DishState.FINISHED]
    old = history.standings[finished[0]].film.dish
    assert gone_on(bench) is RunEnd.SUCCEEDED
    # Seen only now: the last run had nothing to do with it.
    assert gone_on(bench, flagged=(finished[0],)) is RunEnd.SUCCEEDED
    made = next_step(runner, first).history
    assert made is not None
    assert made.done
    assert made.standings[finished[0]].film.dish != old


def test_half_made_films_are_not_topped_up_in_the_dishes_of_another_deck(bench: Bench):
    bench.break_with("tip-missing@19")
    bench.runner().start(JOB, START)
    runner, first = bench.runner(), bench.folder.runs()[0]
    before = next_step(runner, first).history
    assert before is not None
    half = {film for film, item in before.standings.items() if item.state is DishState.PARTIAL}
    assert half
    # Deck 1 made way for another one, which has a film where the first film of deck 1 stood.
    (other,) = plan_decks([order("B1", CNF=1.0)], STOCKS, screening())
    assert bench.runner().start(job_of(other, screening()), START).complete

    step = next_step(runner, first)

    assert step.continuation is not None
    plan = step.continuation.plan
    assert plan is not None
    assert plan.contents == ()
    assert {film.order.label for film in plan.films} == half
    assert {film.dish for film in plan.films}.isdisjoint({film.dish for film in other.films})
    told = " ".join(step.continuation.to_do)
    assert "Leave the deck that was loaded since" in told
    assert "Discard" not in told
    assert go_on(runner, first, step, confirmed_by="Ada").complete


def test_a_film_that_is_spoiled_must_be_one_of_the_deck(bench: Bench):
    bench.runner().start(JOB, START)
    with pytest.raises(UnknownNameError, match="no film 'A9'"):
        next_step(bench.runner(), bench.folder.runs()[0], flagged=("A1", "A9"))
    history = next_step(bench.runner(), bench.folder.runs()[0]).history
    assert history is not None
    assert history.done


def test_a_deck_that_is_done_is_not_gone_on_with(bench: Bench):
    bench.runner().start(JOB, START)
    runner, run = bench.runner(), bench.folder.runs()[0]
    step = next_step(runner, run)
    assert (step.questions, step.continuation) == ((), None)
    outcome = go_on(runner, run, step, confirmed_by="Ada")
    assert (outcome.run, outcome.end) == (run.label, RunEnd.NOT_STARTED)
    assert "nothing is left" in outcome.problem


@pytest.mark.parametrize(("minutes", "asked"), [(40, False), (50, True)])
def test_a_person_is_asked_once_half_made_films_have_waited(bench: Bench, minutes: int, asked: bool):
    bench.break_with("tip-missing@10")
    bench.runner().start(JOB, START)
    bench.clock.sleep(60.0 * minutes)
    step = next_step(bench.runner(), bench.folder.runs()[0])
    assert step.history is not None
    assert bool(step.questions) == asked
    assert (step.continuation is None) == asked


def test_a_person_is_asked_where_the_clock_was_set_back_since_films_were_half_made(bench: Bench):
    bench.break_with("tip-missing@10")
    bench.runner().start(JOB, START)
    back = attrs.evolve(bench.runner(), clock=lambda: bench.now() - timedelta(hours=1))
    (question,) = next_step(back, bench.folder.runs()[0]).questions
    assert "longer than this computer's clock can tell" in question.text
