"""Names of places in a crate: labels and names of files may hold anything, places may not."""

import re

_UNSAFE = re.compile(r"[^\w./-]+")


def safe_name(name: str) -> str:
    """Return a name that can be part of a place."""
    return _UNSAFE.sub("_", name).strip("./") or "unnamed"
