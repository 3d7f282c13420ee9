"""Reads CSV tables for the models, every cell as text; what is wrong with a file is said with its lines."""

import csv
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.csv_files import SEPARATORS, encoding_faults
from lab.errors import InvalidInputError
from lab.names import meant
from lab.user_files import reading_fault

if TYPE_CHECKING:
    import pandas as pd

_NONE = "none"
_MISSING = ("", "nan", "na", "n/a", _NONE, "null", "-")
_LARGEST = 1e100
"""Squares of what is larger do not fit into a float."""
_LONGEST_EXAMPLE = 20
_LINES_NAMED = 8
_SAVE = "save the table as CSV with commas, in UTF-8"


@attrs.frozen(eq=False)
class TextTable:
    """A CSV file as text, with its findings so far."""

    name: str
    frame: "pd.DataFrame"
    """Every cell as text, stripped."""
    _numbers: dict[str, tuple[Array, Mask]] = attrs.field(factory=dict, init=False, repr=False)
    """Columns that were read as numbers: those of a million rows take half a second each."""

    def __len__(self) -> int:
        return len(self.frame)

    def texts(self, column: str) -> "pd.Series":
        """Return a column as text; missing cells are the empty text."""
        texts = self.frame[column]
        return texts.where(~texts.str.lower().isin(_MISSING), "")

    def words(self, column: str) -> "pd.Series":
        """Return a column of categories as text: "none", as of crosslinkers, is one of them, not a missing cell."""
        texts = self.frame[column]
        return texts.where(texts.str.lower() == _NONE, self.texts(column))

    def numbers(self, column: str) -> tuple[Array, Mask]:
        """Return a column as numbers, NaN where there is none, and which cells hold something else; both read-only."""
        import pandas as pd

        if column not in self._numbers:
            texts = self.texts(column)
            values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=float, copy=True)
            values[np.abs(values) > _LARGEST] = np.nan
            something = (texts != "").to_numpy() & np.isnan(values)
            for array in (values, something):
                array.setflags(write=False)
            self._numbers[column] = values, something
        return self._numbers[column]

    def no_number(self, column: str, rows: Mask) -> str:
        """Return what is wrong with cells that hold something else than a number, with an example."""
        example = self.frame[column].to_numpy()[rows][0][:_LONGEST_EXAMPLE]
        return f"text where a number is needed (or one beyond {_LARGEST:g}), as {example!r}"


def read_table(path: Path, columns: Sequence[str]) -> TextTable:
    """Read a CSV file and check that it has the columns.

    Raises:
        InvalidInputError: If it cannot be read, is empty, has rows with more cells than the header, has columns of one
            name, or lacks columns; all missing ones are listed, each with the nearest name that is there.
    """
    try:
        header = _header(path)
        frame = None if (faults := _header_faults(header, columns)) else _read(path, len(header))
    except OSError as error:
        raise InvalidInputError(str(path), [reading_fault(error)], hint="check the path") from error
    except (ValueError, Warning, csv.Error) as error:  # what pandas says of broken files is a ValueError, or a warning
        raise InvalidInputError(str(path), _broken(path, error), hint=_SAVE) from error
    if frame is None:
        raise InvalidInputError(str(path), faults, hint=f"name columns as they are in the header; {_SAVE}")
    if frame.empty:
        raise InvalidInputError(str(path), ["there are no rows below the header"], hint="give a table with films")
    frame.columns = header[: len(frame.columns)]
    return TextTable(path.name, frame[list(dict.fromkeys(columns))].fillna("").apply(lambda texts: texts.str.strip()))


def _read(path: Path, cells: int) -> "pd.DataFrame":
    import pandas as pd

    with warnings.catch_warnings():
        # Without index_col, and without this error, cells beyond the header would shift columns, or be dropped.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            path,
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            encoding="utf-8-sig",
            index_col=False,
            # With one column an empty line is a row with an empty cell: without it all later rows would move.
            skip_blank_lines=cells > 1,
            skiprows=_empty_lines(path),
        )


def _empty_lines(path: Path) -> int:
    """Return how many empty lines stand above the header."""
    with path.open(encoding="utf-8-sig") as file:
        return next((number for number, line in enumerate(file) if line.strip()), 0)


def _header(path: Path) -> list[str]:
    """Return the names in the header as they are written; pandas would rename the second of two equal ones."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, skipinitialspace=True)
        return [name.strip() for name in next((row for row in rows if row), [])]


def _header_faults(there: list[str], wanted: Sequence[str]) -> list[str]:
    if not there:
        return ["it is empty"]
    missing = [column for column in dict.fromkeys(wanted) if column not in there]
    for sign, name in SEPARATORS.items():
        split = [cell.strip() for cell in ",".join(there).split(sign)]
        if missing and len(split) > 1 and (len(there) == 1 or set(missing) <= set(split)):
            return [f"columns are separated by {name}; separate them by commas, and write decimals with a point"]
    twice = [column for column in dict.fromkeys(wanted) if there.count(column) > 1]
    return [f"there is no column {column!r}{meant(column, there)}" for column in missing] + [
        f"column {column!r} is there {there.count(column)} times" for column in twice
    ]


def _broken(path: Path, error: Exception) -> list[str]:
    if isinstance(error, UnicodeDecodeError):
        return encoding_faults(path.read_bytes())
    long = [] if isinstance(error, csv.Error) else _long_rows(path)
    return long or [f"cannot be read as a table: {str(error).strip()}"]


def _long_rows(path: Path) -> list[str]:
    """Return which lines have more cells than the header."""
    cells = len(_header(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, skipinitialspace=True)
        long = [reader.line_num for row in reader if len(row) > cells]
    if not long:
        return []
    more = f" and {len(long) - _LINES_NAMED} more" if len(long) > _LINES_NAMED else ""
    lines = f"line{'s' if len(long) > 1 else ''} {', '.join(map(str, long[:_LINES_NAMED]))}{more}"
    return [f"{lines}: more cells than the {cells} of the header; put text with commas in quotes"]
