"""Commands that are named for people to type, in a workspace of one campaign and of several."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from active_learning.campaign.work import WorkResult
from cli import demo
from cli.main import app
from tests.factories import definition_text, fill_workspace, synthetic_campaign

SMALL = definition_text(["CNF", "gelatin"], ["tensile_strength"])
OTHER = SMALL.replace('name = "small"', 'name = "other"')


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_is_named_to_go_on_with_is_about_the_campaign_and_works(tmp_path: Path) -> None:
    for text, name in ((SMALL, "small"), (OTHER, "other")):
        (tmp_path / "mine.toml").write_text(text)
        made = said("campaign", "create", "--workspace", str(tmp_path / "lab"), "--file", str(tmp_path / "mine.toml"))
        following = made.partition("Next: filmlab ")[2].strip()
        assert ("--campaign" in following) == (name == "other")
        done = said(*shlex.split(following), "--max-actions", "1")
        assert "1 action done" in done


def test_the_demo_names_the_report_of_its_own_campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab").root
    (tmp_path / "mine.toml").write_text(OTHER)
    monkeypatch.setattr(demo, "do_work", lambda handle, workspace: WorkResult(0, handle.records(), ()))
    told = said("demo", "--workspace", str(root), "--file", str(tmp_path / "mine.toml"))
    assert f"Report:    {root}/campaigns/other/report.html" in told
