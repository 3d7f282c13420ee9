"""Numbers, units, names and requirements as people write them, in reports, pages and plots."""

from collections.abc import Mapping
from functools import reduce

PERCENT = "%"
"""Beside what fractions are written in percent, see `value_text`."""

_NAMES = {
    "transmittance_uv": "UV transmittance",
    "transmittance_vis": "visible transmittance",
    "transmittance_ir": "IR transmittance",
    "youngs": "Young's",
    "_": " ",
}
"""What people write for parts of names, in this order."""


def number(value: float | None, digits: int = 3) -> str:
    """Return a value with a number of significant digits, without exponent where people write none."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    return f"{value:,.0f}" if "e" in text and 1 <= abs(value) < 1e7 else text


def unit_text(unit: str) -> str:
    """Return a unit as people write it, "" for fractions and numbers: "MJ/m^3" becomes "MJ/m³", "um" becomes "µm"."""
    if unit in {"fraction", "1"}:
        return ""
    return unit.replace("um", "µm").replace("^2", "²").replace("^3", "³")


def name_text(name: str) -> str:
    """Return a property's name as people write it: "tensile strength", "Young's modulus", "UV transmittance"."""
    return _in_words(name, _NAMES)


def _in_words(text: str, words: Mapping[str, str]) -> str:
    return reduce(lambda read, sign: read.replace(sign, words[sign]), words, text)


def recipe_text(fractions: Mapping[str, float]) -> str:
    """Return weight fractions as people write a recipe: "CNF 42.5 / MMT 57 / gelatin 0.5 wt%"."""
    return f"{parts_text(fractions, ' / ')} wt%"


def parts_text(fractions: Mapping[str, float], between: str = " · ") -> str:
    """Return weight fractions in wt%, without the unit; none is rounded away where recipes have finer steps."""
    return between.join(f"{name} {number(100 * part, 4)}" for name, part in fractions.items())


def value_text(value: float, unit: str, beside: str = "") -> str:
    """Return a value with its unit; a fraction in percent where the text that it stands beside says percent."""
    factor, sign = scale(unit, beside)
    return f"{number(factor * value)} {sign}".strip()


def spread_text(value: float, sd: float | None, unit: str, beside: str = "") -> str:
    """Return a value with its standard deviation and unit, see `value_text`: "81 ± 13 MPa"."""
    factor, sign = scale(unit, beside)
    spread = "" if sd is None else f" ± {number(factor * sd, 2)}"
    return f"{number(factor * value)}{spread} {sign}".strip()


def interval_text(value: float, low: float, high: float, unit: str, beside: str = "") -> str:
    """Return a value with its interval and unit, see `value_text`: "85 (69 to 103) MPa"."""
    factor, sign = scale(unit, beside)
    return f"{number(factor * value)} ({number(factor * low)} to {number(factor * high)}) {sign}".strip()


def range_text(low: float, high: float, unit: str, beside: str = "") -> str:
    """Return the ends of an interval with their unit, see `value_text`: "69 to 103 MPa"."""
    factor, sign = scale(unit, beside)
    return f"{number(factor * low)} to {number(factor * high)} {sign}".strip()


def scale(unit: str, beside: str) -> tuple[float, str]:
    """Return what values of a unit are multiplied by where they are written, and the unit that is written.

    Args:
        unit: Unit of the values.
        beside: The text that they stand beside.
    """
    return (100.0, PERCENT) if unit == "fraction" and PERCENT in beside else (1.0, unit_text(unit))


def wish_text(requirement: str) -> str:
    """Return a requirement as people write it: "tensile strength ≥ 75 MPa"."""
    return name_text(_in_words(requirement, {">=": "≥", "<=": "≤", "^3": "³", "^2": "²"}))
