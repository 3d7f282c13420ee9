"""A database that may be read and not be written: it is viewed, alone and while its owner writes."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.errors import StoreError
from lab.store import Store
from tests.store_examples import event, film


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one event, which nobody has open."""
    path = tmp_path / "lab.db"
    with Store.open(f"sqlite:///{path}", create=True) as store:
        store.create_campaign("c", "", 7, "tests")
        store.append("c", event(), [film("L001")])
    return path


@pytest.fixture
def refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, whom permissions do not stop: the answer of the system is given here."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))


@pytest.fixture
def owner(file: Path) -> Iterator[Store]:
    """The store as its owner has it open, who may write."""
    with Store.open(f"sqlite:///{file}") as store:
        yield store


@pytest.fixture
def view(file: Path, owner: Store, refused: None) -> Iterator[Store]:
    """The same store as others see it."""
    with Store.open(f"sqlite:///{file}") as store:
        yield store


@pytest.mark.usefixtures("refused")
def test_it_is_read_and_left_as_it_is(file: Path) -> None:
    before = file.read_bytes(), sorted(file.parent.iterdir())
    with Store.open(f"sqlite:///{file}") as store:
        assert list(store.records("c").films) == ["L001"]
        assert store.check() == ()
        with pytest.raises(StoreError, match="is read-only") as caught:
            store.append("c", event("more"), [film("L002")])
        assert "writable" in caught.value.hint
    assert (file.read_bytes(), sorted(file.parent.iterdir())) == before


def test_it_is_followed_while_its_owner_writes_and_when_he_has_gone(owner: Store, view: Store) -> None:
    owner.append("c", event("second"), [film("L002")])
    assert list(view.records("c").films) == ["L001", "L002"]
    owner.append("c", event("third"), [film("L003")])
    assert list(view.records("c").films) == ["L001", "L002", "L003"]
    owner.close()
    assert list(view.records("c").films) == ["L001", "L002", "L003"]
    owner.append("c", event("fourth"), [film("L004")])
    assert list(view.records("c").films) == ["L001", "L002", "L003", "L004"]


def test_what_a_killed_owner_left_in_the_log_is_read(file: Path, owner: Store, tmp_path: Path, refused: None) -> None:
    owner.append("c", event("second"), [film("L002")])
    left = tmp_path / "left"
    left.mkdir()
    for name in ("lab.db", "lab.db-wal", "lab.db-shm"):
        shutil.copy(file.with_name(name), left / name)
    with Store.open(f"sqlite:///{left / 'lab.db'}") as store:
        assert list(store.records("c").films) == ["L001", "L002"]


def test_what_was_written_while_it_was_read_is_not_believed(owner: Store, view: Store) -> None:
    owner.close()
    with pytest.raises(StoreError, match="written while it was read"), view._database.reading():
        owner.append("c", event("second"), [film("L002")])
        owner.close()
    assert list(view.records("c").films) == ["L001", "L002"]


@pytest.mark.usefixtures("refused")
def test_an_older_one_cannot_be_viewed(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
    connection.close()
    with pytest.raises(StoreError, match="older schema 0005 and is read-only"):
        Store.open(f"sqlite:///{file}")


class _Refused(sqlite3.Connection):
    """Answers as SQLite does where it can make no -shm; a test that runs as root can always make one."""

    def __init__(self) -> None:
        super().__init__(":memory:")

    def execute(self, *_: object) -> sqlite3.Cursor:
        raise sqlite3.OperationalError("unable to open database file")


def test_a_log_that_cannot_be_read_here_is_told_with_a_way_to_read_it(
    file: Path, owner: Store, tmp_path: Path, refused: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.append("c", event("second"), [film("L002")])
    left = tmp_path / "left"
    left.mkdir()
    for name in ("lab.db", "lab.db-wal"):
        shutil.copy(file.with_name(name), left / name)
    monkeypatch.setattr("lab.store.databases._connected", lambda *_: _Refused())
    with pytest.raises(StoreError, match=r"its last records are in lab\.db-wal") as caught:
        Store.open(f"sqlite:///{left / 'lab.db'}")
    assert "copy the workspace, lab.db-wal too" in caught.value.hint
