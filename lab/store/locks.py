"""One worker a campaign: locks that the operating system, or the server, frees when their holder dies."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lab.errors import StoreBusyError
from lab.files import workspace_error
from lab.store.databases import Database, whoami
from lab.store.failures import explained

_ADVISORY_CLASS = 0x66696C6D
"""First half of the keys of filmlab's advisory locks in PostgreSQL: "film" in ASCII."""

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


@contextmanager
def exclusive(database: Database, campaign: str, campaign_id: int) -> Iterator[None]:
    """Be the one worker of a campaign.

    Raises:
        StoreBusyError: If another process, or another place in this one, is.
        WorkspaceError: If the lock file beside a SQLite database cannot be written.
    """
    with ExitStack() as stack:
        if database.file is not None:
            lock = database.file.with_name(f"{database.file.name}.campaign-{campaign_id}.lock")
            stack.enter_context(_file_lock(lock, campaign))
        else:
            stack.enter_context(_advisory_lock(database, campaign, campaign_id))
        yield


@contextmanager
def _file_lock(path: Path, campaign: str) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise workspace_error(path, error) from error
    _held.add(handle)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(campaign, _holder_in(path)) from None
        holder = whoami() | {"since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(holder).encode(), 0)
        except OSError as error:
            raise workspace_error(path, error) from error
        yield
    finally:
        # The file stays: removing it would let a third process lock a file that has no name any more.
        _held.discard(handle)
        os.close(handle)


def _holder_in(path: Path) -> dict[str, Any]:
    try:
        holder = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # the holder is just writing it
    return holder if isinstance(holder, dict) else {}


@contextmanager
def _advisory_lock(database: Database, campaign: str, campaign_id: int) -> Iterator[None]:
    # A connection of its own: the lock lives as long as this session of the server.
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    key = {"class": _ADVISORY_CLASS, "id": campaign_id}
    with explained(database.name):
        connection = engine.connect()
    handle = connection.connection.fileno()
    _held.add(handle)
    try:
        with explained(database.name):
            connection.detach()
            taken = connection.execute(sa.text("SELECT pg_try_advisory_lock(:class, :id)"), key).scalar_one()
            holder = {} if taken else _holder_of(connection, key)
        if not taken:
            raise _busy(campaign, holder)
        yield
    finally:
        _held.discard(handle)
        connection.close()  # detached, so this ends the session and frees the lock


def _holder_of(connection: sa.Connection, key: dict[str, int]) -> dict[str, Any]:
    query = sa.text(
        # Taking the lock is the last thing that its session did, so query_start says since when it is held.
        "SELECT application_name, to_char(query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since "
        "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND classid = :class AND objid = :id"
    )
    row = connection.execute(query, key).first()
    if row is None:
        return {}  # it has just finished
    words = dict(word.split("=", 1) for word in (row.application_name or "").split() if "=" in word)
    return {**words, "since": f"{row.since} UTC"}


def _busy(campaign: str, holder: dict[str, Any]) -> StoreBusyError:
    pid, host, since = holder.get("pid"), holder.get("host"), holder.get("since")
    who = f"process {pid} on {host} since {since}" if pid else "another process"
    if not pid:
        hint = "wait until it has finished, then try again"
    elif host == whoami()["host"]:
        hint = f"wait until it has finished, or stop it with: kill {pid}"
    else:
        hint = f"wait until it has finished, or stop it on {host} with: kill {pid}"
    return StoreBusyError(f"campaign {campaign!r} is being worked on by {who}", hint=hint)
