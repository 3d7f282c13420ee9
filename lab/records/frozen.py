"""Mappings that a record holds and nobody changes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def frozen(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a read-only copy."""
    return MappingProxyType(dict(values))
