"""Which film a specimen belongs to: "A03-07-2" or "L001 strip 2" are specimens of the films A03-07 and L001."""

import re
from collections.abc import Collection
from pathlib import PurePath

from lab.names import in_one_piece

_LAST_PART = re.compile(r"[\s_\-.#/(]+[^\s_\-.#/(]*$")


def film_of(label: str, films: Collection[str]) -> str | None:
    """Return the film that a label names, itself or before parts that number its specimens; None if it names none.

    Capitals do not matter unless two films differ in nothing else, nor does the encoding of letters with accents, which
    macOS takes apart in names of files. The longest label that is a film wins.

    >>> film_of("l001 strip 2", ["L001", "L002"])
    'L001'
    """
    text = label.strip()
    folded: dict[str, str | None] = {}
    for film in films:
        key = _folded(film)
        folded[key] = None if key in folded else film
    while text:
        if text in films:
            return text
        if found := folded.get(_folded(text)):
            return found
        shorter = _LAST_PART.sub("", text)
        if shorter == text:
            return None
        text = shorter
    return None


def _folded(text: str) -> str:
    return in_one_piece(text).casefold()


def film_of_file(name: str, films: Collection[str]) -> str | None:
    """Return the film that a file's name names: "L001_uv.csv" is of L001, "A3.1" of A3.1 where there is such a film."""
    return film_of(PurePath(name).name, films)
