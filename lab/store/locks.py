"""Leases: one worker an action, one a robot. The operating system, or the server, ends a dead holder's lease.

No lease depends on a clock, which may jump.
"""

import fcntl
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from lab.errors import LeaseLostError, StoreBusyError, StoreError
from lab.files import workspace_error
from lab.store.databases import Database, whoami
from lab.store.failures import explained

_KEY_CLASS = 0x66696C6D
"""First half of the keys of filmlab's advisory locks in PostgreSQL: "film" in ASCII."""
KEEP_SECONDS = 5.0
"""How often the holder of a server's lease looks whether it still has it."""
_ENDING_SECONDS = 2.0
"""How long a session that the server ends may take to let go of its locks after it has said so."""

# Files and sockets that hold locks. A forked child that outlives its parent would keep the parent's lock.
_held: set[int] = set()


def _let_go_in_child() -> None:
    # The numbers stay taken, by nothing: the child's copy of a connection would otherwise say goodbye to the server
    # for its parent, or close whatever file has got the number since.
    nothing = os.open(os.devnull, os.O_RDWR)
    while _held:
        os.dup2(nothing, _held.pop(), inheritable=False)
    os.close(nothing)


os.register_at_fork(after_in_child=_let_go_in_child)


class Lease(Protocol):
    """The right to do something that only one process may do."""

    def confirm(self, *, unbroken: bool = False) -> None:
        """Make sure that this process still has it.

        Args:
            unbroken: Whether it must have had it all the time: nobody else can have had it, and ended, in between.

        Raises:
            LeaseLostError: If it has not.
        """
        ...


@contextmanager
def lease(database: Database, campaign_id: int, resource: str) -> Iterator[Lease]:
    """Hold a lease while the block lasts.

    Args:
        database: The database whose users share the resource.
        campaign_id: The campaign that the resource belongs to; 0 for none.
        resource: Name of what is leased.

    Raises:
        StoreBusyError: If another process, or another place in this one, has it.
        WorkspaceError: If the lock file beside a SQLite database cannot be written.
    """
    if database.file is not None:
        with _file_lease(file_of(database.file, campaign_id, resource), resource) as held:
            yield held
    else:
        with _session_lease(database, key_of(campaign_id, resource), resource) as session:
            yield session


def file_of(database: Path, campaign_id: int, resource: str) -> Path:
    """Return the lock file of a lease beside a SQLite database."""
    return database.with_name(f"{database.name}.leases") / f"{_digest(campaign_id, resource).hex()[:16]}.lock"


def key_of(campaign_id: int, resource: str) -> dict[str, int]:
    """Return the key of a lease's advisory lock on a server."""
    # 31 bits: where two names meet, one of them waits without need and nothing else happens.
    return {"class": _KEY_CLASS, "id": int.from_bytes(_digest(campaign_id, resource)[:4]) >> 1}


def _digest(campaign_id: int, resource: str) -> bytes:
    return hashlib.sha256(f"{campaign_id} {resource}".encode()).digest()


class _FileLease:
    """A lock on a file, which the operating system frees with the process."""

    def __init__(self, handle: int, path: Path, subject: str) -> None:
        self._handle, self._path, self._subject = handle, path, subject

    def confirm(self, *, unbroken: bool = False) -> None:
        """See `Lease`: somebody may have removed the file, so that others lock a new one of the same name."""
        try:
            there = self._path.stat()
        except OSError:
            raise _lost(self._subject) from None
        if not os.path.samestat(there, os.fstat(self._handle)):
            raise _lost(self._subject)


@contextmanager
def _file_lease(path: Path, subject: str) -> Iterator[Lease]:
    try:
        path.parent.mkdir(exist_ok=True)
        # Whoever may write the database has to take the lease one day: the umask says who that is.
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise workspace_error(path, error) from error
    _held.add(handle)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(subject, holder_in(path)) from None
        holder = whoami() | {"since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC", "what": subject}
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(holder).encode(), 0)
        except OSError as error:
            raise workspace_error(path, error) from error
        yield _FileLease(handle, path, subject)
    finally:
        # The file stays: removing it would let a third process lock a file that has no name any more.
        _held.discard(handle)
        os.close(handle)


def holder_in(path: Path) -> dict[str, Any]:
    """Return what the last holder of a lease wrote into its lock file."""
    try:
        holder = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # the holder is just writing it
    return holder if isinstance(holder, dict) else {}


class _SessionLease:
    """An advisory lock of a session of its own, which the server frees when the session ends.

    A restart of the server ends it too, while this process lives: a thread looks every few seconds and takes the lock
    again, unless somebody else was faster. What is recorded under the lease is recorded only while it is held: a
    restart between looking and committing ends the transaction as well.
    """

    def __init__(self, database: Database, key: dict[str, int], subject: str) -> None:
        # AUTOCOMMIT: the lock belongs to the session, not to a transaction that would stay open.
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._name, self._key, self._subject = database.name, key, subject
        self._connection: sa.Connection | None = None
        self._handle = -1
        self._broken = False
        self._one_at_a_time = threading.Lock()
        self._stop = threading.Event()

    def take(self) -> None:
        """Take the lock, or raise `StoreBusyError`."""
        try:
            with explained(self._name):
                connection = self._engine.connect()
                self._connection, self._handle = connection, connection.connection.fileno()
                _held.add(self._handle)
                connection.detach()
                taken = connection.execute(sa.text("SELECT pg_try_advisory_lock(:class, :id)"), self._key).scalar_one()
                holder = {} if taken else holder_of(connection, self._key)
        except StoreError:
            self._leave()  # a session that the server has ended can be asked nothing more
            raise
        if not taken:
            self._leave()
            raise _busy(self._subject, holder)

    def keep(self) -> None:
        """Look after the lock until `release`."""
        while not self._stop.wait(KEEP_SECONDS):
            try:
                self.confirm()
            except StoreError:
                continue  # the server may still be starting; whoever records under this lease is told

    def confirm(self, *, unbroken: bool = False) -> None:
        """See `Lease`."""
        query = sa.text(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() "
            "AND classid = :class AND objid = :id)"
        )
        with self._one_at_a_time:
            if self._stop.is_set():  # released while this waited: what nobody gives back must not be taken again
                raise _lost(self._subject)
            try:
                if self._connection is not None and self._connection.execute(query, self._key).scalar_one():
                    if unbroken and self._broken:
                        raise _lost(self._subject)
                    return
            except sa.exc.DBAPIError:
                pass  # the session is gone, and the lock with it
            self._broken = True
            self._leave()
            if unbroken:
                raise _lost(self._subject)
            until = time.monotonic() + _ENDING_SECONDS
            while True:
                try:
                    return self.take()
                except StoreBusyError as error:
                    if time.monotonic() > until:
                        raise _lost(self._subject) from error
                time.sleep(0.1)

    def release(self) -> None:
        """End the lease: whoever asks after this finds it free."""
        self._stop.set()
        unlock = sa.text("SELECT pg_advisory_unlock(:class, :id)")
        with self._one_at_a_time:
            try:
                # Closing alone frees the lock too, but only when the server gets round to it.
                if self._connection is not None:
                    self._connection.execute(unlock, self._key)
            except sa.exc.DBAPIError:
                pass  # the session is gone, and the lock with it
            finally:
                self._leave()

    def _leave(self) -> None:
        _held.discard(self._handle)
        if self._connection is not None:
            self._connection.close()  # detached, so this ends the session and frees the lock
            self._connection = None


@contextmanager
def _session_lease(database: Database, key: dict[str, int], subject: str) -> Iterator[Lease]:
    held = _SessionLease(database, key, subject)
    try:
        held.take()
        threading.Thread(target=held.keep, name=f"lease of {subject}", daemon=True).start()
        yield held
    finally:
        held.release()


def holder_of(connection: sa.Connection, key: dict[str, int]) -> dict[str, Any]:
    """Return who holds an advisory lock on a server; empty where nobody does."""
    query = sa.text(
        # A session serves one lease, so it is as old as the lease (connections of the pool may be a little older).
        "SELECT application_name, to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since "
        "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND classid = :class AND objid = :id"
    )
    row = connection.execute(query, key).first()
    if row is None:
        return {}  # it has just finished
    words = dict(word.split("=", 1) for word in (row.application_name or "").split() if "=" in word)
    return {**words, "since": f"{row.since} UTC"}


def _lost(subject: str) -> LeaseLostError:
    return LeaseLostError(
        f"{subject} is not this process's any more: the database was restarted, this computer slept or was cut off "
        "from it, or the lock file was removed",
        hint="nothing was recorded; start the same command again",
    )


def _busy(subject: str, holder: dict[str, Any]) -> StoreBusyError:
    pid, host, since = holder.get("pid"), holder.get("host"), holder.get("since")
    who = f"process {pid} on {host} since {since}" if pid else "another process"
    if not pid:
        hint = "wait until it has finished, then try again"
    elif host == whoami()["host"]:
        hint = f"wait until it has finished, or stop it with: kill {pid}"
    else:
        hint = f"wait until it has finished, or stop it on {host} with: kill {pid}"
    return StoreBusyError(f"{subject} is being worked on by {who}", hint=hint)
