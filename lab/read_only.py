"""Mappings that a value holds and nobody changes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def read_only(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a read-only copy."""
    return MappingProxyType(dict(values))
