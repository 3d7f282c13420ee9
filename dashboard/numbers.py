"""Numbers that people type, as text: a browser's own field for numbers may drop a comma, and 1,5 would become 15."""

import math
from collections.abc import Sequence

import attrs

from lab.errors import InvalidInputError
from lab.sheets.values import typed_number


@attrs.frozen
class Typed:
    """What stands in a field for a number."""

    what: str
    """The field's label, with its unit."""
    text: str
    least: float = 0.0
    most: float = math.inf


def shown(value: float) -> str:
    """Return a number as it stands in its field before anybody types."""
    return f"{value:g}"


def read_numbers(fields: Sequence[Typed]) -> list[float | None]:
    """Return the numbers in fields, None where nothing was typed.

    Raises:
        InvalidInputError: If some of them hold no number or one out of range; all of them are named.
    """
    return _numbers(fields, empty="")


def needed_numbers(fields: Sequence[Typed]) -> list[float]:
    """Return the numbers in fields that must not be empty.

    Raises:
        InvalidInputError: If some of them are empty, hold no number or one out of range; all of them are named.
    """
    return [number for number in _numbers(fields, empty="there is no number yet") if number is not None]


def read_number(field: Typed) -> float:
    """Return the number in a field that must not be empty.

    Raises:
        InvalidInputError: If it holds no number, or one out of range.
    """
    return needed_numbers([field])[0]


def _numbers(fields: Sequence[Typed], *, empty: str) -> list[float | None]:
    """Return numbers; `empty` is what is wrong with a field in which nothing was typed."""
    numbers, faults = [], []
    for field in fields:
        number, fault = typed_number(field.text) if field.text.strip() else (None, empty)
        if number is not None and not (math.isfinite(number) and field.least <= number <= field.most):
            upper = f" to {field.most:g}" if math.isfinite(field.most) else " or more"
            fault = f"{number:g} is not {field.least:g}{upper}"
        numbers.append(number)
        faults += [f"{field.what}: {fault}"] if fault else []
    if faults:
        raise InvalidInputError("numbers", faults)
    return numbers
