"""Numbers in text: decimal point or decimal comma, decided for a whole table and never a cell at a time."""

import math
import re
from collections.abc import Iterable

_POINT = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_NO_NUMBER = re.compile(r"[+-]?(nan|inf|infinity|n/?a|#.*|-+|\*+|over|under)", re.IGNORECASE)


def looks_numeric(cell: str) -> bool:
    """Return whether a cell holds a number in either style, or a sign that a number is missing there."""
    text = cell.strip()
    return bool(_POINT.fullmatch(text) or _COMMA.fullmatch(text) or _NO_NUMBER.fullmatch(text))


def decimal_mark(cells: Iterable[str]) -> str | None:
    """Return the decimal mark of a table's numbers: "." or ",", or None where it cannot be told.

    ``1,234`` is a number with three decimals or one above a thousand. So commas count as decimal commas only if no
    number has a point and at least one of those with a comma cannot be read as having a thousands separator.
    """
    commas = points = False
    certain = False
    for cell in cells:
        text = cell.strip()
        if "." in text and _POINT.fullmatch(text):
            points = True
        elif "," in text and _COMMA.fullmatch(text):
            commas = True
            certain = certain or not _THOUSANDS.fullmatch(text)
    if commas:
        return "," if certain and not points else None
    return "."


def parse_number(cell: str, mark: str) -> float | None:
    """Return the number in a cell, or None where there is none, or none that is finite."""
    text = cell.strip()
    if not (_POINT if mark == "." else _COMMA).fullmatch(text):
        return None
    value = float(text.replace(mark, "."))
    return value if math.isfinite(value) else None


def decimals(cell: str) -> int:
    """Return how many digits stand behind a number's decimal mark."""
    mantissa = re.split("[eE]", cell.strip())[0]
    return len(mantissa) - 1 - max(mantissa.rfind("."), mantissa.rfind(",")) if re.search("[.,]", mantissa) else 0
