"""A whole campaign with three materials and two properties, from nothing to its report."""

import json
from pathlib import Path

import pytest

from robot_protocols.plans import DeckPlan
from robot_protocols.running.loading import read_job
from tests.end_to_end.running import SEED, SMALL, filmlab, status, tables

pytestmark = pytest.mark.robot


def test_it_ends_with_everything_made_measured_and_verified(finished: Path) -> None:
    found = status(finished)
    assert found["campaign"] == "small"
    assert found["seed"] == int(SEED)
    assert found["stage"] == "done"
    films = found["films"]
    assert films["planned"] == films["made"] == films["graded"] > 12
    assert films["measured"] == 6 + found["designs"]["verified"]
    assert found["loops_done"] == 2
    assert found["designs"]["requested"] == found["designs"]["verified"]
    assert found["next_actions"] == []


def test_a_second_call_says_that_all_is_done_and_changes_nothing(finished: Path, tmp_path: Path) -> None:
    before = tables(finished, tmp_path / "before")
    again = filmlab("demo", "--workspace", finished, "--seed", SEED, "--file", SMALL)
    assert "done already" in again.stdout
    assert tables(finished, tmp_path / "after") == before


def test_another_seed_in_the_same_workspace_is_refused(finished: Path) -> None:
    refused = filmlab("demo", "--workspace", finished, "--seed", "4", "--file", SMALL, expect=1)
    assert "seed 3, not 4" in refused.stderr


def test_another_seed_gives_other_measurements(finished: Path, tmp_path: Path) -> None:
    filmlab("demo", "--workspace", tmp_path / "lab", "--seed", "4", "--file", SMALL)
    other, one = tables(tmp_path / "lab", tmp_path / "other"), tables(finished, tmp_path / "one")
    assert other["measurements.csv"] != one["measurements.csv"]


def test_the_same_seed_elsewhere_stage_by_stage_gives_equal_tables(finished: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "lab"
    filmlab("campaign", "create", "--workspace", workspace, "--file", SMALL, "--seed", SEED)
    for stage, reached in (("library", "loops"), ("loops", "design"), ("design", "report"), ("report", "done")):
        filmlab("work", "--workspace", workspace, "--until", stage)
        assert status(workspace)["stage"] == reached
    assert tables(workspace, tmp_path / "other") == tables(finished, tmp_path / "one")


def test_max_actions_stops_after_as_many(tmp_path: Path) -> None:
    filmlab("campaign", "create", "--workspace", tmp_path, "--file", SMALL)
    done = filmlab("work", "--workspace", tmp_path, "--max-actions", "1")
    assert "1 action done" in done.stdout
    found = status(tmp_path)
    assert found["films"] == {"planned": 12, "made": 0, "graded": 0, "measured": 0}
    assert found["next_actions"][0].keys() == {"kind", "who", "why"}
    assert found["next_actions"][0]["kind"] == "plan-deck"


def test_the_report_is_one_file_that_needs_nothing_else(finished: Path) -> None:
    report = (finished / "report.html").read_text()
    assert "simulated" in report.lower()
    for outside in ('src="http', "src='http", '<link rel="stylesheet" href'):
        assert outside not in report


def test_every_deck_has_its_protocol_plan_and_run_card(finished: Path) -> None:
    decks = sorted((finished / "decks").iterdir())
    assert len(decks) >= 4
    for deck in decks:
        plan = read_job(deck / "protocol.py").plan  # refuses a file that is not what is written for its plan
        assert plan == DeckPlan.from_json((deck / "plan.json").read_text("utf-8"))
        card = (deck / "run-card.html").read_text("utf-8")
        assert plan.sha256 in card and all(film.order.label in card for film in plan.films)


def test_campaign_next_lists_what_waits_and_for_whom(tmp_path: Path) -> None:
    filmlab("campaign", "create", "--workspace", tmp_path, "--file", SMALL)
    listed = json.loads(filmlab("campaign", "next", "--workspace", tmp_path, "--json").stdout)
    assert [(action["kind"], action["who"]) for action in listed] == [("plan-library", "computer")]
