"""CSV files as people and spreadsheets write them: rows with their line numbers, faults with their places."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from lab.errors import InvalidInputError
from lab.files import write_atomically
from lab.user_files import reading_fault

SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What separates columns in files that are no CSV with commas, and how it is called."""
_FIRST_LINE = re.compile(r"\s*[^\r\n]+")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of spreadsheets, new and old."""
COMMA_FAULT = "has a comma: write decimal points throughout, or decimal commas throughout, and no thousands"
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

    Args:
        content: The file: UTF-8, cells separated by commas, semicolons or tabs.
        faults: What is wrong is added here.
    """
    if found := encoding_faults(content):
        faults += found
        return
    text = content.decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
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


def with_decimal_points(rows: Sequence[tuple[int, list[str]]], columns: Collection[str]) -> list[tuple[int, list[str]]]:
    """Return rows whose numbers are written with decimal points, where they are written with decimal commas throughout.

    Where commas may separate thousands, or others of the numbers have points, every cell stays as it is.

    Args:
        rows: The rows of a file, the header first, as `rows_of` yields them.
        columns: Names of the columns that hold numbers.
    """
    at = {index for index, name in enumerate(rows[0][1]) if name in columns} if rows else set()
    numbers = [cell for _, cells in rows[1:] for index, cell in enumerate(cells) if index in at]
    if not any("," in cell for cell in numbers):
        return list(rows)
    # The instruments' readers load numpy, and most that write CSV files here have no number to read.
    from lab.instruments.numbers import decimal_mark

    if decimal_mark(numbers) != ",":
        return list(rows)

    def pointed(index: int, cell: str) -> str:
        return cell.replace(",", ".") if index in at and cell.count(",") == 1 else cell

    return [(number, [pointed(index, cell) for index, cell in enumerate(cells)]) for number, cells in rows]


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


def _delimiter(text: str) -> str:
    # The header has no decimal commas: what separates its names separates all cells.
    head = _FIRST_LINE.match(text)
    return max(",", *SEPARATORS, key=head[0].count) if head else ","


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
