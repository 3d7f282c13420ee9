"""Geometry that labware must have to stand in a slot. The vendor's own check accepts a well 500 mm away."""

from itertools import combinations
from math import hypot

from robot_protocols.labware.values import Labware, Well

FOOTPRINT = (127.76, 85.48)
"""Outer size of a slot's labware in x and y, mm (ANSI/SLAS 1-2004)."""
FOOTPRINT_TOLERANCE = 0.5
"""How far a footprint may be from it, mm (ANSI/SLAS 1-2004 allows 0.25 at the corners, 0.5 elsewhere)."""
MAXIMUM_HEIGHT = 125.0
"""Tallest labware, mm: a rack of 50 mL tubes (120.3) is the tallest that the vendor sells for the OT-2."""
_SLACK = 0.05


def labware_faults(labware: Labware) -> list[str]:
    """Return what is impossible about a piece of labware, one sentence a fault."""
    return [
        *_footprint_faults(labware),
        *(fault for name, well in labware.wells.items() for fault in _well_faults(labware, name, well)),
        *_overlap_faults(labware),
    ]


def _footprint_faults(labware: Labware) -> list[str]:
    width, length, height = labware.size
    faults = []
    for axis, size, nominal in (("x", width, FOOTPRINT[0]), ("y", length, FOOTPRINT[1])):
        if abs(size - nominal) > FOOTPRINT_TOLERANCE:
            faults.append(f"the footprint is {size:g} mm in {axis}, a slot takes {nominal:g} mm")
    if height > MAXIMUM_HEIGHT:
        faults.append(f"it is {height:g} mm tall, at most {MAXIMUM_HEIGHT:g} mm pass under the pipettes")
    return faults


def _well_faults(labware: Labware, name: str, well: Well) -> list[str]:
    width, length, height = labware.size
    faults = []
    if well.area <= 0:
        return [f"{name} has no size: give diameter, or xDimension and yDimension"]
    half_x, half_y = _half_sizes(well)
    if not (half_x <= well.x + _SLACK and well.x + half_x <= width + _SLACK):
        faults.append(f"{name} reaches outside the footprint in x (centre {well.x:g} mm, half width {half_x:g} mm)")
    if not (half_y <= well.y + _SLACK and well.y + half_y <= length + _SLACK):
        faults.append(f"{name} reaches outside the footprint in y (centre {well.y:g} mm, half length {half_y:g} mm)")
    if well.z < 0:
        faults.append(f"{name} has its bottom {-well.z:g} mm below the deck")
    if abs(well.z + well.depth - height) > 0.5 and well.z + well.depth > height:
        faults.append(f"{name} ends {well.z + well.depth:g} mm above the deck, the labware at {height:g} mm")
    if not labware.tip_length and well.capacity > well.area * well.depth * 1.05:
        faults.append(f"{name} is said to hold {well.capacity:g} uL, its size holds {well.area * well.depth:.0f} uL")
    return faults


def _overlap_faults(labware: Labware) -> list[str]:
    return [
        f"{first} and {second} overlap"
        for (first, one), (second, other) in combinations(labware.wells.items(), 2)
        if _overlap(one, other)
    ]


def _overlap(one: Well, other: Well) -> bool:
    if one.diameter is not None and other.diameter is not None:
        return hypot(one.x - other.x, one.y - other.y) < (one.diameter + other.diameter) / 2 - _SLACK
    (ax, ay), (bx, by) = _half_sizes(one), _half_sizes(other)
    return abs(one.x - other.x) < ax + bx - _SLACK and abs(one.y - other.y) < ay + by - _SLACK


def _half_sizes(well: Well) -> tuple[float, float]:
    if well.diameter is not None:
        return well.diameter / 2, well.diameter / 2
    return (well.x_size or 0.0) / 2, (well.y_size or 0.0) / 2
