"""Decks that others have gone on with, or loaded anew, since somebody looked at them last."""

from pathlib import Path

import attrs
import pytest

from robot_protocols.planner import plan_decks
from robot_protocols.readback import differences
from robot_protocols.running.continuing import NextStep, go_on, next_step
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, screening
from tests.unit.robot_protocols.running.bench import START, Bench

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
