"""The cross-validation table that is stored with a properties model: written and read."""

import csv
import io
import math
from collections.abc import Iterable, Sequence

from lab.csv_files import csv_text
from lab.errors import InvalidInputError
from lab.export.parity import CrossValidationRow

_COLUMNS = ("film", "property", "measured", "measured_sd", "predicted", "predicted_sd")


def cross_validation_text(rows: Iterable[Sequence[str | float]]) -> str:
    """Return a cross-validation table as CSV.

    Args:
        rows: Film, property, value and SD as measured, value and SD as predicted; values in the property's unit.
    """
    return csv_text(_COLUMNS, rows)


def read_cross_validation(content: bytes) -> list[CrossValidationRow]:
    """Read a cross-validation table.

    A row without a measured or predicted value says nothing about the model and is left out.

    Raises:
        InvalidInputError: If it is no such table.
    """
    reader = csv.DictReader(io.StringIO(content.decode("utf-8", errors="replace"), newline=""))
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidInputError("cross-validation table", [f"has no column {name}" for name in missing])
    try:
        rows = [_row(row) for row in reader]
    except ValueError as error:
        raise InvalidInputError("cross-validation table", [f"cannot be read: {error}"]) from error
    return [row for row in rows if math.isfinite(row.measured) and math.isfinite(row.predicted)]


def _row(row: dict[str, str]) -> CrossValidationRow:
    measured, predicted, sd = (float(row[name] or "nan") for name in ("measured", "predicted", "predicted_sd"))
    return CrossValidationRow(row["film"], row["property"], measured, predicted, sd if math.isfinite(sd) else 0.0)
