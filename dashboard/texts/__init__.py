"""What the dashboard says, in one place a language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def texts(language: str = "en") -> Mapping[str, str]:
    """Return all texts of a language by key, ``{"today.title": "Today", ...}``."""
    found = tomllib.loads((resources.files(__name__) / f"{language}.toml").read_text("utf-8"))
    return dict(_flat("", found))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        pairs += _flat(f"{prefix}{name}.", value) if isinstance(value, dict) else [(f"{prefix}{name}", value)]
    return pairs


def text(key: str, **values: object) -> str:
    """Return a text with values filled in.

    Raises:
        KeyError: If there is no such text, or it needs a value that is not given.
    """
    return texts()[key].format(**values)


def counted(key: str, count: int) -> str:
    """Return a text about a number of things: `key` with the number, or `key_one` for a single one."""
    return text(f"{key}_one") if count == 1 else text(key, count=f"{count:,}")


def name_of(kind: str, value: str) -> str:
    """Return the name of one of several things of a kind, or the thing's own word where it has no name here yet."""
    return texts().get(f"{kind}.{value}", value)
