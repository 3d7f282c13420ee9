"""Reading recipes from CSV files: every fault is listed at once with its row and column, and nothing is guessed."""

import csv
import difflib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from lab.compositions import SUM_TOLERANCE, Fractions
from lab.errors import InvalidInputError

LABEL_COLUMN = "film"
MAX_ROWS = 1_000_000
MAX_FAULTS = 50
_SUM_TOLERANCE = 1e-3
"""Recipes are typed or printed with few decimals: a sum this near to 1 is closed to 1."""
_HINT = "use one row a film, weight fractions between 0 and 1 with a decimal point, columns separated by commas"


@attrs.frozen(eq=False)
class RecipeTable:
    """Recipes as read from a file."""

    labels: tuple[str, ...]
    """Label of every film; row numbers where the file has no column "film"."""
    materials: tuple[str, ...]
    compositions: Fractions
    """Shape ``(n, k)``, closed to 1."""
    numbers: Mapping[str, tuple[float | None, ...]]
    """Values of the optional columns that were asked for; None where a cell is empty."""


def read_recipes(path: Path, materials: Sequence[str], *, optional: Sequence[str] = ()) -> RecipeTable:
    """Read a CSV file of recipes.

    Args:
        path: The file: UTF-8, with or without a byte order mark, a header, one column a material (weight fractions;
            an absent material is 0), and a column "film" with labels if wanted.
        materials: Names of the materials that may occur.
        optional: Further columns to read, with positive numbers or empty cells.

    Raises:
        InvalidInputError: With every fault: unreadable file, no material column, misspelt columns, semicolons or
            decimal commas, cells that are no number, NaN, negative, percent, sums other than 1, duplicate labels, more
            than 1,000,000 rows.
    """
    rows = _rows(path)
    header = [name.strip() for name in rows[0]]
    present = [name for name in materials if name in header]
    _check_header(path, header, materials, present, optional)
    reader = _Reader(header, present, [name for name in optional if name in header])
    for number, row in enumerate(rows[1:], start=2):
        reader.read(number, row)
    return reader.table(str(path))


def _rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(str(path), [f"cannot be read: {error}"], hint="give a CSV file in UTF-8") from error
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))]
    except csv.Error as error:
        raise InvalidInputError(str(path), [f"is no CSV file: {error}"], hint=_HINT) from error
    if len(rows) < 2:
        raise InvalidInputError(str(path), ["has no rows of recipes"], hint=_HINT)
    if len(rows) - 1 > MAX_ROWS:
        raise InvalidInputError(
            str(path), [f"has {len(rows) - 1:,} rows, more than {MAX_ROWS:,}"], hint="split the file"
        )
    return rows


def _check_header(
    path: Path, header: Sequence[str], materials: Sequence[str], present: Sequence[str], optional: Sequence[str]
) -> None:
    faults = [f"column {name!r} is there twice" for name in dict.fromkeys(header) if header.count(name) > 1]
    if len(header) == 1 and ";" in header[0]:
        faults.append("row 1: columns are separated by semicolons, not commas")
    elif not present:
        faults.append(f"row 1: there is no column of a material; known materials: {', '.join(materials)}")
    for name in header:
        if name not in (*materials, *optional, LABEL_COLUMN) and len(header) > 1:
            folded = {known.casefold(): known for known in (*materials, *optional, LABEL_COLUMN)}
            near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)
            faults += [f"row 1: column {name!r} is not known, did you mean {folded[near[0]]!r}?"] if near else []
    if faults:
        raise InvalidInputError(str(path), faults, hint=_HINT)


class _Reader:
    """Collects rows and faults."""

    def __init__(self, header: Sequence[str], materials: Sequence[str], optional: Sequence[str]) -> None:
        self.header = header
        self.materials = materials
        self.optional = optional
        self.columns = {name: header.index(name) for name in (*materials, *optional)}
        self.label_column = header.index(LABEL_COLUMN) if LABEL_COLUMN in header else None
        self.labels: dict[str, int] = {}
        self.fractions: list[list[float]] = []
        self.numbers: dict[str, list[float | None]] = {name: [] for name in optional}
        self.faults: list[str] = []

    def read(self, number: int, row: Sequence[str]) -> None:
        """Read one row."""
        if len(row) != len(self.header):
            self.faults.append(
                f"row {number}: has {len(row)} cells, the header has {len(self.header)} (a decimal comma splits a cell)"
            )
            return
        self._read_label(number, row)
        values = [self._number(number, name, row[self.columns[name]]) for name in self.materials]
        self.fractions.append(values)
        if all(map(math.isfinite, values)):
            self._check_sum(number, sum(values))
        for name in self.optional:
            self.numbers[name].append(self._optional_number(number, name, row[self.columns[name]]))

    def table(self, what: str) -> RecipeTable:
        """Return what was read, or raise with everything that is wrong."""
        if self.faults:
            shown = self.faults[:MAX_FAULTS]
            more = len(self.faults) - len(shown)
            raise InvalidInputError(what, [*shown, *([f"and {more} more"] if more else [])], hint=_HINT)
        fractions = np.array(self.fractions)
        return RecipeTable(
            labels=tuple(self.labels),
            materials=tuple(self.materials),
            compositions=fractions / fractions.sum(axis=1, keepdims=True),
            numbers={name: tuple(values) for name, values in self.numbers.items()},
        )

    def _read_label(self, number: int, row: Sequence[str]) -> None:
        label = row[self.label_column].strip() if self.label_column is not None else str(number - 1)
        if not label:
            self.faults.append(f"row {number}, {LABEL_COLUMN}: is empty")
        elif label in self.labels:
            self.faults.append(f"row {number}, {LABEL_COLUMN}: {label!r} is also in row {self.labels[label]}")
        self.labels.setdefault(label, number)

    def _number(self, number: int, name: str, cell: str) -> float:
        text = cell.strip()
        if not text:
            self.faults.append(f"row {number}, {name}: is empty")
            return math.nan
        try:
            value = float(text)
        except ValueError:
            comma = ", use a decimal point" if "," in text else ""
            self.faults.append(f"row {number}, {name}: {text!r} is no number{comma}")
            return math.nan
        if not math.isfinite(value):
            self.faults.append(f"row {number}, {name}: {text!r} is no number")
            return math.nan
        if value < 0:
            self.faults.append(f"row {number}, {name}: {value:g} is negative")
        return value

    def _optional_number(self, number: int, name: str, cell: str) -> float | None:
        if not cell.strip():
            return None
        value = self._number(number, name, cell)
        if value == 0:
            self.faults.append(f"row {number}, {name}: must be above 0")
        return value

    def _check_sum(self, number: int, total: float) -> None:
        if abs(total - 100) < 100 * _SUM_TOLERANCE:
            self.faults.append(f"row {number}: sums to {total:g}, which looks like percent: divide by 100")
        elif abs(total - 1) > max(_SUM_TOLERANCE, SUM_TOLERANCE):
            self.faults.append(f"row {number}: sums to {total:.6g}, not to 1")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, whole or not at all; floats keep every digit.

    Raises:
        WorkspaceError: If the disk is full or the folder may not be written.
    """
    from lab.files import write_atomically

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_atomically(path, text.getvalue())
