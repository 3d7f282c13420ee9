"""`filmlab db upgrade`."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import StoreError, WorkspaceError
from lab.store import Store, schema, versions
from lab.workspace import Workspace


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
    assert said(workspace) == "The database has schema 0001 already."
    migrations = tmp_path / "migrations"
    shutil.copytree(versions.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "0002_next.py").write_text(
        "revision, down_revision = '0002', '0001'\ndef upgrade():\n    pass\n"
    )
    monkeypatch.setattr(versions, "MIGRATIONS", migrations)
    monkeypatch.setattr(versions, "REVISIONS", (*schema.REVISIONS, "0002"))
    assert said(workspace) == "The database has schema 0002, it had 0001."


def test_where_there_is_no_database_nothing_is_upgraded(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no filmlab database"):
        said(workspace)
    with pytest.raises(WorkspaceError, match="no filmlab workspace"):
        said(Workspace(tmp_path))
