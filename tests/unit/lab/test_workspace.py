"""Workspaces, the files in them, and settings of the environment."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab.errors import InvalidInputError, StoreError, UnknownNameError, WorkspaceError
from lab.hashing import sha256_of_bytes
from lab.open_campaigns import open_campaign
from lab.settings import load_settings
from lab.store import Store
from lab.workspace import Workspace

SMALL = (Path(__file__).parents[2] / "data" / "small.toml").read_text("utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "a lab" / "workspace?")


def test_a_workspace_is_made_once_and_opened_again(workspace: Workspace) -> None:
    note = workspace.root / "note"
    note.write_text("mine")
    artefact = workspace.artefacts.put("a.txt", "text")
    assert Workspace.create(workspace.root) == Workspace.open(str(workspace.root)) == workspace
    assert note.read_text() == "mine"
    assert workspace.artefacts.read(artefact.sha256) == b"text"


def test_a_workspace_is_found_from_elsewhere(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace.root.parent)
    assert Workspace.open("workspace?") == workspace
    monkeypatch.setenv("HOME", str(workspace.root.parent))
    assert Workspace.open("~/workspace?") == workspace


def test_what_is_no_workspace_is_not_opened(tmp_path: Path) -> None:
    for path, complaint in ((tmp_path / "none", "there is no folder"), (tmp_path, "is no filmlab workspace")):
        with pytest.raises(WorkspaceError, match=complaint) as caught:
            Workspace.open(path)
        assert "filmlab init" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "inner"):
        with pytest.raises(WorkspaceError, match="cannot write"):
            Workspace.create(path)
        with pytest.raises(WorkspaceError):
            Workspace.open(path)


def test_a_disk_that_refuses_is_noticed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(WorkspaceError, match="Read-only") as caught:
        Workspace.create(tmp_path)
    assert "choose another" in caught.value.hint


def test_the_database_is_in_the_workspace_unless_said_otherwise(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.database_url == f"sqlite:///{workspace.root}/filmlab.db"
    with Store.open(workspace.database_url, create=True) as store:
        assert store.name == str(workspace.root / "filmlab.db")
    monkeypatch.setenv("FILMLAB_DATABASE_URL", "postgresql+psycopg://user@host/lab")
    assert workspace.database_url == "postgresql+psycopg://user@host/lab"
    monkeypatch.setenv("FILMLAB_DATABASE_URL", "")
    assert workspace.database_url.startswith("sqlite:///")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(content=st.binary(max_size=100) | st.text(st.characters(codec="utf-8"), max_size=30))
def test_a_file_is_kept_under_its_hash(workspace: Workspace, content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    artefact = workspace.artefacts.put("a/file.txt", content)
    assert (artefact.name, artefact.size, artefact.media_type) == ("a/file.txt", len(data), "text/plain")
    assert artefact.sha256 == sha256_of_bytes(data)
    path = workspace.artefacts.path(artefact.sha256)
    assert path == workspace.root / "artefacts" / artefact.sha256[:2] / artefact.sha256
    before = path.stat().st_mtime_ns
    assert workspace.artefacts.put("a/file.txt", data) == artefact
    assert path.stat().st_mtime_ns == before
    assert workspace.artefacts.read(artefact.sha256) == data


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"other"), Path.unlink], ids=["changed", "missing"])
def test_a_damaged_file_is_noticed_and_can_be_put_again(workspace: Workspace, damage: Callable[[Path], object]) -> None:
    artefact = workspace.artefacts.put("a.txt", "text")
    damage(workspace.artefacts.path(artefact.sha256))
    with pytest.raises(WorkspaceError, match="artefact") as caught:
        workspace.artefacts.read(artefact.sha256)
    assert "backup" in caught.value.hint
    workspace.artefacts.put("a.txt", "text")
    assert workspace.artefacts.read(artefact.sha256) == b"text"


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../up", "a/../../up", "a//b", "a/", "./a", ".", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(InvalidInputError, match="no artefact name"):
        workspace.artefacts.put(name, b"")


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"])
def test_what_is_no_hash_has_no_path(workspace: Workspace, sha256: str) -> None:
    with pytest.raises(InvalidInputError, match="no SHA-256"):
        workspace.artefacts.path(sha256)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().workspace == Path()
    assert load_settings().database_url is None
    assert load_settings().robot_python == Path(sys.executable)
    monkeypatch.setenv("FILMLAB_WORKSPACE", "/lab")
    monkeypatch.setenv("FILMLAB_ROBOT_PYTHON", "/robot/bin/python")
    monkeypatch.setenv("FILMLAB_SOMETHING_ELSE", "ignored")
    assert load_settings().workspace == Path("/lab")
    assert load_settings().robot_python == Path("/robot/bin/python")


def test_one_campaign_is_opened_without_its_name(workspace: Workspace) -> None:
    with Store.open(workspace.database_url, create=True) as store:
        with pytest.raises(StoreError, match="no campaign"), open_campaign(workspace):
            pass
        store.create_campaign("small", SMALL, 7, "tests")
        with open_campaign(workspace) as campaign:
            assert (campaign.name, campaign.seed) == ("small", 7)
            assert campaign.definition.material_names == ("CNF", "gelatin", "glycerol")
            assert not campaign.records().events
            assert campaign.artefacts == workspace.artefacts
        store.create_campaign("other", SMALL, 8, "tests")
        with pytest.raises(StoreError, match="2 campaigns") as caught, open_campaign(workspace):
            pass
        assert "--campaign small|other" in caught.value.hint
        with open_campaign(workspace, "other") as campaign:
            assert campaign.seed == 8
        with pytest.raises(UnknownNameError, match="known: small, other"), open_campaign(workspace, "xyz"):
            pass
