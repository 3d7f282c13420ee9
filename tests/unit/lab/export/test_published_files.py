"""Copies of stored files for people."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lab.errors import WorkspaceError
from lab.export.published_files import publish
from lab.open_campaigns import open_campaign
from lab.records import Event
from lab.records.artefacts import REPORT
from lab.store import Store
from lab.workspace import Workspace

SMALL = Path(__file__).parents[3] / "data" / "small.toml"


def _lab(folder: Path, *campaigns: str) -> Workspace:
    workspace = Workspace.create(folder)
    with Store.open(workspace.database_url, create=True) as store:
        for name in campaigns:
            store.create_campaign(name, SMALL.read_text().replace('"small"', f'"{name}"'), 1, "test")
            card = workspace.artefacts.put("decks/deck-001/run-card.html", f"the stocks of {name}")
            event = Event("plan-deck", "test", "test", True, datetime(2026, 1, 1, tzinfo=UTC))
            store.append(name, event, [card, workspace.artefacts.put("models/one.json", "{}")])
    return workspace


def test_no_campaign_writes_over_the_run_cards_of_another_one(tmp_path: Path) -> None:
    workspace = _lab(tmp_path / "lab", "first", "second")
    folders = {}
    for name in ("first", "second", "first"):
        with open_campaign(workspace, name) as campaign:
            folders[name] = publish(workspace.root, campaign, campaign.records())
    assert folders == {"first": workspace.root, "second": workspace.root / "campaigns" / "second"}
    for name, folder in folders.items():
        assert (folder / "decks" / "deck-001" / "run-card.html").read_text() == f"the stocks of {name}"
        assert not (folder / "models").exists()


def test_a_link_does_not_lead_out_of_the_workspace(tmp_path: Path) -> None:
    workspace = _lab(tmp_path / "lab", "first")
    (tmp_path / "elsewhere").mkdir()
    (workspace.root / "decks").symlink_to(tmp_path / "elsewhere")
    with open_campaign(workspace) as campaign, pytest.raises(WorkspaceError, match="leads out of the workspace"):
        publish(workspace.root, campaign, campaign.records())


def test_a_report_that_was_written_later_is_kept_and_an_older_one_is_not(tmp_path: Path) -> None:
    """`filmlab report` tells of corrections that came after the report which the campaign wrote and stored."""
    workspace = _lab(tmp_path / "lab", "first")
    path = workspace.root / REPORT
    event = Event("report:campaign", "test", "test", True, datetime(2026, 1, 2, tzinfo=UTC))
    with open_campaign(workspace) as campaign:
        campaign.store.append("first", event, [workspace.artefacts.put(REPORT, "stored")])
        publish(workspace.root, campaign, campaign.records())
        assert path.read_text() == "stored"
        path.write_text("of later corrections")
        publish(workspace.root, campaign, campaign.records())
        assert path.read_text() == "of later corrections"
        os.utime(path, (0, 0))
        publish(workspace.root, campaign, campaign.records())
        assert path.read_text() == "stored"
