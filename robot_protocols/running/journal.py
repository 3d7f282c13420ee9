"""Journals: files to which entries are added and never changed, on disk before anybody acts on them.

A line is the CRC-32 of its text and the text, JSON. A power cut can only leave an incomplete last line; it is cut off
when the journal is opened for writing, since nothing was done on the strength of it. Damage anywhere else is an error.
"""

import fcntl
import json
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import attrs

from lab.errors import StoreBusyError, StoreError
from lab.files import workspace_error
from lab.hashing import canonical_json


@attrs.frozen
class Entry:
    """Something that happened."""

    number: int
    """Its place in the journal, from 1."""
    at: datetime
    kind: str
    data: Mapping[str, Any]


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Journal:
    """A journal that is open for writing, by this process alone.

    Args:
        path: The file; it is made if it is missing.
        clock: The time that entries get.
        durable: Whether an entry is on disk before anything else happens; no power cut can hurt what is imaginary.

    Raises:
        StoreBusyError: If another process writes it.
        StoreError: If it is damaged.
        WorkspaceError: If it cannot be written.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = utc_now, durable: bool = True) -> None:
        self.path = path
        self._clock = clock
        self._durable = durable
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise workspace_error(path, error) from error
        try:
            self._lock()
            content = _content(path)
            entries, end = _entries(content, path)
            if end < len(content):
                os.ftruncate(self._file, end)
        except BaseException:
            os.close(self._file)
            raise
        self._entries = entries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything so far."""
        return tuple(self._entries)

    def add(self, kind: str, **data: Any) -> Entry:
        """Add an entry; it is on disk when this returns."""
        return self.add_all([(kind, data)])[0]

    def add_all(self, items: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Entry, ...]:
        """Add entries together, with one wait for the disk."""
        added: list[Entry] = []
        lines: list[bytes] = []
        for kind, data in items:
            entry = Entry(len(self._entries) + len(added) + 1, self._clock(), kind, dict(data))
            added.append(entry)
            lines.append(_line(entry))
        try:
            _write_whole(self._file, b"".join(lines))
            if self._durable:
                os.fsync(self._file)
        except OSError as error:
            raise workspace_error(self.path, error) from error
        self._entries += added
        return tuple(added)

    def close(self) -> None:
        """Close the file; others may write it then."""
        os.close(self._file)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusyError(
                f"{self.path} is being written by another process", hint="wait until it has finished, then try again"
            ) from None


def read_journal(path: Path) -> tuple[Entry, ...]:
    """Return what a journal holds, also while another process writes it.

    Raises:
        StoreError: If it is missing or damaged.
    """
    return tuple(_entries(_content(path), path)[0])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"the journal {path} cannot be read: {error.strerror}", hint="check the name and the workspace"
        ) from error


def _write_whole(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _line(entry: Entry) -> bytes:
    value = {"n": entry.number, "at": entry.at.isoformat(), "kind": entry.kind, "data": entry.data}
    text = canonical_json(value).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _entries(content: bytes, path: Path) -> tuple[list[Entry], int]:
    """Return the entries, and where the last complete one ends."""
    entries: list[Entry] = []
    end = 0
    lines = content.split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        entry = _entry(line, number)
        if entry is None:
            # Nothing stands after a line that the power cut off.
            if number == len(lines) - 1 and not lines[-1]:
                break
            raise StoreError(
                f"the journal {path} is damaged in line {number}", hint="restore it from a backup of the workspace"
            )
        entries.append(entry)
        end += len(line) + 1
    return entries, end


def _entry(line: bytes, number: int) -> Entry | None:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    try:
        value = json.loads(text)
        return Entry(number, datetime.fromisoformat(value["at"]), value["kind"], value["data"])
    except (ValueError, KeyError, TypeError):
        return None
