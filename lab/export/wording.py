"""Numbers, units, names and requirements as people write them, in reports, pages and plots."""

from collections.abc import Mapping
from functools import reduce


def number(value: float | None, digits: int = 3) -> str:
    """Return a value with a number of significant digits, without exponent where people write none."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    return f"{value:,.0f}" if "e" in text and 1 <= abs(value) < 1e7 else text


def unit_text(unit: str) -> str:
    """Return a unit as people write it, "" for fractions: "MJ/m^3" becomes "MJ/m³", "um" becomes "µm"."""
    if unit == "fraction":
        return ""
    return unit.replace("um", "µm").replace("^2", "²").replace("^3", "³")


def name_text(name: str) -> str:
    """Return a property's name as people write it: "tensile strength", "Young's modulus"."""
    return name.replace("_", " ").replace("youngs", "Young's")


def recipe_text(fractions: Mapping[str, float]) -> str:
    """Return weight fractions as people write a recipe, in whole percent: "CNF 42 / MMT 54 / gelatin 4 wt%"."""
    return " / ".join(f"{name} {100 * part:.0f}" for name, part in fractions.items()) + " wt%"


def value_text(value: float, unit: str, beside: str = "") -> str:
    """Return a value with its unit; a fraction in percent where the text that it stands beside says percent."""
    factor, sign = _scale(unit, beside)
    return f"{number(factor * value)} {sign}".strip()


def spread_text(value: float, sd: float | None, unit: str, beside: str = "") -> str:
    """Return a value with its standard deviation and unit, see `value_text`: "81 ± 13 MPa"."""
    factor, sign = _scale(unit, beside)
    spread = "" if sd is None else f" ± {number(factor * sd, 2)}"
    return f"{number(factor * value)}{spread} {sign}".strip()


def interval_text(value: float, low: float, high: float, unit: str, beside: str = "") -> str:
    """Return a value with its interval and unit, see `value_text`: "85 (69 to 103) MPa"."""
    factor, sign = _scale(unit, beside)
    return f"{number(factor * value)} ({number(factor * low)} to {number(factor * high)}) {sign}".strip()


def _scale(unit: str, beside: str) -> tuple[float, str]:
    """Return what values of a unit are multiplied by where they are written, and the unit that is written."""
    return (100.0, "%") if unit == "fraction" and "%" in beside else (1.0, unit_text(unit))


def wish_text(requirement: str) -> str:
    """Return a requirement as people write it: "tensile strength ≥ 75 MPa"."""
    signs = {">=": "≥", "<=": "≤", "^3": "³", "^2": "²"}
    return name_text(reduce(lambda words, sign: words.replace(sign, signs[sign]), signs, requirement))
