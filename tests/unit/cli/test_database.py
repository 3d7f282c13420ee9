"""`filmlab db` and `filmlab audit`."""

import json
import shutil
import sqlite3
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import StoreError, UnknownNameError, WorkspaceError
from lab.records import Deck, DeckCheck, DishPosition, RobotRun, RunStatus
from lab.store import Store, schema, versions
from lab.workspace import Workspace
from tests.end_to_end.running import SMALL
from tests.store_examples import event, film

PRESENT = schema.REVISIONS[-1]
NEXT = f"{int(PRESENT) + 1:04d}"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "lab")


def said(workspace: Workspace) -> str:
    return (
        CliRunner()
        .invoke(app, ["db", "upgrade", "--workspace", str(workspace.root)], catch_exceptions=False)
        .output.strip()
    )


def test_an_older_database_is_brought_up_to_date(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(workspace.database_url, create=True).close()
    assert said(workspace) == f"The database has schema {PRESENT} already."
    migrations = tmp_path / "migrations"
    shutil.copytree(versions.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / f"{NEXT}_next.py").write_text(
        f"revision, down_revision = '{NEXT}', '{PRESENT}'\ndef upgrade():\n    pass\n"
    )
    monkeypatch.setattr(versions, "MIGRATIONS", migrations)
    monkeypatch.setattr(versions, "REVISIONS", (*schema.REVISIONS, NEXT))
    assert said(workspace) == f"The database has schema {NEXT}, it had {PRESENT}."


def test_where_there_is_no_database_nothing_is_upgraded(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no filmlab database"):
        said(workspace)
    with pytest.raises(WorkspaceError, match="no filmlab workspace"):
        said(Workspace(tmp_path))


def run(*arguments: object, code: int = 0) -> str:
    found = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert found.exit_code == code, found.output
    return str(found.output)


@pytest.fixture
def campaign(workspace: Workspace) -> Workspace:
    """A workspace with a campaign and two events."""
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 7, "tests")
        store.append("small", event(), [film("L001")])
        store.append("small", attrs.evolve(event("add-film:M1"), who="Ana", simulated=False), [film("M1")])
    return workspace


def test_a_backup_and_what_is_restored_from_it_are_sound(campaign: Workspace, tmp_path: Path) -> None:
    assert "1 campaign, 0 files" in run("db", "backup", tmp_path / "b.tar.gz", "-w", campaign.root)
    assert "Restored 1 campaign and 0 files" in run("db", "restore", tmp_path / "b.tar.gz", "-w", tmp_path / "new")
    assert "sound" in run("db", "check", "-w", tmp_path / "new")
    assert json.loads(run("db", "check", "--json", "-w", tmp_path / "new")) == {"sound": True, "findings": []}


def test_a_database_file_is_moved(campaign: Workspace, tmp_path: Path) -> None:
    assert "rows copied and checked" in run("db", "move", campaign.root / "filmlab.db", tmp_path / "other.db")
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as store:
        assert list(store.records("small").films) == ["L001", "M1"]


def test_an_audit_says_who_did_what(campaign: Workspace) -> None:
    said = run("audit", "-w", campaign.root)
    assert "Ana: add-film:M1: 1 × film" in said
    assert "Every event is as it was recorded." in said
    assert "plan" not in run("audit", "-w", campaign.root, "--who", "Ana")
    assert "add-film:M1" not in run("audit", "-w", campaign.root, "--film", "L001")
    assert "Nothing is recorded by Nobody" in run("audit", "-w", campaign.root, "--who", "Nobody")
    with pytest.raises(UnknownNameError, match="about a film 'L999'"):
        CliRunner().invoke(app, ["audit", "-w", str(campaign.root), "--film", "L999"], catch_exceptions=False)
    seal = json.loads(run("audit", "-w", campaign.root, "--json"))["events"][-1]["seal"]
    run("audit", "-w", campaign.root, "--expect", seal[:16])
    assert "not in the chain" in run("audit", "-w", campaign.root, "--expect", "f" * 64, code=1)


def test_what_is_audited_takes_one_line_whatever_its_file_was_called(campaign: Workspace) -> None:
    with Store.open(campaign.database_url) as store:
        store.append(
            "small", attrs.evolve(event("more"), source="instrument file a\n2026-01-01  Ben.csv"), [film("M2")]
        )
    said = run("audit", "-w", campaign.root)
    assert "instrument file a?2026-01-01  Ben.csv" in said
    assert not any(line.startswith("2026-01-01  Ben") for line in said.splitlines())


def test_tampering_fails_check_and_audit(campaign: Workspace) -> None:
    with sqlite3.connect(campaign.root / "filmlab.db") as connection:
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("UPDATE event SET who = 'Bob' WHERE who = 'Ana'")
    connection.close()
    for command in (["db", "check"], ["audit"]):
        assert "'add-film:M1'" in run(*command, "-w", campaign.root, code=1)


def test_who_restores_is_told_of_decks_that_a_robot_may_have_begun_since(workspace: Workspace, tmp_path: Path) -> None:
    def deck(label: str) -> tuple[Deck, DeckCheck]:
        plan = "0" * 64
        return Deck(label, (DishPosition("L001", 2, "A1"),), plan, plan, 0, "", 1.0), DeckCheck(label, plan)

    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("c", SMALL.read_text(), 7, "tests")
        store.append("c", event("run"), [film(), *deck("deck-001"), RobotRun("deck-001", "OT-2", RunStatus.SUCCEEDED)])
        store.append("c", event("virtual"), deck("deck-002"))
        store.append("c", attrs.evolve(event("signed"), simulated=False), deck("deck-003"))
    run("db", "backup", tmp_path / "b.tar.gz", "--workspace", workspace.root)
    said = run("db", "restore", tmp_path / "b.tar.gz", "--workspace", tmp_path / "again")
    assert "not run: deck-003 of c." in said
