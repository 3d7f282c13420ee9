"""Connections: reading in one snapshot, writing in one transaction, on SQLite and PostgreSQL."""

import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from lab.errors import StoreError
from lab.store.failures import explained

WRITABLE = "make the file and its folder writable, or copy the workspace to another place"
"""What to do where a database may only be read."""
BUSY_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""
_LOOK_MS = 3
"""How often a writer looks whether SQLite's file is free."""
_CONNECT_SECONDS = 10
_WRITING = "filmlab_writing"
_FILE = "filmlab_file"

_C = TypeVar("_C", bound=sqlite3.Connection)


@attrs.frozen
class Database:
    """A database that can be connected to; nothing is said about what is in it."""

    engine: Engine
    name: str
    """Name for people, without a password."""
    file: Path | None
    """The file of a SQLite database."""
    read_only: bool = False
    """Whether the file, or its folder, may not be written by this process: it can be viewed."""

    @classmethod
    def at(cls, url: str) -> "Database":
        """Return the database at an address; nothing is connected to yet.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://user:password@host:port/database``.

        Raises:
            StoreError: If the address cannot be understood.
        """
        parsed = _parse(url)
        if parsed.drivername == "sqlite":
            path = Path(parsed.database or "")
            read_only = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
            return cls(_viewing_engine(path) if read_only else _sqlite_engine(path), str(path), path, read_only)
        return cls(_postgresql_engine(parsed), parsed.render_as_string(hide_password=True), None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Connect to read: everything in the block sees the database as it was at one moment."""
        options: dict[str, Any] = {}
        if self.file is None:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._transaction(options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Connect to write: the block is recorded as a whole, or not at all."""
        if self.read_only:
            raise read_only_error(self.name)
        with self._transaction({_WRITING: True}) as connection:
            yield connection

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        with explained(self.name), self.engine.execution_options(**options).begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def read_only_error(name: str) -> StoreError:
    """Return the error to raise when a database that may only be read is to be written."""
    return StoreError(f"the database {name} is read-only, so it can be viewed only", hint=WRITABLE)


def whoami() -> dict[str, str | int]:
    """Return process and host, for messages to others."""
    return {"pid": os.getpid(), "host": socket.gethostname()}


def _parse(url: str) -> URL:
    if url.startswith("sqlite:///"):
        # Everything after the slashes is the path: a folder's name may hold ? or %.
        path = url.removeprefix("sqlite:///")
        if path and path != ":memory:":
            # The file itself, not a link to it: beside it lie the leases that all its users share.
            return URL.create("sqlite", database=str(Path(path).expanduser().resolve()))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The text may hold a password, so it is not repeated.
        raise StoreError("the address of the database cannot be read", hint=_ADDRESS_HINT) from None
    if "@" in (parsed.host or ""):  # a part of the password, which would be told as the name of a server
        raise StoreError("the address of the database cannot be read", hint=_ADDRESS_HINT)
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"{parsed.drivername!r} is neither SQLite on a disk nor PostgreSQL", hint=_ADDRESS_HINT)


_ADDRESS_HINT = (
    "set FILMLAB_DATABASE_URL to sqlite:////folder/filmlab.db or postgresql+psycopg://user:password@host:5432/database"
    "; in the password, write %40 for @, %3A for :, %2F for / and %25 for %"
)


def _sqlite_engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        # mode=rw: a wrong path must not leave an empty database behind.
        connection = _connected(path, "mode=rw", sqlite3.Connection)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # FULL: a commit is on disk before the next robot command goes out. NORMAL could forget the last commits
            # after a power cut, while the liquid is already in the dish.
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.QueuePool)

    @sa.event.listens_for(engine, "connect")
    def remember(connection: sqlite3.Connection, record: Any) -> None:
        record.info[_FILE] = _identity(path)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A file that is open stays so when it is moved or replaced: what is recorded then would be in no backup.
        if connection.info[_FILE] != _identity(path):
            raise StoreError(
                f"{path} was moved or replaced since it was opened",
                hint="put it back, or start this program anew. Nothing has been recorded",
            )
        # IMMEDIATE: wait for other writers now, as a reader that turns into a writer later cannot wait.
        if connection.get_execution_options().get(_WRITING, False):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _connected(path: Path, how: str, kind: type[_C]) -> _C:
    """Connect to a SQLite file as the parameters of its address say."""
    # isolation_level None: the driver would begin transactions late and commit before DDL. Connections move between
    # threads, one at a time.
    return sqlite3.connect(
        f"file:{_quoted(path)}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=kind,
    )


class _View(sqlite3.Connection):
    """A connection that reads a file as if nobody wrote it."""

    seen: tuple[int, int] | None = None
    """The file's state when it was connected to; None where writers are known of and waited for."""


def _viewing_engine(path: Path) -> Engine:
    """Return connections to a SQLite file that this process may not write.

    Readers share a file of their own with writers (-shm). Where there is none and none can be made, SQLite refuses the
    database unless it is told that nobody writes. Somebody else may begin to, so each transaction connects anew, and
    one during which the file was written says so.
    """
    log = path.with_name(f"{path.name}-wal")

    def connect() -> sqlite3.Connection:
        while True:
            seen = None if _state(log)[1] else _state(path)
            connection = _connected(path, "mode=ro&immutable=1" if seen else "mode=ro", _View)
            connection.seen = seen
            try:
                connection.execute("PRAGMA schema_version")
            except sqlite3.Error as error:
                connection.close()
                if not seen and _state(log)[1] and not path.with_name(f"{path.name}-shm").exists():
                    raise StoreError(
                        f"the database {path} was left or copied while it was in use: its last records are in "
                        f"{log.name}, which cannot be read in a folder that may not be written",
                        hint=f"copy the workspace, {log.name} too, to a place that may be written, and open it there",
                    ) from error
                if seen or _state(log)[1]:
                    raise
                continue  # the last writer has just left and taken its files along
            return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    @sa.event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        seen = getattr(connection.connection.dbapi_connection, "seen", None)
        if seen not in (None, _state(path)):
            raise StoreError(f"the database {path} was written while it was read", hint="run the same command again")

    return engine


def _state(path: Path) -> tuple[int, int]:
    """Return when a file was last written (ns) and its size in bytes; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one in its place; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin_writing(connection: Connection) -> None:
    """Wait for the other writers of a SQLite file.

    SQLite itself looks ever less often, every tenth of a second at last, so that one of several busy writers may find
    the file taken each time until it gives up. Looking at short and equal intervals gives each the same chance.

    Raises:
        sqlite3.OperationalError: If the file is taken for `BUSY_SECONDS`.
    """
    driver = connection.connection.cursor()
    until = time.monotonic() + BUSY_SECONDS
    driver.execute(f"PRAGMA busy_timeout = {_LOOK_MS}")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                    raise
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def _quoted(path: Path) -> str:
    # In SQLite's file: addresses these characters mean something.
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _postgresql_engine(url: URL) -> Engine:
    me = whoami()
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": f"filmlab pid={me['pid']} host={me['host']}"[:63],
            # A host that loses its power says no goodbye: the server ends its sessions, and so its leases, in a minute.
            "options": "-c timezone=UTC -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 "
            # Nor does a process that stands still in the middle of a transaction.
            f"-c tcp_keepalives_count=3 -c lock_timeout={BUSY_SECONDS:.0f}s",
            # Nor does a server: who waits for its answer would wait for two hours, or a quarter of one.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,  # ms
        },
    )
