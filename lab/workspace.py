"""A workspace: the folder that holds a lab's database and the files that its records name."""

import re
import shlex
from pathlib import Path, PurePosixPath

import attrs

from lab.errors import InvalidInputError, WorkspaceError
from lab.files import make_folder, workspace_error, write_atomically
from lab.hashing import sha256_of_bytes, sha256_of_file
from lab.media_types import media_type
from lab.records import Artefact

DATABASE_FILE = "filmlab.db"
ARTEFACT_FOLDER = "artefacts"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@attrs.frozen
class ArtefactStore:
    """Files by the hash of their content: ``<root>/<first two digits>/<all 64 digits>``."""

    root: Path

    def put(self, name: str, content: bytes | str) -> Artefact:
        """Store a file; storing the same content again changes nothing.

        Args:
            name: Path-like name in the campaign, for example ``protocols/deck-001.py``; its ending says the media type.
            content: Bytes, or text that is stored as UTF-8.

        Returns:
            The record to add to the campaign. The file is on disk before it is returned.

        Raises:
            InvalidInputError: If the name is empty, absolute or leaves its folder.
            WorkspaceError: If the disk is full or the folder may not be written.
        """
        _check_name(name)
        data = content.encode() if isinstance(content, str) else content
        sha256 = sha256_of_bytes(data)
        path = self.path(sha256)
        if not _holds(path, sha256):
            write_atomically(path, data)
        return Artefact(name=name, sha256=sha256, media_type=media_type(name), size=len(data))

    def path(self, sha256: str) -> Path:
        """Return where the file with this hash is, or would be.

        Raises:
            InvalidInputError: If the text is no SHA-256.
        """
        if not _SHA256.fullmatch(sha256):
            raise InvalidInputError("artefact", [f"{sha256!r} is no SHA-256 of 64 hexadecimal digits"])
        return self.root / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """Return a file's content after checking that it still has its hash.

        Raises:
            WorkspaceError: If the file is missing, unreadable or not what was stored.
        """
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WorkspaceError(
                f"the artefact {path} cannot be read: {error.strerror or error}",
                hint="restore this file from a backup of the workspace",
            ) from error
        if sha256_of_bytes(content) != sha256:
            raise WorkspaceError(
                f"the artefact {path} has been changed or damaged",
                hint="restore this file from a backup of the workspace",
            )
        return content


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name != "/".join(parts) or name.startswith("/") or ".." in parts or "\0" in name:
        raise InvalidInputError(
            "artefact", [f"{name!r} is no artefact name"], hint="use a relative path such as reports/report.html"
        )


def _holds(path: Path, sha256: str) -> bool:
    try:
        return sha256_of_file(path) == sha256
    except OSError:
        return False  # missing or unreadable: write_atomically makes it anew, or says why it cannot


@attrs.frozen
class Workspace:
    """An existing workspace."""

    root: Path
    """Its folder, absolute."""

    @classmethod
    def create(cls, path: Path | str) -> "Workspace":
        """Make a workspace, or open the one that is there; nothing in it is overwritten.

        Raises:
            WorkspaceError: If the folder cannot be made or written.
        """
        root = Path(path).expanduser().resolve()
        for folder in (root, root / ARTEFACT_FOLDER):
            make_folder(folder)
        return cls(root)

    @classmethod
    def open(cls, path: Path | str) -> "Workspace":
        """Open an existing workspace.

        Raises:
            WorkspaceError: If there is no workspace at this path.
        """
        root = Path(path).expanduser().resolve()
        try:
            there, ours = root.is_dir(), (root / ARTEFACT_FOLDER).is_dir()
        except OSError as error:  # a folder above it may not be entered
            raise workspace_error(root, error) from error
        if root.exists() and not there:
            raise WorkspaceError(f"{root} is a file, not a folder", hint="give a workspace's folder as --workspace")
        if not there:
            raise WorkspaceError(f"there is no folder {root}", hint=_create_hint(root))
        if not ours:
            raise WorkspaceError(f"{root} is no filmlab workspace", hint=_create_hint(root))
        return cls(root)

    @property
    def database_url(self) -> str:
        """Address of the database: FILMLAB_DATABASE_URL, else the SQLite file in the workspace."""
        # pydantic takes 0.1 s to load: not for those who only want a folder.
        from lab.settings import load_settings

        return load_settings().database_url or f"sqlite:///{self.root / DATABASE_FILE}"

    @property
    def artefacts(self) -> ArtefactStore:
        """Files that the records name."""
        return ArtefactStore(self.root / ARTEFACT_FOLDER)


def _create_hint(root: Path) -> str:
    folder = shlex.quote(str(root))
    return f"check --workspace or FILMLAB_WORKSPACE, or make a new one: filmlab init --workspace {folder}"
