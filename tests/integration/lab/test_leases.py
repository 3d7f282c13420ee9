"""A lease that is lost while its holder lives: nothing is recorded under it, unless it could be taken again."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from lab.errors import LeaseLostError, StoreBusyError, StoreError
from lab.store import Store, locks
from tests.store_examples import event, film


@pytest.fixture
def other(store: Store, store_url: str) -> Iterator[Store]:
    """Another worker's view of the same store."""
    with Store.open(store_url) as opened:
        yield opened


def _lose(store: Store) -> None:
    """What a restart of the server, or a tidy person, does."""
    database = store._database
    if database.file is not None:
        shutil.rmtree(database.file.with_name(f"{database.file.name}.leases"))
        return
    with database.writing() as connection:
        sessions = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        ours = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        pids = connection.execute(sa.text(f"{sessions} AND {ours}")).scalars().all()
        # The server ends them when it gets round to it, unless it is asked to wait, here for at most 30 s.
        ended = connection.execute(
            sa.text("SELECT pg_terminate_backend(pid, 30000) FROM unnest(:pids) AS pid"), {"pids": pids}
        )
        assert all(ended.scalars())


@pytest.fixture
def unattended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks after a lease of his own accord, so that a slow test does not see it taken again."""
    monkeypatch.setattr(locks, "KEEP_SECONDS", 3600.0)


def test_what_is_done_under_a_lease_is_recorded(store: Store) -> None:
    with store.lease("plan-library", "c") as held:
        added = store.append("c", event(), [film("L001")], under=held)
    assert (added.before, added.after) == (0, store.version("c"))


def test_a_file_has_the_same_leases_by_whatever_path_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "lab.db").symlink_to(tmp_path / "local.db")
    with (
        Store.open(f"sqlite:///{tmp_path}/shared/lab.db", create=True) as store,
        Store.open(f"sqlite:///{tmp_path}/local.db") as other,
        store.lease("robot"),
        pytest.raises(StoreBusyError),
        other.lease("robot"),
    ):
        pass


def test_people_of_one_group_take_the_same_lease_in_turn(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        with Store.open(f"sqlite:///{tmp_path}/lab.db", create=True) as store, store.lease("robot"):
            files = [tmp_path / "lab.db", *(tmp_path / "lab.db.leases").iterdir()]
    finally:
        os.umask(before)
    assert [file.stat().st_mode & 0o777 for file in files] == [0o664, 0o664]


@pytest.mark.usefixtures("unattended")
def test_nothing_is_recorded_under_a_lease_that_somebody_else_has_taken(store: Store, other: Store) -> None:
    with store.lease("plan-library", "c") as held:
        _lose(store)
        with other.lease("plan-library", "c"), pytest.raises(LeaseLostError, match="not this process's any more"):
            store.append("c", event(), [film("L001")], under=held)
    assert not store.records("c").films


@pytest.mark.postgres
def test_a_lease_that_nobody_else_has_taken_is_taken_again(postgres_database_url: str) -> None:
    with (
        Store.open(postgres_database_url, create=True) as store,
        Store.open(postgres_database_url) as other,
    ):
        store.create_campaign("c", "", 1, "tests")
        with store.lease("plan-library", "c") as held:
            _lose(other)
            store.append("c", event(), [film("L001")], under=held)
            with pytest.raises(StoreBusyError, match=f"process {os.getpid()}"), other.lease("plan-library", "c"):
                pass


@pytest.mark.postgres
@pytest.mark.parametrize("seen", [True, False])
def test_a_lease_that_was_taken_again_is_not_one_that_was_never_lost(postgres_database_url: str, *, seen: bool) -> None:
    """Somebody else may have had it, run the robot and ended in between."""
    with (
        Store.open(postgres_database_url, create=True) as store,
        Store.open(postgres_database_url) as other,
        store.lease("robot left") as held,
    ):
        held.confirm(unbroken=True)
        _lose(other)
        with other.lease("robot left"):
            pass
        if seen:
            held.confirm()
        for _ in range(2):
            with pytest.raises(LeaseLostError):
                held.confirm(unbroken=True)
        held.confirm()


@pytest.mark.postgres
def test_a_lease_that_ended_is_free_though_its_session_has_not_gone_yet(
    postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy server notices later that a client has left."""
    unheard: list[locks._SessionLease] = []
    with Store.open(postgres_database_url, create=True) as store, Store.open(postgres_database_url) as other:
        with monkeypatch.context() as patched, store.lease("robot left"):
            patched.setattr(locks._SessionLease, "_leave", lambda held: unheard.append(held))  # noqa: PLW0108
        (ended,) = unheard
        with other.lease("robot left"):
            pass
        ended._leave()


@pytest.mark.postgres
@pytest.mark.usefixtures("unattended")
def test_a_lease_that_ended_is_not_taken_again_by_who_looked_after_it(postgres_database_url: str) -> None:
    """The look may have begun before the end."""
    with Store.open(postgres_database_url, create=True) as store, Store.open(postgres_database_url) as other:
        with store.lease("robot left") as held:
            pass
        with pytest.raises(LeaseLostError):
            held.confirm()
        with other.lease("robot left"):
            pass


@pytest.mark.postgres
@pytest.mark.usefixtures("unattended")
def test_a_server_that_ends_the_session_of_a_lease_at_once_is_told_of(
    postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does while it shuts down; what is left of the session must not hide that."""
    begun = sa.Engine.connect
    with Store.open(postgres_database_url, create=True) as store, Store.open(postgres_database_url) as other:

        def ended(engine: sa.Engine) -> sa.Connection:
            connection = begun(engine)
            pid = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            with begun(other._database.engine) as server:
                server.execute(sa.text("SELECT pg_terminate_backend(:pid, 30000)"), {"pid": pid})
            return connection

        with monkeypatch.context() as patched:
            patched.setattr(sa.Engine, "connect", ended)
            with pytest.raises(StoreError), store.lease("robot left"):
                pass
        with store.lease("robot left") as held:
            _lose(other)
            with monkeypatch.context() as patched:
                patched.setattr(sa.Engine, "connect", ended)
                with pytest.raises(StoreError):
                    held.confirm()
            held.confirm()


@pytest.mark.postgres
@pytest.mark.usefixtures("unattended")
def test_a_lease_is_taken_again_when_its_ended_session_lets_go_late(postgres_database_url: str) -> None:
    """A session tells its client that it ends before it frees its locks."""
    with (
        Store.open(postgres_database_url, create=True) as store,
        Store.open(postgres_database_url) as other,
        store.lease("robot left") as held,
        ExitStack() as ending,
    ):
        _lose(other)
        ending.enter_context(other.lease("robot left"))
        timer = threading.Timer(0.3, ending.close)
        timer.start()
        held.confirm()
        timer.join()
        with pytest.raises(StoreBusyError), other.lease("robot left"):
            pass


@pytest.mark.postgres
def test_a_server_that_has_gone_without_a_word_is_not_waited_for_by_the_hour(postgres_database_url: str) -> None:
    with Store.open(postgres_database_url, create=True) as store, store._database.reading() as connection:
        settings = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    # Whoever waits for an answer, and whoever has something to send.
    waits = int(settings["keepalives_idle"]) + int(settings["keepalives_interval"]) * int(settings["keepalives_count"])
    assert waits <= 60 and int(settings["tcp_user_timeout"]) <= 60_000


def test_leases_of_other_actions_and_campaigns_do_not_meet(store: Store, other: Store) -> None:
    store.create_campaign("d", "", 1, "tests")
    with (
        store.lease("dry:deck-001", "c"),
        other.lease("dry:deck-002", "c"),
        other.lease("dry:deck-001", "d"),
        other.lease("dry:deck-001"),
    ):
        assert list(store.records("c").films) == []


def test_campaigns_share_a_robot(store: Store, other: Store) -> None:
    with store.lease("robot left"), pytest.raises(StoreBusyError, match="robot left"), other.lease("robot left"):
        pass


def test_who_holds_a_lease_is_seen_without_taking_it(store: Store, other: Store) -> None:
    assert other.holder("train:loop-01", "c") is None
    with store.lease("train:loop-01", "c"):
        found = other.holder("train:loop-01", "c")
        assert found is not None
        assert (found.pid, found.host) == (str(os.getpid()), socket.gethostname())
        assert other.holder("train:loop-02", "c") is None
        with pytest.raises(StoreBusyError), other.lease("train:loop-01", "c"):
            pass
    assert other.holder("train:loop-01", "c") is None


def test_a_holder_that_was_killed_holds_nothing(store: Store, store_url: str) -> None:
    code = (
        "import sys, time; from lab.store import Store\n"
        "with Store.open(sys.argv[1]) as store, store.lease('train:loop-01', 'c'):\n"
        "    print('held', flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, store_url], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        found = store.holder("train:loop-01", "c")
        worker.kill()
    assert found is not None
    assert found.pid == str(worker.pid)
    until = time.monotonic() + 30
    while store.holder("train:loop-01", "c") is not None:
        assert time.monotonic() < until, "the dead worker still holds its lease"
        time.sleep(0.05)
