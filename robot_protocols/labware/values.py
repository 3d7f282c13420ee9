"""What planning knows of a piece of labware."""

from collections.abc import Mapping
from enum import StrEnum
from math import pi
from typing import Any

import attrs

from lab.read_only import read_only


class LabwareKind(StrEnum):
    """What a piece of labware is for."""

    DISHES = "dishes"
    """Films are cast in it: well plates and dish holders."""
    RESERVOIR = "reservoir"
    TUBES = "tubes"
    TIPS = "tips"


@attrs.frozen
class Well:
    """A well, dish, trough, tube or tip place; lengths in mm, volumes in uL."""

    x: float
    """Centre, from the left edge of the labware."""
    y: float
    """Centre, from the front edge of the labware."""
    z: float
    """Inner bottom, above the deck."""
    depth: float
    capacity: float
    diameter: float | None = None
    """Of a round well."""
    x_size: float | None = None
    y_size: float | None = None
    """Of a rectangular well."""

    @property
    def area(self) -> float:
        """Area of the liquid's surface, mm^2 (the walls are taken as upright)."""
        if self.diameter is not None:
            return pi * self.diameter**2 / 4
        return (self.x_size or 0.0) * (self.y_size or 0.0)

    def level(self, volume: float) -> float:
        """Return the height of the liquid's surface above the bottom, mm (1 uL is 1 mm^3)."""
        return volume / self.area


@attrs.frozen
class Labware:
    """A piece of labware by its load name."""

    load_name: str
    title: str
    kind: LabwareKind
    size: tuple[float, float, float]
    """Footprint in x and y, and height: mm."""
    wells: Mapping[str, Well] = attrs.field(converter=read_only)
    """By name, in the order A1, B1, ..., A2, ..."""
    version: int = 1
    """Version of the vendor's definition, so that a later one cannot move the tip."""
    tip_length: float = 0.0
    """Length of a tip, mm; 0 where it is no tip rack."""
    tip_overlap: float = 0.0
    """How much of a tip sits on the nozzle, mm."""
    definition: Mapping[str, Any] | None = None
    """Definition of our own (schema 2), carried inside the protocol file; None for the vendor's labware."""

    @property
    def exposed_tip(self) -> float:
        """Length of a tip below the nozzle, mm."""
        return self.tip_length - self.tip_overlap
