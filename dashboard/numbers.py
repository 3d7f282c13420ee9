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
    found = [typed_number(field.text) if field.text.strip() else (None, "") for field in fields]
    faults = [f"{field.what}: {fault}" for field, (_, fault) in zip(fields, found, strict=True) if fault]
    for field, (number, _) in zip(fields, found, strict=True):
        if number is not None and not (math.isfinite(number) and field.least <= number <= field.most):
            upper = f" to {field.most:g}" if math.isfinite(field.most) else " or more"
            faults.append(f"{field.what}: {number:g} is not {field.least:g}{upper}")
    if faults:
        raise InvalidInputError("numbers", faults)
    return [number for number, _ in found]


def read_number(field: Typed) -> float:
    """Return the number in a field that must not be empty.

    Raises:
        InvalidInputError: If it holds no number, or one out of range.
    """
    (number,) = read_numbers([field])
    if number is None:
        raise InvalidInputError("numbers", [f"{field.what}: there is no number yet"])
    return number
