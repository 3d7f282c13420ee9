"""What the columns of a tensile test are, in English and German, and their units."""

import re
from functools import cache

from lab.errors import UnitError
from lab.units import convert

UNITS = {"time": "s", "force": "N", "extension": "mm", "stress": "MPa", "strain": "fraction"}
"""Unit in which each quantity is worked with."""

# Asked in this order: a column "Tensile strain (Extension)" is a strain.
_NAMES = {
    "stress": re.compile(r"stress|spannung", re.IGNORECASE),
    "strain": re.compile(r"strain|dehnung", re.IGNORECASE),
    "force": re.compile(r"force|\bload\b|kraft", re.IGNORECASE),
    "time": re.compile(r"\btime\b|zeit", re.IGNORECASE),
    "extension": re.compile(
        r"extension|displacement|crosshead|travel|weg\b|elongation|stroke|position|verl.ngerung", re.IGNORECASE
    ),
}
_OTHERS = re.compile(
    r"max|peak|at break|modul|bruch|mean|yield|fm\b|\btrue\b|\bwahre|lateral|transverse|querdehn"
    r"|\brate\b|dehnrate|speed|velocity|geschwindigkeit",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"s|sec|seconds|min|mm|cm|m|.m|um|in|inch|n|kn|mn|gf|kgf|lbf|%|mm/mm|m/m|in/in|mpa|gpa|kpa|pa|psi|ksi|n/mm.?|-",
    re.I,
)
_SPELLINGS = {
    "sec": "s",
    "seconds": "s",
    "mm/mm": "fraction",
    "m/m": "fraction",
    "in/in": "fraction",
    "-": "fraction",
    "inch": "in",
}


def quantity(header: str) -> str | None:
    """Return the quantity that a column's header names, None for one that is not needed.

    Only the part before a bracket counts. Columns of result tables, such as a maximum, are no curve, and
    properties are defined by engineering stress and strain along the strip, not by true ones, strains across it or
    rates.
    """
    name = re.split(r"[(\[<]", header)[0]
    if _OTHERS.search(header):
        return None
    return next((quantity for quantity, pattern in _NAMES.items() if pattern.search(name)), None)


def is_unit(cell: str) -> bool:
    """Return whether a cell holds nothing but a unit, with or without brackets."""
    text = cell.strip()
    return bool(re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]", text) or _UNIT.fullmatch(text.strip("()[]<>").strip()))


@cache
def factor(unit: str, to: str) -> float | None:
    """Return what a number in one unit is multiplied with to be in another; None if it is no such unit."""
    text = unit.strip().strip("()[]<>").strip().replace("µ", "u").replace("μ", "u").replace("²", "^2")
    text = _SPELLINGS.get(text.casefold(), text)
    text = re.sub(r"^[nN]/mm\^?2?$", "MPa", text)
    if not text:
        return None
    try:
        return convert(1.0, text, to)
    except UnitError:
        return None
