"""Backups of a workspace: one file with the database and every stored file that it names.

The database in it is a SQLite file, whatever the workspace uses, so a backup can be looked into without a server.
"""

import io
import json
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from lab.errors import InvalidInputError, StoreError
from lab.files import DISK_FULL, already_there, new_file, workspace_error
from lab.hashing import sha256_of_file
from lab.store import Store, move
from lab.user_files import reading_fault
from lab.workspace import DATABASE_FILE, Workspace

FORMAT = "filmlab backup 1"
_ABOUT = "backup.json"
_STORED = re.compile(r"artefacts/[0-9a-f]{2}/([0-9a-f]{64})")
_MAX_ABOUT = 10_000_000


@attrs.frozen
class Backup:
    """What a backup holds."""

    seals: dict[str, str]
    """The newest seal of every campaign."""
    files: int
    """Number of stored files."""
    missing: tuple[str, ...] = ()
    """Stored files that the records name and that are not there, or damaged: a backup has none of these."""
    signed: tuple[str, ...] = ()
    """Decks that were restored signed for and not run, each with its campaign: how far a robot came is in no backup."""


def back_up(workspace: Workspace, out: Path) -> Backup:
    """Write a backup for its owner only; people and workers may go on meanwhile, what they add later is not in it.

    Args:
        workspace: The workspace.
        out: The file to write, ``.tar.gz``; it appears when it is complete.

    Raises:
        StoreError: If the database cannot be read.
        WorkspaceError: If the file is there already or cannot be written.
    """
    if out.exists():
        raise already_there(out)
    with tempfile.TemporaryDirectory(prefix="filmlab-backup-") as folder:
        copy = Path(folder) / DATABASE_FILE
        seals = move(workspace.database_url, f"sqlite:///{copy}").seals
        with Store.open(f"sqlite:///{copy}") as store:
            hashes = dict.fromkeys(artefact.sha256 for artefact in store.artefacts())
        missing = _artefact_findings(workspace, hashes)
        stored = [(sha256, workspace.artefacts.path(sha256)) for sha256 in hashes if sha256 not in missing]
        with new_file(out, mode=0o600) as raw:
            _write_archive(raw, copy, stored, seals)
    return Backup(seals, len(hashes) - len(missing), tuple(missing.values()))


def _write_archive(raw: BinaryIO, database: Path, stored: Iterable[tuple[str, Path]], seals: Mapping[str, str]) -> None:
    """Write what a backup says of itself, its database, and stored files with their hashes."""
    about = {
        "format": FORMAT,
        "made_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "seals": dict(seals),
        "database_sha256": sha256_of_file(database),
    }
    content = json.dumps(about, indent=1).encode()
    entry = tarfile.TarInfo(_ABOUT)
    entry.size = len(content)
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
        archive.addfile(entry, io.BytesIO(content))
        archive.add(database, DATABASE_FILE)
        for sha256, path in stored:
            archive.add(path, f"artefacts/{sha256[:2]}/{sha256}")


def restore(file: Path, workspace: Workspace) -> Backup:
    """Fill an empty workspace, or its empty database on a server, from a backup.

    Raises:
        InvalidInputError: If the file is no backup, or damaged: hashes are checked before anything is written.
        StoreError: If the database holds campaigns already.
    """
    with tempfile.TemporaryDirectory(prefix="filmlab-restore-", dir=workspace.root) as folder:
        files, about = _unpack(file, Path(folder))
        with Store.open(workspace.database_url, create=True) as store:
            if store.campaigns():
                raise StoreError(
                    f"the database {store.name} holds campaigns already",
                    hint="restore into an empty one; nothing was changed",
                )
        # Before the records that name them: a restore that is killed can be done again.
        for path in files:
            workspace.artefacts.put(path.name, path.read_bytes())
        copied = move(f"sqlite:///{Path(folder) / DATABASE_FILE}", workspace.database_url)
        if copied.seals != about.get("seals"):
            raise StoreError(f"{file} does not hold what it says it holds", hint="use another backup")
    missing = tuple(check_files(workspace))
    return Backup(copied.seals, len(files), missing, tuple(_signed_decks(workspace)))


def _signed_decks(workspace: Workspace) -> Iterator[str]:
    with Store.open(workspace.database_url) as store:
        for entry in store.campaigns():
            records = store.records(entry.name)
            for label, signed in records.deck_checks.items():
                if label not in records.runs and not records.event_of(signed).simulated:
                    yield f"{label} of {entry.name}"


def check(workspace: Workspace) -> tuple[str, ...]:
    """Return what is wrong with a workspace's database, seals and stored files; empty where nothing is."""
    with Store.open(workspace.database_url) as store:
        found = store.check()
    return (*found, *check_files(workspace))


def check_files(workspace: Workspace) -> Iterator[str]:
    """Yield which stored files that the records name are not there or damaged."""
    with Store.open(workspace.database_url) as store:
        hashes = dict.fromkeys(artefact.sha256 for artefact in store.artefacts())
    yield from _artefact_findings(workspace, hashes).values()


def _artefact_findings(workspace: Workspace, hashes: Iterable[str]) -> dict[str, str]:
    """Return by their hashes what is wrong with stored files, one sentence each."""
    found = {}
    for sha256 in hashes:
        path = workspace.artefacts.path(sha256)
        try:
            if sha256_of_file(path) != sha256:
                found[sha256] = f"the stored file {path} has been changed or damaged"
        except OSError as error:
            found[sha256] = f"the stored file {path} cannot be read: {error.strerror or error}"
    return found


def _unpack(file: Path, folder: Path) -> tuple[list[Path], dict[str, object]]:
    """Unpack what belongs to a backup, under names of our own, and check every hash."""
    files = []
    about: Any = {}
    try:
        with tarfile.open(file, "r:gz") as archive:
            for entry in archive:
                opened = archive.extractfile(entry) if entry.isreg() else None
                stored = _STORED.fullmatch(entry.name)
                if opened is None or not (stored or entry.name in (_ABOUT, DATABASE_FILE)):
                    raise _no_backup(file, f"it holds {entry.name!r}, which no backup holds")
                if entry.name == _ABOUT:
                    about = json.loads(opened.read(_MAX_ABOUT))
                    continue
                target = folder / (stored[1] if stored else DATABASE_FILE)
                with target.open("wb") as copy:
                    while piece := opened.read(1 << 20):
                        copy.write(piece)
                if stored:
                    files.append(target)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise workspace_error(folder, error) from error
        fault = reading_fault(error) if isinstance(error, OSError) else f"it cannot be read: {error}"
        raise _no_backup(file, fault) from error
    if not isinstance(about, dict) or about.get("format") != FORMAT or not (folder / DATABASE_FILE).exists():
        raise _no_backup(file, f"it is no {FORMAT!r}")
    damaged = [path.name for path in files if sha256_of_file(path) != path.name]
    if damaged or sha256_of_file(folder / DATABASE_FILE) != about.get("database_sha256"):
        raise _no_backup(file, f"its content is damaged: {', '.join(damaged) or DATABASE_FILE}")
    return files, about


def _no_backup(file: Path, why: str) -> InvalidInputError:
    return InvalidInputError(str(file), [why], hint="give a file that `filmlab db backup` wrote; nothing was restored")
