"""Reading recipes from CSV: every fault of a file is listed at once, with row and column; then nothing is planned.

A row is a film: its label in the column ``film``, one column a material with its weight fraction of the dry film, and
if wanted ``solids_mg`` or ``solids_mg_per_cm2`` and ``volume_ul``. Comma-separated, decimal point, UTF-8.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from lab.compositions import Composition, close
from lab.errors import InvalidInputError
from robot_protocols.plans import FilmOrder

FILM = "film"
SOLIDS, SOLIDS_PER_AREA, VOLUME = "solids_mg", "solids_mg_per_cm2", "volume_ul"
_OPTIONAL = (SOLIDS, SOLIDS_PER_AREA, VOLUME)
SUM_TOLERANCE = 2e-3
"""How far fractions written with three decimals may be from a sum of 1; they are then closed to it."""
MOST_ROWS = 10_000
"""Films of one file: about a hundred decks. A longer file is a mistake, and says so instead of taking an hour."""
MOST_FAULTS = 500
"""Faults that are spelled out; the rest is counted."""
LONGEST_LABEL = 80
# Stricter than float(), which also reads 1_000, nan and digits of other scripts.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@attrs.frozen
class FilmStandard:
    """What a film gets where its row does not say."""

    solids: float
    """mg."""
    volume: float
    """uL."""
    casting_area: float
    """Area of a dish, cm^2."""


def read_recipes(path: Path, materials: Iterable[str], standard: FilmStandard) -> tuple[FilmOrder, ...]:
    """Read the films of a CSV file.

    Args:
        path: The file.
        materials: Names that a column may have.
        standard: What a film gets where its row does not say.

    Raises:
        InvalidInputError: With every fault, each with its row and column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInputError(str(path), [f"cannot be read: {error.strerror}"], hint="give a CSV file") from error
    return parse_recipes(content, materials, standard, what=str(path))


def parse_recipes(
    content: bytes, materials: Iterable[str], standard: FilmStandard, *, what: str = "recipes"
) -> tuple[FilmOrder, ...]:
    """Read films from the bytes of a CSV file; see `read_recipes`."""
    reader = _Reader(tuple(materials), standard)
    orders = reader.read(content)
    if reader.faults:
        faults = reader.faults[:MOST_FAULTS]
        if len(reader.faults) > MOST_FAULTS:
            faults.append(f"and {len(reader.faults) - MOST_FAULTS} more")
        raise InvalidInputError(
            what, faults, hint="correct these places and plan again; nothing has been planned (rows count from 1)"
        )
    return tuple(orders)


@attrs.define
class _Reader:
    materials: Sequence[str]
    standard: FilmStandard
    faults: list[str] = attrs.field(factory=list)
    _labels: dict[str, int] = attrs.field(factory=dict)

    def read(self, content: bytes) -> list[FilmOrder]:
        text = self._text(content)
        if text is None:
            return []
        rows = self._rows(text)
        header = next(rows, None)
        if header is None:
            self.faults.append("the file is empty")
            return []
        columns = self._columns(header[1])
        if not any(name in self.materials for name in columns) or FILM not in columns:
            return []
        orders = []
        for count, (number, cells) in enumerate(rows, start=1):
            if count > MOST_ROWS:
                self.faults.append(f"row {number}: there are more than {MOST_ROWS} films; split the file")
                break
            order = self._order(number, cells, columns)
            if order is not None:
                orders.append(order)
        if not orders and not self.faults:
            self.faults.append("there is no film below the header")
        return orders

    def _text(self, content: bytes) -> str | None:
        if content.startswith(b"\xef\xbb\xbf"):
            self.faults.append("row 1: the file starts with a byte-order mark; save it as UTF-8 without BOM")
            content = content[3:]
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.faults.append("row 1: the file is UTF-16; save it as UTF-8")
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            row = content[: error.start].count(b"\n") + 1
            self.faults.append(f"row {row}: byte {content[error.start]:#x} is not UTF-8; save the file as UTF-8")
            return None

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not empty, with the number of their first line."""
        first = text.split("\n", 1)[0]
        delimiter = ","
        for sign, name in ((";", "semicolons"), ("\t", "tabs")):
            if sign in first and "," not in first:
                self.faults.append(f"row 1: columns are separated by {name}; separate them by commas")
                delimiter = sign
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        start = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.faults.append(f"row {start}: cannot be read ({error})")
                return
            if any(cell.strip() for cell in cells):
                yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1

    def _columns(self, header: Sequence[str]) -> list[str]:
        known = [FILM, *self.materials, *_OPTIONAL]
        for index, name in enumerate(header, start=1):
            if not name:
                self.faults.append(f"row 1, column {index}: the column has no name")
            elif header.index(name) < index - 1:
                self.faults.append(f"row 1, column {name}: the column is there twice")
            elif name not in known:
                near = next((item for item in known if item.casefold() == name.casefold()), "")
                hint = f"did you mean {near}?" if near else f"known are {', '.join(known)}"
                self.faults.append(f"row 1, column {name}: there is no such column, {hint}")
        if FILM not in header:
            self.faults.append(f"row 1: the column {FILM} is missing")
        if not any(name in self.materials for name in header):
            self.faults.append(f"row 1: there is no column of a material ({', '.join(self.materials)})")
        if SOLIDS in header and SOLIDS_PER_AREA in header:
            self.faults.append(f"row 1: give {SOLIDS} or {SOLIDS_PER_AREA}, not both")
        return list(header)

    def _order(self, number: int, cells: Sequence[str], columns: Sequence[str]) -> FilmOrder | None:
        if len(cells) != len(columns):
            self.faults.append(f"row {number}: has {len(cells)} columns, the header has {len(columns)}")
            return None
        row = dict(zip(columns, cells, strict=True))
        before = len(self.faults)
        label = self._label(number, row[FILM])
        fractions = {name: self._number(number, name, row[name]) for name in columns if name in self.materials}
        composition = self._composition(number, fractions)
        amounts = {name: self._amount(number, name, row[name]) for name in columns if name in _OPTIONAL}
        if composition is None or len(self.faults) > before:
            return None
        return FilmOrder(label, composition, self._solids(amounts), amounts.get(VOLUME) or self.standard.volume)

    def _label(self, number: int, label: str) -> str:
        if not label:
            self.faults.append(f"row {number}, column {FILM}: the film has no label")
        elif len(label) > LONGEST_LABEL:
            self.faults.append(f"row {number}, column {FILM}: the label is longer than {LONGEST_LABEL} signs")
        elif label in self._labels:
            self.faults.append(f"row {number}, column {FILM}: {label} is already in row {self._labels[label]}")
        else:
            self._labels[label] = number
        return label

    def _number(self, number: int, column: str, cell: str) -> float | None:
        place = f"row {number}, column {column}"
        if not cell:
            self.faults.append(f"{place}: is empty; write 0 where there is none")
            return None
        if cell.endswith("%"):
            self.faults.append(f"{place}: {cell} is a percentage; write it as a fraction of 1")
            return None
        if not _NUMBER.fullmatch(cell):
            comma = _NUMBER.fullmatch(cell.replace(",", ".", 1))
            what = "has a decimal comma; write a point" if comma else "is no number"
            self.faults.append(f"{place}: {cell[:40]} {what}")
            return None
        value = float(cell)
        if not math.isfinite(value):
            self.faults.append(f"{place}: {cell[:40]} is too large")
            return None
        if value < 0:
            self.faults.append(f"{place}: {cell} is negative")
            return None
        return value

    def _amount(self, number: int, column: str, cell: str) -> float | None:
        """An optional amount: an empty cell leaves it to the standard."""
        if not cell:
            return None
        value = self._number(number, column, cell)
        if value == 0:
            self.faults.append(f"row {number}, column {column}: is 0; leave the cell empty for the usual amount")
        return value

    def _composition(self, number: int, fractions: Mapping[str, float | None]) -> Composition | None:
        values = [value for value in fractions.values() if value is not None]
        if len(values) < len(fractions):
            return None
        total = sum(values)
        if abs(total - 100) <= 100 * SUM_TOLERANCE:
            self.faults.append(f"row {number}: the fractions sum to {total:g}; write fractions of 1, not percent")
            return None
        if abs(total - 1) > SUM_TOLERANCE:
            self.faults.append(f"row {number}: the fractions sum to {total:g}, not to 1")
            return None
        exact = abs(total - 1) < 1e-9
        return Composition(dict(zip(fractions, values if exact else close(values).tolist(), strict=True)))

    def _solids(self, amounts: Mapping[str, float | None]) -> float:
        if (solids := amounts.get(SOLIDS)) is not None:
            return solids
        if (per_area := amounts.get(SOLIDS_PER_AREA)) is not None:
            return per_area * self.standard.casting_area
        return self.standard.solids
