"""Names: how they are compared, and which one was probably meant where nothing is known about one."""

from collections.abc import Iterable
from difflib import get_close_matches
from unicodedata import normalize

_MOST_SHOWN = 20
"""Names in a hint: all of a library, but not all films of a campaign."""


def in_one_piece(text: str) -> str:
    """Return a text with letters and their accents in one piece (NFC), however they were typed, as records keep it."""
    return normalize("NFC", text)


def near_name(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """Return the known name that was probably meant, whatever its case; None where none is near.

    Args:
        name: What was written.
        known: Names that are known.
        likeness: Least likeness of the two, from 0 to 1 (`difflib.SequenceMatcher.ratio`).
    """
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=likeness)
    return folded[near[0]] if near else None


def meant(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'films'?`` to put behind a fault; empty where no known name is near."""
    near = near_name(name, known)
    return f"; did you mean {near!r}?" if near else ""


def known_hint(name: str, known: Iterable[str]) -> str:
    """Return a hint for a name that nothing is known about: the one that was probably meant, or what there is."""
    known = list(known)
    near = near_name(name, known)
    if near:
        return f"did you mean {near}?"
    more = f" and {len(known) - _MOST_SHOWN} more" if len(known) > _MOST_SHOWN else ""
    return f"known: {', '.join(known[:_MOST_SHOWN]) or 'none'}{more}"
