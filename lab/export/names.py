"""Names of places in a crate: labels and names of files may hold anything, places may not."""

import re

from lab.hashing import sha256_of_bytes

_UNSAFE = re.compile(r"[^\w./-]+")
_UNSAFE_IN_PART = re.compile(r"[^\w.-]+")
_LONGEST = 200
"""Bytes of a part: file systems take 255, and a hundred letters may be more than that."""


def safe_name(name: str) -> str:
    """Return a name that can be part of a place."""
    return _UNSAFE.sub("_", name).strip("./") or "unnamed"


def safe_part(label: str) -> str:
    """Return what can stand between two slashes of a place, another one for every label: L 2 and L_2 are two films."""
    safe = _UNSAFE_IN_PART.sub("_", label).strip(".").encode()[:_LONGEST].decode(errors="ignore")
    return safe if safe == label and safe else f"{safe}-{sha256_of_bytes(label.encode())[:8]}"
