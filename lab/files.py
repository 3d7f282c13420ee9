"""Writing files so that a reader, or a restart after a crash, sees the whole file or none of it."""

import errno
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from lab.errors import WorkspaceError

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
"""Errors that only writing can end in, though the system may not say of which file."""
_HINTS = {
    errno.ENOSPC: "free some space on this disk, then run the same command again",
    errno.EDQUOT: "your disk quota is used up: free some space, then run the same command again",
    errno.EROFS: "the disk is mounted read-only: choose another --workspace",
    errno.EACCES: "you may not write there: change the folder's permissions or choose another --workspace",
    errno.EPERM: "you may not write there: change the folder's permissions or choose another --workspace",
}


def workspace_error(path: Path, error: OSError) -> WorkspaceError:
    """Return the error to raise when `path` cannot be written, with a hint for its cause."""
    hint = _HINTS.get(error.errno or 0, "check the disk and the folder, then run the same command again")
    return WorkspaceError(f"cannot write {path}: {error.strerror or error}", hint=hint)


def make_folder(folder: Path) -> None:
    """Make a folder that files will be written into after some work, and find out now that they can be.

    A folder may exist on a disk that is read-only or full: better known before an hour of work than after it.

    Raises:
        WorkspaceError: If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"filmlab")
    except OSError as error:
        raise workspace_error(folder, error) from error


def check_apart(table: Path, out: Path) -> None:
    """Check that what is made of a file will not take its place.

    Raises:
        WorkspaceError: If both are the same file.
    """
    if table.exists() and out.exists() and out.samefile(table):
        raise WorkspaceError(f"{out} is the table itself, which would be lost", hint="choose another name for --out")


def write_atomically(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write a file under a temporary name, flush it to disk, then move it into place.

    Args:
        path: Where the file shall be; its folder is made if it is missing.
        content: Text (written as UTF-8) or bytes.
        mode: Permissions of the file, less what the umask takes away.

    Raises:
        WorkspaceError: If the disk is full or the folder may not be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.parent / f".{path.name[:40]}.{secrets.token_hex(8)}.part"
        try:
            with open(temporary, "xb", opener=partial(os.open, mode=mode)) as file:
                file.write(data)
                _name_for_good(file, temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise workspace_error(path, error) from error


def already_there(out: Path) -> WorkspaceError:
    """Return the error to raise where a file would be overwritten."""
    return WorkspaceError(f"there is a file {out} already", hint="choose another name; it is not overwritten")


@contextmanager
def new_file(out: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Give a file to write a large new one into; it appears under its name when the block ends without an error.

    Args:
        out: Where the file shall be; its folder is made if it is missing.
        mode: Permissions of the file, less what the umask takes away.

    Raises:
        WorkspaceError: If there is such a file, another process is writing it, the disk is full or the folder may not
            be written.
    """
    # One name, so that what a killed process has left is written over, and not kept for ever.
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, mode), "w+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WorkspaceError(
                    f"another process is writing {out}", hint="wait until it has finished, or choose another name"
                ) from None
            try:
                if out.exists():  # also where another process has just finished it
                    raise already_there(out)
                file.truncate()
                os.fchmod(file.fileno(), mode & os.fstat(file.fileno()).st_mode)
                yield file
                _name_for_good(file, part, out)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise workspace_error(out, error) from error


def _name_for_good(file: BinaryIO, written: Path, path: Path) -> None:
    """Flush a file to disk, then give it its name; a file that has the name is replaced."""
    file.flush()
    os.fsync(file.fileno())
    written.replace(path)
    # Without this a power cut may forget the new name although the content is on disk.
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
