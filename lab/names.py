"""Names: how they are compared, and which one was probably meant where nothing is known about one."""

from collections.abc import Container, Iterable, Sequence
from difflib import get_close_matches
from itertools import count
from unicodedata import normalize

from lab.hashing import sha256_of_json

_MOST_BYTES = 2_000
_MOST_SHOWN = 20
"""Names in a hint: all of a library, but not all films of a campaign."""


def in_one_piece(text: str) -> str:
    """Return a text with letters and their accents in one piece (NFC), however they were typed, as records keep it."""
    return normalize("NFC", text)


def in_one(names: Sequence[str]) -> str:
    """Return names as one, for the key of an act about all of them: many of them as the first one and a hash of all.

    A key is indexed, and PostgreSQL indexes no text of more than 2,704 bytes.
    """
    joined = "+".join(names)
    if len(joined.encode()) <= _MOST_BYTES:
        return joined
    return f"{names[0]}+{len(names) - 1}-more-{sha256_of_json(list(names))[:16]}"


def free_key(key: str, taken: Container[str]) -> str:
    """Return a key for an act that may be done more than once: itself, or the first of key:2, key:3, ... not taken.

    The key of another act may look like a later one of this: the second grade of a film 1:1, the first of a film 1:1:2.
    """
    return key if key not in taken else next(later for n in count(2) if (later := f"{key}:{n}") not in taken)


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
