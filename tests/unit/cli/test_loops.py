"""`filmlab loop` and the review in `filmlab status`, on a made-up campaign."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import UnknownNameError
from models.registry import StoredModelError
from tests.factories import fill_workspace, synthetic_campaign


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("loops")
    fill_workspace(synthetic_campaign(upto="loops", loops=2), root)
    return root


def said(workspace: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--workspace", str(workspace)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_review_is_shown_and_given_to_programs(workspace: Path) -> None:
    text = said(workspace, "loop", "review")
    assert "Review after loop-02 (values of 20 films): go-on" in text
    assert "times the scatter of a repeat (from readings)" in text
    found = json.loads(said(workspace, "loop", "review", "--json"))
    assert found["advice"] == "go-on"
    assert found["gain"] == pytest.approx(1.5 / 2 / 0.4)


def test_status_shows_the_review_in_short(workspace: Path) -> None:
    assert "Review after loop-02: go-on" in said(workspace, "status")
    review = json.loads(said(workspace, "status", "--json"))["review"]
    assert review["checks"] == {"feasible": "ok"}
    assert review["after"] == "loop-02"


def test_a_person_stops_the_loops(workspace: Path) -> None:
    assert "No loop after loop-02" in said(workspace, "loop", "stop", "--who", "Ada", "--note", "enough")
    listed = json.loads(said(workspace, "campaign", "next", "--json"))
    assert [action["kind"] for action in listed] == ["explain"]
    said(workspace, "loop", "go-on", "--who", "Ada")
    listed = json.loads(said(workspace, "campaign", "next", "--json"))
    assert [action["kind"] for action in listed] == ["suggest"]


def test_a_loop_without_suggestions_is_not_replayed(workspace: Path) -> None:
    with pytest.raises(UnknownNameError, match="no films were suggested for loop 9"):
        said(workspace, "suggest", "--replay", "9")


def test_a_rule_that_there_is_not_is_told_before_models_are_loaded(workspace: Path) -> None:
    # The models of this campaign have no files: to load them is another error.
    with pytest.raises(UnknownNameError, match="'a-skore' is no known acquisition rule") as refused:
        said(workspace, "suggest", "--rule", "a-skore")
    assert "did you mean a-score?" in str(refused.value.hint)
    with pytest.raises(StoredModelError):
        said(workspace, "suggest", "--rule", "a-score")


def test_a_person_asks_for_a_training_that_comes_first(workspace: Path) -> None:
    assert "Asked for: loop-02-again-1. Next: filmlab work" in said(workspace, "loop", "train", "--who", "Ada")
    assert "Next: train (computer): Ada asked for it" in said(workspace, "status")
