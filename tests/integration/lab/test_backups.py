"""Backups and moves: what comes out is what went in, and what was damaged on the way is refused."""

import errno
import io
import os
import re
import tarfile
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest

from lab import backups
from lab.backups import back_up, check, restore
from lab.errors import ChangedMeanwhileError, FilmlabError, InvalidInputError, StoreError, WorkspaceError
from lab.records import RECORD_TYPES
from lab.store import Store, move
from lab.store.following import FollowedRecords
from lab.workspace import ArtefactStore, Workspace
from tests.store_examples import event, film, grade, one_of_every_kind


def fill(workspace: Workspace) -> None:
    """Add a campaign with records of every kind, corrections, and two stored files."""
    report = workspace.artefacts.put("reports/report.html", "<p>first")
    newer = workspace.artefacts.put("reports/report.html", "<p>second")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("c", 'name = "c"', 7, "tests")
        store.append("c", event(), [*one_of_every_kind()[:-1], report])
        store.append("c", event("again"), [film("L001"), film("L002"), newer], supersede=True)
        store.append("c", event("grade:L002"), [grade("L002")])


@pytest.fixture
def workspace(tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("FILMLAB_DATABASE_URL", store_url)
    made = Workspace.create(tmp_path / "lab")
    fill(made)
    return made


def same(one: str, other: str) -> bool:
    """Whether two databases say the same, history and seals included."""
    with Store.open(one) as first, Store.open(other) as second:
        assert second.check() == ()
        a, b = first.records("c"), second.records("c")
        assert first.history("c", type(film()), ("L001",)) == second.history("c", type(film()), ("L001",))
        return (
            first.campaigns() == second.campaigns()
            and a.events == b.events
            and all(a.of(kind) == b.of(kind) for kind in RECORD_TYPES)
            and first.audit("c") == second.audit("c")
        )


def test_a_backup_is_restored_into_a_new_workspace(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = workspace.database_url
    made = back_up(workspace, tmp_path / "backup.tar.gz")
    assert (list(made.seals), made.files, made.missing) == (["c"], 2, ())
    monkeypatch.delenv("FILMLAB_DATABASE_URL")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    assert restore(tmp_path / "backup.tar.gz", elsewhere).seals == made.seals
    assert same(url, elsewhere.database_url)
    assert check(elsewhere) == ()
    with Store.open(elsewhere.database_url) as store:
        store.append("c", event("goes on"), [film("L003")])


def test_a_backup_is_for_its_owner_only(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / ".backup.tar.gz.part").write_text("left by one that was killed")
    back_up(workspace, tmp_path / "backup.tar.gz")
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / ".backup.tar.gz.part").exists()


def test_two_backups_to_one_file_at_once_do_not_mix(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backups._write_archive

    def while_another_begins(*what: Any) -> None:
        monkeypatch.setattr(backups, "_write_archive", write)
        with pytest.raises(WorkspaceError, match="another process is writing"):
            back_up(workspace, tmp_path / "backup.tar.gz")
        write(*what)

    monkeypatch.setattr(backups, "_write_archive", while_another_begins)
    made = back_up(workspace, tmp_path / "backup.tar.gz")
    monkeypatch.delenv("FILMLAB_DATABASE_URL")
    assert restore(tmp_path / "backup.tar.gz", Workspace.create(tmp_path / "elsewhere")).seals == made.seals


def test_a_disk_too_full_for_a_backup_is_no_fault_of_the_backup(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(workspace, tmp_path / "backup.tar.gz")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(Path, "open", Mock(side_effect=full))
    with pytest.raises(WorkspaceError, match="No space left") as caught:
        restore(tmp_path / "backup.tar.gz", elsewhere)
    assert "free some space" in caught.value.hint


def test_a_database_moves_both_ways_and_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'there.db'}"
    move(workspace.database_url, there)
    assert same(workspace.database_url, there)
    with Store.open(there) as store:
        store.append("c", event("goes on"), [film("L003"), grade("L003")])
    with pytest.raises(StoreError, match="holds campaigns already"):
        move(there, workspace.database_url)


def test_what_was_copied_is_counted_and_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    with pytest.raises(StoreError, match="there is no filmlab database"):
        move(f"sqlite:///{here}", f"sqlite:///{there}")
    assert not here.exists()
    with Store.open(f"sqlite:///{here}", create=True) as store:
        store.create_campaign("c", "", 7, "tests")
        store.append("c", event(), [])
    # The campaign, its event and the event's seal.
    assert move(f"sqlite:///{here}", f"sqlite:///{there}").rows == 3


@pytest.mark.postgres
def test_a_lab_that_has_moved_to_a_server_goes_on(tmp_path: Path, postgres_database_url: str) -> None:
    here = f"sqlite:///{tmp_path / 'here.db'}"
    with Store.open(here, create=True) as store:
        store.create_campaign("c", "", 7, "tests")
        store.append("c", event(), one_of_every_kind())
    move(here, postgres_database_url)
    assert same(here, postgres_database_url)
    with Store.open(postgres_database_url) as store:
        store.append("c", event("goes on"), [film("L003"), grade("L003")])
        store.create_campaign("d", "", 1, "tests")
        assert store.check() == ()


@pytest.mark.postgres
def test_who_has_a_server_open_while_a_backup_is_restored_takes_notice(
    tmp_path: Path, postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMLAB_DATABASE_URL", postgres_database_url)
    workspace = Workspace.create(tmp_path / "lab")
    server, _, name = postgres_database_url.replace("+psycopg", "").rpartition("/")
    with Store.open(postgres_database_url, create=True) as store:
        store.create_campaign("c", "", 7, "tests")
        store.append("c", event("kept"), [film("L001")])
        back_up(workspace, tmp_path / "backup.tar.gz")
        for lost in ("L002", "L003", "L004"):
            store.append("c", event(lost), [film(lost)])
        followed = FollowedRecords(store, "c")
        lost_seal, records = followed.current()
        assert len(records.films) == 4
        known = store.version("c")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        restore(tmp_path / "backup.tar.gz", workspace)
        assert list(followed.records().films) == ["L001"]
        with pytest.raises(ChangedMeanwhileError, match="records that are gone"):
            store.append("c", event("thought about"), [film("L005")], known=known)
        for later in ("M1", "M2", "M3"):  # as many as were lost
            store.append("c", event(later), [film(later)])
        assert store.version("c") == known
        seal, records = followed.current()
        assert list(records.films) == ["L001", "M1", "M2", "M3"]
        assert seal == store.audit("c")[-1].seal != lost_seal


def test_missing_and_damaged_files_are_found_and_told(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (workspace.artefacts.put("x", text).sha256 for text in ("<p>first", "<p>second"))
    workspace.artefacts.path(first).unlink()
    workspace.artefacts.path(second).write_text("<p>forged")
    assert len(check(workspace)) == 2
    made = back_up(workspace, tmp_path / "backup.tar.gz")
    assert "cannot be read" in made.missing[0]
    assert "changed or damaged" in made.missing[1]
    # What is sound can still be restored.
    monkeypatch.delenv("FILMLAB_DATABASE_URL")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    restored = restore(tmp_path / "backup.tar.gz", elsewhere)
    assert (restored.seals, len(restored.missing), made.files, restored.files) == (made.seals, 2, 0, 0)


def test_a_restore_that_is_killed_can_be_done_again(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(workspace, tmp_path / "backup.tar.gz")
    monkeypatch.delenv("FILMLAB_DATABASE_URL")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    with monkeypatch.context() as killed:
        # Killed at the last file: no record may have come before it.
        killed.setattr(ArtefactStore, "put", Mock(side_effect=[None, KeyboardInterrupt]))
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "backup.tar.gz", elsewhere)
    assert restore(tmp_path / "backup.tar.gz", elsewhere).seals == made.seals
    assert check(elsewhere) == ()
    with pytest.raises(StoreError, match="holds campaigns already"):
        restore(tmp_path / "backup.tar.gz", elsewhere)


def test_a_backup_is_never_overwritten(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "backup.tar.gz").write_text("mine")
    with pytest.raises(WorkspaceError, match="already"):
        back_up(workspace, tmp_path / "backup.tar.gz")


def test_damaged_and_foreign_backups_are_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "backup.tar.gz"
    back_up(workspace, whole)
    monkeypatch.delenv("FILMLAB_DATABASE_URL")
    content = whole.read_bytes()
    foreign = tmp_path / "foreign.tar.gz"
    with tarfile.open(foreign, "w:gz") as archive:
        archive.add(whole, "../../escaped")
    (tmp_path / "cut.tar.gz").write_bytes(content[: len(content) // 2])
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0xFF
    (tmp_path / "flipped.tar.gz").write_bytes(flipped)
    (tmp_path / "text.tar.gz").write_text("no archive")
    for name in ("foreign", "cut", "flipped", "text", "missing"):
        elsewhere = Workspace.create(tmp_path / name)
        with pytest.raises(InvalidInputError):
            restore(tmp_path / f"{name}.tar.gz", elsewhere)
        with pytest.raises(FilmlabError):
            Store.open(elsewhere.database_url)
    assert not (tmp_path.parent / "escaped").exists()


def test_whatever_bytes_of_a_backup_a_disk_has_changed_it_is_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(workspace, tmp_path / "backup.tar.gz")
    monkeypatch.delenv("FILMLAB_DATABASE_URL")
    content = (tmp_path / "backup.tar.gz").read_bytes()
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    # The first bytes hold a name and the last ones padding; nobody misses them.
    for place in range(60, len(content) - 200, max(1, len(content) // 50)):
        changed = bytes(byte ^ 0x5A for byte in content[place : place + 7])
        (tmp_path / "damaged.tar.gz").write_bytes(content[:place] + changed + content[place + 7 :])
        with pytest.raises(InvalidInputError):
            restore(tmp_path / "damaged.tar.gz", elsewhere)
    assert restore(tmp_path / "backup.tar.gz", elsewhere).missing == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"../../escaped": b"x"}, "holds '../../escaped', which no backup holds"),
        ({"artefacts": None}, "holds 'artefacts', which no backup holds"),
        ({"backup.json": b'{"format": "filmlab backup 1"}'}, "is no 'filmlab backup 1'"),
        ({"backup.json": b"[]", "filmlab.db": b"x"}, "is no 'filmlab backup 1'"),
        ({"backup.json": b"{}", "filmlab.db": b"x"}, "is no 'filmlab backup 1'"),
        ({"filmlab.db": b"x"}, "is no 'filmlab backup 1'"),
        ({"backup.json": b'{"format": "filmlab backup 1"}', "filmlab.db": b"x"}, "content is damaged: filmlab.db"),
        ({"backup.json": b"{", "filmlab.db": b"x"}, "cannot be read"),
    ],
)
def test_an_archive_of_other_things_is_no_backup(tmp_path: Path, content: dict[str, bytes | None], said: str) -> None:
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as archive:
        for name, held in content.items():
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.DIRTYPE if held is None else tarfile.REGTYPE
            entry.size = len(held or b"")
            archive.addfile(entry, io.BytesIO(held or b""))
    with pytest.raises(InvalidInputError, match=re.escape(said)):
        restore(tmp_path / "other.tar.gz", Workspace.create(tmp_path / "lab"))


def test_a_file_that_is_no_backup_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive")
    for path, said in (
        (tmp_path / "none.tar.gz", "does not exist"),
        (tmp_path, "is a folder, not a file"),
        (tmp_path / "text", "not a gzip file"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            restore(path, Workspace.create(tmp_path / "lab"))
