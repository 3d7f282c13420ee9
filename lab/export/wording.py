"""Numbers, units, names and requirements as people write them, in reports, pages and plots."""

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
    """Return a property's name as people write it: "tensile_strength" becomes "tensile strength"."""
    return name.replace("_", " ")


def value_text(value: float, unit: str, beside: str = "") -> str:
    """Return a value with its unit; a fraction in percent where the text that it stands beside says percent."""
    if unit == "fraction" and "%" in beside:
        return f"{number(100 * value)} %"
    return f"{number(value)} {unit_text(unit)}".strip()


def wish_text(requirement: str) -> str:
    """Return a requirement as people write it: "tensile strength ≥ 75 MPa"."""
    signs = {">=": "≥", "<=": "≤", "^3": "³", "^2": "²", "_": " "}
    return reduce(lambda words, sign: words.replace(sign, signs[sign]), signs, requirement)
