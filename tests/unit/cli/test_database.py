"""`filmlab db upgrade`."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import StoreError, WorkspaceError
from lab.store import Store, schema, versions
from lab.workspace import Workspace

PRESENT = schema.REVISIONS[-1]
NEXT = f"{int(PRESENT) + 1:04d}"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("FILMLAB_DATABASE_URL", raising=False)
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
