"""Readable copies of stored files: the report, and the protocol, plan and run card of every deck."""

from pathlib import Path

from lab.errors import WorkspaceError
from lab.files import write_atomically
from lab.hashing import sha256_of_file
from lab.records import Records
from lab.records.artefacts import REPORT
from lab.workspace import ArtefactStore

_PUBLISHED = ("decks/", REPORT)


def publish(root: Path, records: Records, artefacts: ArtefactStore) -> list[Path]:
    """Copy the files that people open into the workspace under their names; files that are there already are kept.

    Args:
        root: The workspace's folder.
        records: The campaign's records.
        artefacts: Where the files are stored under their hashes.

    Returns:
        The paths that were written.

    Raises:
        WorkspaceError: If a name would lead out of the workspace, or the disk is full or read-only.
    """
    written = []
    for name, artefact in records.artefacts.items():
        if not name.startswith(_PUBLISHED):
            continue
        path = root / name
        if not path.resolve().is_relative_to(root.resolve()):
            raise WorkspaceError(f"the stored name {name!r} leads out of the workspace")
        if not path.exists() or sha256_of_file(path) != artefact.sha256:
            write_atomically(path, artefacts.read(artefact.sha256))
            written.append(path)
    return written
