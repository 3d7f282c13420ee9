"""Going on after a run: what the dashboard asks, and what it takes for an answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.views.continuing import QUESTIONS, way_on
from dashboard.views.robot import needs_somebody, run_view
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.instructions import Instruction, give_up, instruct
from robot_protocols.running.loading import job_of
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

(WAITED,) = QUESTIONS


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A run that a missing tip has ended, with films that are begun."""
    found = Bench(tmp_path)
    found.break_with("tip-missing@19")
    found.runner().start(job_of(four_film_plan(), screening()), START)
    return found


def label(bench: Bench) -> str:
    return bench.folder.runs()[0].label


def test_at_once_there_is_nothing_to_ask(bench: Bench):
    found = way_on(bench.folder, label(bench), {}, bench.now())
    assert found.asked == ()
    assert found.continuation is not None
    assert found.continuation.plan is not None


def test_films_that_waited_are_asked_about_and_the_answer_decides_what_is_made_anew(bench: Bench):
    later = bench.now() + timedelta(hours=2)
    asked = way_on(bench.folder, label(bench), {}, later)
    assert [question.code for question in asked.asked] == [WAITED]
    assert asked.continuation is None
    good, spoiled = (way_on(bench.folder, label(bench), {WAITED: said}, later) for said in ("yes", "no"))
    assert good.asked == spoiled.asked == asked.asked
    assert good.continuation is not None
    assert spoiled.continuation is not None
    assert "Discard" not in " ".join(good.continuation.to_do)
    assert "Discard" in " ".join(spoiled.continuation.to_do)


def test_what_was_said_stands_as_long_as_it_fits(bench: Bench):
    run, later = bench.folder.runs()[0], bench.now() + timedelta(hours=2)
    found = way_on(bench.folder, run.label, {WAITED: "yes"}, later).continuation
    assert found is not None
    assert found.plan is not None
    said = Instruction("Bo", {WAITED: "yes"}, found.plan.sha256)
    instruct(run, said, lambda: later)
    assert way_on(bench.folder, run.label, {}, later).told == said
    assert way_on(bench.folder, run.label, {}, later + timedelta(hours=1)).told is None
    instruct(run, Instruction("Cy", {WAITED: "no"}, found.plan.sha256))
    assert way_on(bench.folder, run.label, {}, later).told is None


def test_a_run_that_ended_early_needs_somebody_until_its_deck_is_given_up(bench: Bench):
    run = bench.folder.runs()[0]
    assert needs_somebody(run, run_view(run))
    give_up(run, "Ada")
    assert not needs_somebody(run, run_view(run))


def test_a_deck_that_went_on_or_was_given_up_asks_nothing(bench: Bench):
    run = bench.folder.runs()[0]
    go_on(bench.runner(), run, next_step(bench.runner(), run), confirmed_by="Ada")
    assert way_on(bench.folder, run.label, {}).later == bench.folder.runs()[-1].label
    last = bench.folder.runs()[-1]
    give_up(last, "Ada")
    assert way_on(bench.folder, last.label, {}).given_up
