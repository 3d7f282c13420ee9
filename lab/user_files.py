"""Text and TOML files that people write: what is wrong with one is said as its faults, with the way to mend them."""

import errno
import json
import reprlib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.errors import InvalidInputError

if TYPE_CHECKING:
    from pydantic import ValidationError

_CAUSES = {errno.ENOENT: "does not exist", errno.EISDIR: "is a folder, not a file"}


def reading_fault(error: OSError | UnicodeDecodeError) -> str:
    """Return why a file could not be read, as a fault of that file."""
    if isinstance(error, UnicodeDecodeError):
        return "is no text in UTF-8"
    return _CAUSES.get(error.errno or 0) or f"cannot be read: {error.strerror or error}"


def read_text(path: Path, *, hint: str = "give the path of a TOML file") -> str:
    """Return the text of a file, without the byte-order mark that some editors write.

    Raises:
        InvalidInputError: If the file is missing, may not be read or is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(str(path), [reading_fault(error)], hint=hint) from error


def parse_toml(text: str, what: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Args:
        text: The TOML text.
        what: What the text is, for error messages.

    Raises:
        InvalidInputError: If it is not TOML, with the place.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(what, [f"is not valid TOML: {error}"], hint="mend that place of the file") from error


def toml_string(text: str) -> str:
    """Return a text as a TOML string: as JSON's, but TOML wants DEL escaped and knows no pairs of surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        InvalidInputError: If the file cannot be read or is not TOML.
    """
    return parse_toml(read_text(path), str(path))


def key_faults(error: "ValidationError", *, under: str = "") -> list[str]:
    """Return what is wrong with the keys of a file, one sentence a fault, each beginning with its place.

    Args:
        error: What pydantic found.
        under: Place of the table that it looked at, where that is not the whole file: ``handling.gel``.
    """
    return [_key_fault(fault, under) for fault in error.errors()]


def _key_fault(fault: Any, under: str) -> str:
    place = ".".join([*([under] if under else []), *map(str, fault["loc"])])
    if fault["type"] == "extra_forbidden":
        return f"{place}: there is no such key"
    if fault["type"] == "missing":
        return f"{place}: is missing"
    found = "" if isinstance(fault["input"], dict) else f", got {reprlib.repr(fault['input'])}"
    return f"{place}: {fault['msg']}{found}"
