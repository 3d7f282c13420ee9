"""A file as an instrument left it: its name, its bytes and their hash. Nothing changes it."""

import os
import re
from functools import cached_property
from pathlib import Path

import attrs

from lab.errors import InvalidInputError
from lab.hashing import sha256_of_bytes
from lab.instruments.text import SourceText, decode

MAX_BYTES = 200_000_000
"""A larger file is no export of the instruments read here, and is refused before it is read."""


@attrs.frozen
class RawFile:
    """A file's name and bytes."""

    name: str
    """Name without its folder, for people and error messages."""
    content: bytes = attrs.field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """Hash of the bytes, as 64 hexadecimal digits."""
        return sha256_of_bytes(self.content)

    @cached_property
    def text(self) -> SourceText:
        """The file's lines.

        Raises:
            InvalidInputError: If the bytes are no text in UTF-8, UTF-16 or Windows-1252.
        """
        return decode(self.content, self.name)


@attrs.frozen
class StoredFile:
    """A file to store with the records."""

    name: str
    content: bytes


def open_raw(source: Path | bytes, *, name: str = "") -> RawFile:
    """Return a raw file from a path, or from bytes with a name.

    Raises:
        InvalidInputError: If it cannot be read, is empty, or is larger than 200 MB; a large file is not read.
    """
    if isinstance(source, bytes):
        _check_size(len(source), name or "data")
        return RawFile(name or "data", source)
    shown = name or _in_words(source.name)
    try:
        if source.is_dir():
            os.scandir(source).close()  # says so where it cannot be looked into
        if not source.is_file():
            fault = "is no file" if source.exists() else "does not exist"
            raise InvalidInputError(str(source), [fault], hint="give the path of a file that an instrument exported")
        _check_size(source.stat().st_size, shown)
        with source.open("rb") as file:
            # One byte more than allowed: a file may grow between the look at its size and the reading.
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(
            str(source), [f"cannot be read: {error.strerror or error}"], hint="check the path and its permissions"
        ) from error
    _check_size(len(content), shown)
    return RawFile(shown, content)


def _in_words(name: str) -> str:
    """Return a file's name as text: disks that Windows wrote may hold names that are not UTF-8."""
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        return os.fsencode(name).decode("cp1252", "replace")


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise InvalidInputError(
            name,
            [f"has {size / 1e6:,.0f} MB; more than {MAX_BYTES / 1e6:,.0f} MB are not read"],
            hint="export single tests, or fewer points",
        )
    if size == 0:
        raise InvalidInputError(name, ["is empty"], hint="export the file again")


def raw_name(raw: RawFile) -> str:
    """Return the name in the campaign of a raw file: its hash keeps files of one name apart."""
    safe = re.sub(r"[^\w.-]+", "_", raw.name).strip("._") or "file"
    return f"raw/{raw.sha256[:12]}/{safe}"
