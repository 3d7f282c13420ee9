"""Tables of numbers in text files: where they begin and end, how their cells are separated, what their columns are."""

import csv
import re
from functools import cached_property

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.numbers import decimal_mark, decimals, looks_numeric, parse_number
from lab.instruments.text import SourceText

_DELIMITERS = ("\t", ";", ",")
_MAX_FAULTS = 20
_HINT = "export the file again; numbers must be finite, one row a line, as many cells as the header has"


@attrs.frozen
class Row:
    """A line of a file, cut into cells."""

    number: int
    """Line number, from 1."""
    cells: tuple[str, ...]
    """Without spaces around them and without the empty cells at the end."""


@attrs.frozen
class Table:
    """A block of rows of numbers below the lines that name its columns."""

    name: str
    """Name of the file, for error messages."""
    above: tuple[Row, ...]
    """The lines between the block before and this one, nearest last."""
    rows: tuple[Row, ...]
    delimiter: str
    may_be_cut: bool
    """Whether the last row is the file's last line and has no line end."""

    @cached_property
    def mark(self) -> str:
        """The decimal mark of all its numbers.

        Raises:
            InvalidInputError: If it cannot be told.
        """
        mark = decimal_mark(cell for row in self.rows for cell in row.cells)
        if mark is None:
            raise InvalidInputError(
                self.name,
                [f"lines {self.rows[0].number}-{self.rows[-1].number}: commas may be decimal or thousands separators"],
                hint="export numbers without thousands separators",
            )
        return mark

    @property
    def width(self) -> int:
        """Number of cells of its first row."""
        return len(self.rows[0].cells)

    @property
    def where(self) -> str:
        """Its lines, for people."""
        return f"lines {self.rows[0].number}-{self.rows[-1].number}"

    def columns(self, *indices: int, allow_short: bool = False) -> tuple[Array, ...]:
        """Return columns as numbers, shape ``(n,)`` each.

        Args:
            indices: Which columns, from 0.
            allow_short: Whether rows may lack these cells altogether, as where spectra of unequal length stand side by
                side; such rows are left out.

        Raises:
            InvalidInputError: With the line of every cell that is no finite number, and of a last line that is cut off.
        """
        faults: list[str] = []
        found: list[list[float]] = []
        for row in self.rows:
            cells = [row.cells[index] if index < len(row.cells) else "" for index in indices]
            if allow_short and not any(cells):
                continue
            values = [parse_number(cell, self.mark) for cell in cells]
            faults += [
                f"line {row.number}: {cell!r} is no number" if cell else f"line {row.number}: a number is missing"
                for cell, value in zip(cells, values, strict=True)
                if value is None
            ]
            if None not in values:
                found.append([value for value in values if value is not None])
            if len(faults) >= _MAX_FAULTS:
                break
        faults += self._cut_off()
        if faults:
            raise InvalidInputError(self.name, faults[:_MAX_FAULTS], hint=_HINT)
        numbers = np.array(found, dtype=float).reshape(len(found), len(indices))
        return tuple(numbers.T.copy())

    def _cut_off(self) -> list[str]:
        """Say so if the last number may have lost digits: no line end, and fewer decimals than the row before."""
        if not self.may_be_cut or len(self.rows) < 2:
            return []
        last, before = self.rows[-1], self.rows[-2]
        whole = len(last.cells) == len(before.cells) and decimals(last.cells[-1]) >= max(1, decimals(before.cells[-1]))
        return [] if whole else [f"line {last.number}: the file ends here without a line end and may be cut off"]


def find_tables(text: SourceText, name: str) -> tuple[Table, ...]:
    """Return every block of two or more rows of two or more numbers.

    A row that starts with a number belongs to the block even if another of its cells holds none, so that a damaged
    row is a fault and not the end of the data.

    Raises:
        InvalidInputError: If there is none, or quotation marks are left open.
    """
    delimiter = find_delimiter(text)
    rows = [Row(number, split_line(line, delimiter, name, number)) for number, line in enumerate(text.lines, start=1)]
    tables: list[Table] = []
    above: list[Row] = []
    block: list[Row] = []

    def close() -> None:
        if len(block) > 1:
            last = block[-1].number == len(text.lines) and not text.ended
            tables.append(Table(name, tuple(above), tuple(block), delimiter, last))
            above.clear()
        else:
            above.extend(block)
        block.clear()

    for row in rows:
        if _is_data(row, bool(block)):
            block.append(row)
        else:
            close()
            above.append(row)
    close()
    if not tables:
        raise InvalidInputError(name, ["has no table of numbers"], hint="give an export with its data, not a report")
    return tuple(tables)


def _is_data(row: Row, inside: bool) -> bool:
    filled = [cell for cell in row.cells if cell]
    if inside:
        return bool(filled) and (looks_numeric(filled[0]) or all(map(looks_numeric, filled)))
    return len(filled) >= 2 and all(map(looks_numeric, filled))


def split_line(line: str, delimiter: str, name: str, number: int) -> tuple[str, ...]:
    """Return the cells of a line, without spaces around them and without empty ones at the end.

    Raises:
        InvalidInputError: If a quotation mark is left open.
    """
    if delimiter == " ":
        cells = line.split()
    elif '"' not in line:
        cells = [cell.strip() for cell in line.split(delimiter)]
    else:
        try:
            read = next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True), [])
        except csv.Error as error:
            raise InvalidInputError(name, [f"line {number}: {error}"], hint=_HINT) from error
        cells = [cell.strip() for cell in read]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def find_delimiter(text: SourceText) -> str:
    """Return what separates cells: of tab, semicolon and comma the one that makes most rows of numbers, else spaces."""
    lines = [line for line in text.lines[:5000] if line.strip()]
    counts = {delimiter: sum(_is_row_of_numbers(line, delimiter) for line in lines) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best]:
        return best
    return " " if sum(_is_row_of_numbers(line, None) for line in lines) else max(_DELIMITERS, key="".join(lines).count)


def _is_row_of_numbers(line: str, delimiter: str | None) -> bool:
    cells = [cell.strip().strip('"').strip() for cell in line.split(delimiter)]
    filled = [cell for cell in cells if cell]
    return len(filled) >= 2 and all(map(looks_numeric, filled)) and any(char.isdigit() for char in line)


_UNIT_AT_END = re.compile(r"^(?P<name>.*?)\s*[\(\[<]\s*(?P<unit>[^()\[\]<>]*)\s*[\)\]>]\s*$")


def name_and_unit(header: str) -> tuple[str, str]:
    """Return a header's name and the unit in brackets at its end: "Load (N)" gives "Load" and "N"."""
    found = _UNIT_AT_END.match(header.strip())
    return (found["name"], found["unit"].strip()) if found else (header.strip(), "")
