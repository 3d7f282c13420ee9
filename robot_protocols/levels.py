"""Heights of liquids and tips in wells, in mm above the bottom."""

from collections.abc import Iterable

from robot_protocols.labware import Labware, Well

FLOOR_CLEARANCE = 1.0
"""Least height of a tip above a bottom: the robot's own default (Opentrons API, well_bottom_clearance)."""
IMMERSION = 2.0
"""How deep a tip goes below a stock's surface, so that little of it is wetted outside."""
REACH_MARGIN = 2.0
"""Least distance between the nozzle and the rim of a well that is narrower than the pipette."""
DROP_CLEARANCE = 3.0
"""Least height of a tip above the liquid of a dish that it doses without touching."""
RIM_DEPTH = 2.0
"""How far below its rim a dish is dosed, so that splashes stay inside."""


def lowest_tip(well: Well, racks: Iterable[Labware]) -> float:
    """Return how low a tip may go in a well: above the floor, and not deeper than the tip is long.

    Args:
        well: The well.
        racks: Tip racks of the pipettes that go there; the shortest tip counts.
    """
    reach = min((rack.exposed_tip for rack in racks), default=well.depth)
    return round(max(FLOOR_CLEARANCE, well.depth - (reach - REACH_MARGIN)), 1)


def mixing_height(dish: Well, racks: Iterable[Labware], volume_left: float) -> float | None:
    """Return where the tip stands while it mixes a dish; None where it would mix air.

    Args:
        dish: The dish.
        racks: Tip racks of the pipette that mixes.
        volume_left: What is in the dish while a stroke is in the tip, uL.
    """
    height = lowest_tip(dish, racks)
    return height if height <= max(FLOOR_CLEARANCE, dish.level(volume_left)) else None


def source_height(well: Well, volume_left: float, lowest: float) -> float:
    """Return where the tip stands when a stroke ends with `volume_left` uL in the container."""
    return round(max(lowest, well.level(volume_left) - IMMERSION), 1)


def dosing_height(well: Well, final_volume: float) -> float:
    """Return where a tip doses a dish that will hold `final_volume` uL: never in the liquid."""
    return round(max(well.depth - RIM_DEPTH, well.level(final_volume) + DROP_CLEARANCE), 1)
