"""Bytes to lines of text. The encoding is found by rules that are stated, never by statistics."""

import codecs
import re

import attrs

from lab.errors import InvalidInputError

_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
_HINT = "give the instrument's text or CSV export, not its own binary file"
_MAX_LINE = 1_000_000
_MAX_LINES = 1_000_000


@attrs.frozen
class SourceText:
    """The lines of a file, without their ends; the first one is line 1."""

    lines: tuple[str, ...]
    encoding: str
    """utf-8, utf-16 or cp1252."""
    ended: bool
    """Whether the last line has a line end; where it has none, the file may have been cut off."""


def decode(content: bytes, name: str) -> SourceText:
    """Return the lines of a file.

    A byte order mark decides. Without one, bytes that are UTF-8 are UTF-8; every second byte zero is UTF-16; the rest
    is Windows-1252, which European instrument software writes. Control characters are in no text.

    Raises:
        InvalidInputError: If it is no text in any of them; it names the line where that shows.
    """
    encoding = _encoding(content)
    try:
        text = content.decode({"utf-8": "utf-8-sig", "utf-16": "utf-16"}.get(encoding, encoding))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidInputError(name, [f"line {line}: is no text in {encoding}"], hint=_HINT) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = _NOT_TEXT.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        raise InvalidInputError(name, [f"line {line}: has a byte that is in no text file"], hint=_HINT)
    lines = text.split("\n")
    ended = not lines[-1]
    lines = lines[:-1] if ended else lines
    if len(lines) > _MAX_LINES:
        raise InvalidInputError(name, [f"has more than {_MAX_LINES:,} lines"], hint="export fewer points")
    for number, line_text in enumerate(lines, start=1):
        if len(line_text) > _MAX_LINE:
            raise InvalidInputError(name, [f"line {number}: has more than {_MAX_LINE:,} characters"], hint=_HINT)
    return SourceText(tuple(lines), encoding.removesuffix("-le").removesuffix("-be"), ended)


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    head = content[:4096]
    if len(head) >= 4 and head[1::2].count(0) > 0.4 * len(head) and not head[0::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[0::2].count(0) > 0.4 * len(head) and not head[1::2].count(0):
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
