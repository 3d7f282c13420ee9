"""What was pressed on a page, as its browser sent it."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

FIELD = "pressed"
"""Where a browser sends what was pressed: ``[[number, key], ...]``, beside the ``turn`` for which it was meant."""

_END_OF_NUMBERS = 2**53
"""A browser's numbers are whole and exact below it; an infinite one is not."""


@attrs.frozen
class Press:
    """A key that was pressed, or the click that stands for it."""

    number: int
    """Grows from press to press."""
    key: str
    """In small letters: "d", "enter"."""


def new_presses(sent: Any, keys: Iterable[str], *, turn: str, handled: int) -> list[Press]:
    """Return what is new of what a browser sent, in its order; the browser may have sent anything.

    Args:
        sent: What it sent.
        keys: The keys that mean something.
        turn: The turn for which presses count.
        handled: Number of the press that was handled last.
    """
    if not isinstance(sent, Mapping) or sent.get("turn") != turn or not isinstance(sent.get(FIELD), list):
        return []
    known = set(keys)
    found = []
    for entry in sent[FIELD]:
        match entry:
            case [int() | float() as number, str() as key] if key in known and handled < number < _END_OF_NUMBERS:
                found.append(Press(int(number), key))
            case _:
                pass
    return sorted(found, key=lambda press: press.number)
