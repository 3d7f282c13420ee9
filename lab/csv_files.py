"""CSV files as people and spreadsheets write them: rows with their line numbers, faults with their places."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lab.errors import InvalidInputError
from lab.files import write_atomically
from lab.user_files import reading_fault

SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What separates columns in files that are no CSV with commas, and how it is called."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of spreadsheets, new and old."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_BYTES = 200_000_000
"""A longer file is refused before it fills the memory; a million recipes of four materials take half of it."""


def read_limited(path: Path) -> bytes:
    """Return the bytes of a file that a user names.

    Raises:
        InvalidInputError: If it cannot be read, or is longer than `MAX_BYTES`.
    """
    try:
        with path.open("rb") as file:
            # Not the size on disk: a pipe or a device has none.
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(str(path), [reading_fault(error)], hint="give a CSV file") from error
    if len(content) > MAX_BYTES:
        raise InvalidInputError(str(path), [f"is longer than {MAX_BYTES // 10**6} MB"], hint="split the file")
    return content


def rows_of(content: bytes, faults: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, cells stripped, each with the number of its first line as an editor counts it.

    Semicolons and tabs instead of commas are a fault; the file is still read by them, so that its other faults are
    found as well.

    Args:
        content: The file: UTF-8 without byte-order mark.
        faults: What is wrong is added here.
    """
    text = _decoded(content, faults)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, faults), strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(f"row {start}: cannot be read ({error})")
            return
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield start, stripped
        start = reader.line_num + 1


def _decoded(content: bytes, faults: list[str]) -> str | None:
    if content.startswith(_BYTE_ORDER_MARK):
        faults.append("row 1: the file starts with a byte-order mark; save it as UTF-8 without BOM")
        content = content.removeprefix(_BYTE_ORDER_MARK)
    found = encoding_faults(content)
    faults += found
    return None if found else content.decode("utf-8")


def encoding_faults(content: bytes) -> list[str]:
    """Return why the bytes of a file are no text in UTF-8; nothing if they are."""
    if content.startswith(_WORKBOOKS):
        return ["row 1: the file is a spreadsheet; save its sheet as CSV"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["row 1: the file is UTF-16; save it as UTF-8"]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return [f"row {row}: byte {content[error.start]:#x} is not UTF-8; save the file as UTF-8"]
    return []


def _delimiter(text: str, faults: list[str]) -> str:
    first = text.partition("\n")[0]
    delimiter = ","
    for sign, name in SEPARATORS.items():
        if sign in first and "," not in first:
            faults.append(f"row 1: columns are separated by {name}; separate them by commas")
            delimiter = sign
    return delimiter


class _Lines(list[str]):
    """Takes the rows that a CSV writer writes, without their line ends."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n"))


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV text; floats keep every digit."""
    lines = _Lines()
    # The writer puts cells with a character of its line end between quotes: readers take a lone \r for one too.
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return "\n".join([*lines, ""])


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, whole or not at all; floats keep every digit.

    Raises:
        WorkspaceError: If the disk is full or the folder may not be written.
    """
    write_atomically(path, csv_text(columns, rows))
