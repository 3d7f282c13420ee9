"""What the lines above a curve say of the strip: its label, its size, where it broke."""

import re
from collections.abc import Sequence

import attrs

from lab.instruments.numbers import parse_number
from lab.instruments.tables import Row, name_and_unit
from lab.instruments.tensile.quantities import factor

_KEYS = {
    "label": re.compile(
        r"specimen( :)? (label|name|id|identifier|designation)|sample( name| id)?$|probenbez|probenname|^probe$"
        r"|test run name|^specimen$|^film$",
        re.IGNORECASE,
    ),
    "thickness": re.compile(r"thickness|dicke|^a0$", re.IGNORECASE),
    "width": re.compile(r"width|breite|^b0$", re.IGNORECASE),
    "gauge_length": re.compile(
        r"gau?ge length|grip.* separation|grip distance|messl.nge|einspannl.nge|^l0$|initial length|^length$",
        re.IGNORECASE,
    ),
    "broke_at": re.compile(
        r"(break|failure|fracture) (location|mode|type)|bruchlage|bruchort|remark|comment|bemerkung", re.I
    ),
}
_AT_GRIPS = re.compile(r"grip|jaw|clamp|klemm|einspann|spannback", re.IGNORECASE)
_NUMBER_AND_UNIT = re.compile(r"^([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*\(?\[?([^\d\s)\]]\S*?)?\)?\]?$")
_COLON = re.compile(r"^(?P<key>[^:=]{2,60}?)\s*[:=]\s*(?P<value>.*)$")
_NO_SIZE = re.compile(
    r"deviation|abweichung|stdev|\bstd|\bsd\b|error|fehler|uncertaint|toleran|\bfinal|\bafter\b", re.IGNORECASE
)
"""What stands in the same unit beside the size of a strip and is another thing."""
_SAME = 0.01
_INSIDE = {"thickness": "um", "width": "mm", "gauge_length": "mm"}
_POSSIBLE = {"thickness": (0.5, 5000.0), "width": (0.5, 200.0), "gauge_length": (1.0, 1000.0)}


@attrs.frozen
class StripHeader:
    """What a file says of one strip."""

    label: str = ""
    thickness: float | None = None
    """um"""
    width: float | None = None
    """mm"""
    gauge_length: float | None = None
    """mm"""
    rejected: str = ""
    several: tuple[str, ...] = ()
    """Which of the sizes is given several times with different values, as for every reading of a gauge."""


def read_header(rows: Sequence[Row], mark: str, common: Sequence[Row] = ()) -> tuple[StripHeader, list[str]]:
    """Return what lines say of a strip, and the faults in them. Of several sizes that differ none is taken.

    Args:
        rows: The lines above its curve.
        mark: Decimal mark of its curve.
        common: Lines that hold for all strips of the file; the strip's own ones win.
    """
    found = _named(common) | _named(rows)
    faults: list[str] = []
    sizes: dict[str, float] = {}
    several = []
    for name in _INSIDE:
        values = [size for said in found.get(name, ()) if (size := _size(name, *said, mark, faults)) is not None]
        if values and max(values) > (1 + _SAME) * min(values):
            several.append(name)
        elif values:
            sizes[name] = values[-1]
    broke_at = found["broke_at"][-1][1] if "broke_at" in found else ""
    rejected = f"it broke at the grips ({broke_at!r})" if _AT_GRIPS.search(broke_at) else ""
    label = found["label"][-1][1] if "label" in found else ""
    return StripHeader(label, rejected=rejected, several=tuple(several), **sizes), faults


def _named(rows: Sequence[Row]) -> dict[str, list[tuple[Row, str, str]]]:
    """Return lines by what they name, each with its value and unit."""
    found: dict[str, list[tuple[Row, str, str]]] = {}
    for row in rows:
        key, value, unit = _entry(row)
        name = next((name for name, pattern in _KEYS.items() if key and pattern.search(key)), None)
        if name is not None and value and not (name in _INSIDE and _NO_SIZE.search(key)):
            found.setdefault(name, []).append((row, value, unit))
    return found


def has_label(row: Row) -> bool:
    """Return whether a line names a specimen."""
    key, value, _ = _entry(row)
    return bool(key and value and _KEYS["label"].search(key))


def _entry(row: Row) -> tuple[str, str, str]:
    """Return key, value and unit of a line: in two or three cells, or in one around a colon or an equals sign."""
    cells = [cell for cell in row.cells if cell]
    if len(cells) >= 2:
        key, unit = name_and_unit(cells[0].rstrip(": "))
        return key, cells[1], cells[2] if len(cells) > 2 else unit
    found = _COLON.match(cells[0]) if cells else None
    if not found:
        return "", "", ""
    key, unit = name_and_unit(found["key"])
    return key, found["value"].strip(), unit


def _size(name: str, row: Row, text: str, unit: str, mark: str, faults: list[str]) -> float | None:  # noqa: PLR0917
    found = _NUMBER_AND_UNIT.match(text)
    number, own_unit = (found[1], found[2] or unit) if found else (text, unit)
    value = parse_number(number, mark)
    if value is None and len(re.findall(r"[.,]", number)) == 1 and not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", number):
        value = parse_number(number.replace(",", "."), ".")
    times = factor(own_unit, _INSIDE[name])
    if value is None or times is None:
        what = f"{text} {unit}".strip()
        faults.append(f"line {row.number}: {name.replace('_', ' ')} {what!r} is no length with a unit")
        return None
    size = value * times
    low, high = _POSSIBLE[name]
    if not low <= size <= high:
        what = f"a {name.replace('_', ' ')} of {size:g} {_INSIDE[name]}"
        faults.append(f"line {row.number}: {what} is not possible; is its unit right?")
        return None
    return size
