"""Who holds a lease, asked without taking it: whoever only looks keeps no worker from its work."""

import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from lab.store.databases import Database, whoami
from lab.store.locks import file_of, holder_in, holder_of, key_of


@attrs.frozen
class Holder:
    """A process that holds a lease."""

    pid: str
    host: str
    since: str
    """In UTC, as text."""


def holder(database: Database, campaign_id: int, resource: str) -> Holder | None:
    """Return who holds a lease; None where nobody does, or its process has died.

    Args:
        database: The database whose users share the resource.
        campaign_id: The campaign that the resource belongs to; 0 for none.
        resource: Name of what is leased.
    """
    if database.file is None:
        with database.reading() as connection:
            return _holder(holder_of(connection, key_of(campaign_id, resource)))
    path = file_of(database.file, campaign_id, resource)
    found = _holder(holder_in(path)) if path.is_file() else None
    return found if found is not None and _is_held(path, found) else None


def _holder(said: Mapping[str, object]) -> Holder | None:
    if not said.get("pid"):
        return None
    return Holder(str(said["pid"]), str(said.get("host", "")), str(said.get("since", "")))


def _is_held(path: Path, found: Holder) -> bool:
    """The file stays when its holder ends, so that the kernel's list of locks is asked; on its own host only."""
    if found.host != whoami()["host"]:
        return True
    try:
        listed = Path("/proc/locks").read_text("ascii")
    except OSError:
        return _is_alive(int(found.pid))
    inode = f":{path.stat().st_ino}"
    return any(words[5].endswith(inode) for line in listed.splitlines() if (words := line.split())[1] == "FLOCK")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
