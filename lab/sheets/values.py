"""What a person types into a cell: 42, 42.5 um, 85 %, "> 500 %", "failed: strip slipped"."""

import re

from lab.errors import UnitError
from lab.instruments.results import Reading
from lab.properties import Property
from lab.records import Status
from lab.units import convert

_NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?")
_VALUE = re.compile(rf"^(?P<sign>[<>]=?)?\s*(?P<number>{_NUMBER.pattern})\s*(?P<unit>[^\d].*)?$")
_FAILED = re.compile(r"^fail(ed|ure)?\b[\s:,-]*(?P<why>.*)$", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")


def parse_cell(text: str, prop: Property, ref: str, note: str = "") -> tuple[Reading | None, str]:
    """Return the reading that a cell holds, or what is wrong with it.

    A decimal comma is understood unless it may be a thousands separator. A number without a unit is in the unit of the
    property; a fraction may be given as percent with its sign. A censored value is a lower bound wherever values are
    learned from, so an upper one (``< 3``) is refused.
    """
    failed = _FAILED.match(text)
    if failed:
        why = failed["why"].strip() or note
        if not why:
            return None, f"{ref}: write why it failed, for example 'failed: strip slipped'"
        return Reading(prop.name, None, prop.unit, ref, n=0, status=Status.FAILED, note=why), ""
    found = _VALUE.match(text)
    number, fault = typed_number(found["number"]) if found else (None, f"{text!r} is no number")
    if number is None or found is None:
        return None, f"{ref}: {fault}"
    if (found["sign"] or "").startswith("<"):
        return None, f"{ref}: {text!r} is an upper bound, only lower ones (> 5) are kept: write 'failed: below ...'"
    unit = (found["unit"] or "").strip()
    try:
        value = convert(number, unit, prop.unit) if unit else number
    except UnitError as error:
        return None, f"{ref}: {error.message}"
    if prop.impossible(value):
        percent = f"; if it is percent, write {number:g} %" if prop.unit == "fraction" and 1 < number <= 100 else ""
        return None, f"{ref}: {text!r} is not possible ({prop.lower:g} to {prop.upper:g} {prop.unit}){percent}"
    status = Status.CENSORED if found["sign"] else Status.OK
    said = f"given as {text}" if found["sign"] else ""
    return Reading(prop.name, value, prop.unit, ref, status=status, note="; ".join(filter(None, (said, note)))), ""


def typed_number(text: str) -> tuple[float | None, str]:
    """Return the number that a person typed, or what is wrong with it; commas are understood as in `parse_cell`."""
    text = text.strip()
    if _NUMBER.fullmatch(text) is None:
        return None, f"{text!r} is no number"
    if "," in text and (_THOUSANDS.fullmatch(text) or text.count(",") > 1 or "." in text):
        return None, f"{text!r} may be a decimal or a thousands comma: write a decimal point and no thousands"
    try:
        return float(text.replace(",", ".")), ""
    except ValueError:
        return None, f"{text!r} is no number"
