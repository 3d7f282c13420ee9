"""Reading recipes from CSV files: every fault is listed at once with its row and column, and nothing is guessed.

A row is a film: its label in the column ``film``, one column a material with its weight fraction of the dry film, and
further columns with amounts where the reader asks for them. The file is UTF-8. Cells are separated by commas,
semicolons or tabs; numbers have decimal points or, throughout, decimal commas.
"""

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from lab.csv_files import COMMA_FAULT, read_limited, rows_of, with_decimal_points
from lab.errors import InvalidInputError
from lab.names import near_name
from lab.simplex import Fractions, close

LABEL_COLUMN = "film"
LONGEST_LABEL = 80
MAX_ROWS = 1_000_000
MAX_FAULTS = 500
"""Faults that are spelled out; the rest is counted."""
SUM_TOLERANCE = 2e-3
"""How far four fractions written with three decimals may be from a sum of 1; they are then closed to it."""
# Stricter than float(), which also reads 1_000, nan and digits of other scripts.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@attrs.frozen
class RecipeForm:
    """Which columns a file of recipes may have, and how many rows."""

    materials: tuple[str, ...] = attrs.field(converter=_names)
    """Materials that may occur; one without a column is 0."""
    amounts: tuple[str, ...] = ()
    """Columns with positive numbers or empty cells."""
    alternatives: tuple[str, ...] = ()
    """Those of `amounts` of which a file may have one."""
    label_needed: bool = False
    """Whether the column ``film`` must be there; films are numbered from 1 where it is not."""
    others_allowed: bool = True
    """Whether other columns are left aside; one whose name is nearly a known one is a fault even then."""
    max_rows: int = MAX_ROWS

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (LABEL_COLUMN, *self.materials, *self.amounts)


@attrs.frozen(eq=False)
class RecipeTable:
    """Recipes as read from a file."""

    labels: tuple[str, ...]
    materials: tuple[str, ...]
    """Materials that have a column, in the order of the form."""
    compositions: Fractions
    """Shape ``(n, k)``, closed to 1."""
    amounts: Mapping[str, tuple[float | None, ...]]
    """By column that is there; None where a cell is empty."""


def read_recipes(path: Path, form: RecipeForm) -> RecipeTable:
    """Read a CSV file of recipes.

    Args:
        path: The file: a header, one row a film.
        form: Which columns it may have.

    Raises:
        InvalidInputError: With every fault: unreadable or too long file, missing or misspelt columns, cells that are no
            number, negative, percent, commas that may separate thousands, sums other than 1, labels that are missing,
            too long or there twice, too many rows.
    """
    return parse_recipes(read_limited(path), form, what=str(path))


def parse_recipes(content: bytes, form: RecipeForm, *, what: str = "recipes") -> RecipeTable:
    """Read recipes from the bytes of a CSV file; see `read_recipes`."""
    faults: list[str] = []
    rows = list(itertools.islice(rows_of(content, faults), form.max_rows + 2))  # the header, and one row too many
    rows = with_decimal_points(rows, form.columns[1:])
    if not rows and not faults:
        faults.append("the file is empty")
    reader = _Reader(rows[0][1] if rows else [], form, faults)
    readable = bool(rows) and reader.check_header()
    if len(rows) > form.max_rows + 1:
        faults.append(f"row {rows[-1][0]}: there are more than {form.max_rows:,} films; split the file")
    if readable:
        reader.read(rows[1 : form.max_rows + 1])
    if not faults:
        return reader.table()
    shown = faults[:MAX_FAULTS]
    more = [f"and {len(faults) - MAX_FAULTS} more"] if len(faults) > MAX_FAULTS else []
    raise InvalidInputError(what, [*shown, *more], hint="correct these places and try again (rows count from 1)")


@attrs.define
class _Reader:
    """Collects films and faults."""

    header: Sequence[str]
    form: RecipeForm
    faults: list[str]
    _labels: dict[str, int] = attrs.field(factory=dict)
    _fractions: list[list[float]] = attrs.field(factory=list)
    _amounts: list[list[float | None]] = attrs.field(factory=list)

    @property
    def materials(self) -> tuple[str, ...]:
        return tuple(name for name in self.form.materials if name in self.header)

    @property
    def amounts(self) -> tuple[str, ...]:
        return tuple(name for name in self.form.amounts if name in self.header)

    def check_header(self) -> bool:
        """Whether there is enough of a header to read the rows by."""
        for index, name in enumerate(self.header, start=1):
            if self.header.index(name) < index - 1 and name:
                self.faults.append(f"row 1, column {name}: the column is there twice")
            elif name not in self.form.columns:
                self.faults += self._unknown(index, name)
        if self.form.label_needed and LABEL_COLUMN not in self.header:
            self.faults.append(f"row 1: the column {LABEL_COLUMN} is missing")
        if not self.materials:
            self.faults.append(f"row 1: there is no column of a material ({', '.join(self.form.materials)})")
        rivals = [name for name in self.form.alternatives if name in self.header]
        if len(rivals) > 1:
            self.faults.append(f"row 1: give {' or '.join(rivals)}, not both")
        return bool(self.materials) and (LABEL_COLUMN in self.header or not self.form.label_needed)

    def read(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Read the rows below the header."""
        before = len(self.faults)
        for count, (number, cells) in enumerate(rows, start=1):
            self._read_row(number, cells, str(count))
        if not self._fractions and len(self.faults) == before:
            self.faults.append("there is no film below the header")

    def table(self) -> RecipeTable:
        """Return what was read."""
        fractions = np.array(self._fractions)
        rounded = np.abs(fractions.sum(axis=1) - 1) >= 1e-9
        fractions[rounded] = close(fractions[rounded])
        columns = zip(*self._amounts, strict=True)
        amounts = dict(zip(self.amounts, columns, strict=True))
        return RecipeTable(tuple(self._labels), self.materials, fractions, amounts)

    def _unknown(self, index: int, name: str) -> Iterable[str]:
        if not name:
            return [] if self.form.others_allowed else [f"row 1, column {index}: the column has no name"]
        near = near_name(name, self.form.columns, likeness=0.7)
        if self.form.others_allowed and not near:
            return []
        hint = f"did you mean {near}?" if near else f"known are {', '.join(self.form.columns)}"
        return [f"row 1, column {name}: there is no such column, {hint}"]

    def _read_row(self, number: int, cells: Sequence[str], count: str) -> None:
        if len(cells) != len(self.header):
            self.faults.append(f"row {number}: has {len(cells)} columns, the header has {len(self.header)}")
            return
        row = dict(zip(self.header, cells, strict=True))
        self._read_label(number, row.get(LABEL_COLUMN, count))
        fractions = [self._number(number, name, row[name]) for name in self.materials]
        self._check_sum(number, fractions)
        self._fractions.append(fractions)
        self._amounts.append([self._amount(number, name, row[name]) for name in self.amounts])

    def _read_label(self, number: int, label: str) -> None:
        place = f"row {number}, column {LABEL_COLUMN}"
        if not label:
            self.faults.append(f"{place}: the film has no label")
        elif len(label) > LONGEST_LABEL:
            self.faults.append(f"{place}: the label is longer than {LONGEST_LABEL} signs")
        elif label in self._labels:
            self.faults.append(f"{place}: {label} is already in row {self._labels[label]}")
        else:
            self._labels[label] = number

    def _number(self, number: int, column: str, cell: str) -> float:
        value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
        fault = _fault(cell, value)
        if fault:
            self.faults.append(f"row {number}, column {column}: {fault}")
            return math.nan
        return value

    def _amount(self, number: int, column: str, cell: str) -> float | None:
        if not cell:
            return None
        value = self._number(number, column, cell)
        if value == 0:
            self.faults.append(f"row {number}, column {column}: is 0; leave the cell empty for the usual amount")
        return value

    def _check_sum(self, number: int, fractions: Sequence[float]) -> None:
        total = sum(fractions)
        if abs(total - 100) <= 100 * SUM_TOLERANCE:
            self.faults.append(f"row {number}: the fractions sum to {total:g}; write fractions of 1, not percent")
        elif abs(total - 1) > SUM_TOLERANCE:  # not where a fraction is NaN, whose fault is already listed
            self.faults.append(f"row {number}: the fractions sum to {total:.6g}, not to 1")


def _fault(cell: str, value: float) -> str:
    """What is wrong with a cell that must hold a number of at least 0; `value` is NaN where it is no number."""
    if not cell:
        return "is empty; write 0 where there is none"
    if cell.endswith("%"):
        return f"{cell[:40]} is a percentage; write it as a fraction of 1"
    if math.isnan(value):
        comma = _NUMBER.fullmatch(cell.replace(",", ".", 1))
        return f"{cell[:40]} {COMMA_FAULT if comma else 'is no number'}"
    if math.isinf(value):
        return f"{cell[:40]} is too large"
    return f"{cell[:40]} is negative" if value < 0 else ""
