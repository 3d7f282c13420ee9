"""The film world's constants: read from constants.toml, where each has its unit and source."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

Constants = Mapping[str, float]
"""Values by dotted name: ``optics.clay``, ``polymers.gelatin.modulus``."""

FILE = resources.files(__package__) / "constants.toml"


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, dict[str, Any]]:
    """Return every entry of a table of constants by its dotted name, in the file's order."""
    entries: dict[str, dict[str, Any]] = {}
    for key, item in table.items():
        name = f"{prefix}{key}"
        if "value" in item:
            entries[name] = item
        else:
            entries |= flatten(item, f"{name}.")
    return entries


@cache
def entries() -> Mapping[str, Mapping[str, Any]]:
    """Return every constant's entry (value, unit, source and, where it is fitted, prior) by dotted name."""
    return MappingProxyType(flatten(tomllib.loads(FILE.read_text("utf-8"))))


@cache
def constants() -> Constants:
    """Return the value of every constant that is one number, by dotted name."""
    numbers = {name: entry["value"] for name, entry in entries().items() if not isinstance(entry["value"], list)}
    return MappingProxyType({name: float(value) for name, value in numbers.items()})
