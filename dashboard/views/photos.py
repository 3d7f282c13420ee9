"""Photos of films among the stored files."""

import re

from lab.hashing import sha256_of_bytes
from lab.records import Artefact, Records

_PLAIN = re.compile(r"[A-Za-z0-9][\w.-]{0,60}")


def photo_folder(film: str) -> str:
    """Return where photos of a film are named: a label may hold anything, a file name may not."""
    if _PLAIN.fullmatch(film) and ".." not in film:
        return f"photos/{film}"
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", film).strip("-")[:40] or "film"
    return f"photos/{safe}-{sha256_of_bytes(film.encode())[:12]}"


def photos_of(records: Records, film: str) -> list[Artefact]:
    """Return the photos of a film, in the order in which they were stored."""
    folder = photo_folder(film) + "/"
    return [artefact for name, artefact in records.artefacts.items() if name.startswith(folder)]
