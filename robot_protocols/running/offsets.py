"""How far labware really stands from where it should: the results of the robot's own position check, from a file.

[[offsets]]
slot = 1
x = 0.1
y = -0.2
z = 0.3
"""

from collections.abc import Sequence
from pathlib import Path

import attrs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.errors import InvalidInputError
from lab.user_files import key_faults, read_toml
from robot_protocols.decks import DeckDefinition
from robot_protocols.labware import Labware
from robot_protocols.robot_client.values import LabwareOffset

MOST_MM = 10.0
"""An offset that is larger means that something stands wrongly, not that it is a little off."""


@attrs.frozen
class SlotOffset:
    """What stands in a slot is off by this much, mm."""

    slot: int
    x: float
    y: float
    z: float


class _Offset(BaseModel):
    model_config = ConfigDict(extra="forbid")
    slot: int = Field(ge=1, le=11)
    x: float = Field(default=0.0, ge=-MOST_MM, le=MOST_MM)
    y: float = Field(default=0.0, ge=-MOST_MM, le=MOST_MM)
    z: float = Field(default=0.0, ge=-MOST_MM, le=MOST_MM)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    offsets: list[_Offset]


def read_offsets(path: Path) -> tuple[SlotOffset, ...]:
    """Read offsets from TOML.

    Raises:
        InvalidInputError: With every fault of the file.
    """
    try:
        found = _File.model_validate(read_toml(path)).offsets
    except ValidationError as error:
        raise InvalidInputError(str(path), key_faults(error), hint="see docs/how-to/run-a-robot.md") from error
    slots = [item.slot for item in found]
    twice = [f"slot {slot} is there twice" for slot in dict.fromkeys(slots) if slots.count(slot) > 1]
    if twice:
        raise InvalidInputError(str(path), twice, hint="give every slot one offset")
    return tuple(SlotOffset(item.slot, item.x, item.y, item.z) for item in found)


def offsets_for(deck: DeckDefinition, offsets: Sequence[SlotOffset]) -> tuple[LabwareOffset, ...]:
    """Return offsets as a robot takes them, for what stands in each slot of a deck.

    Raises:
        InvalidInputError: If nothing stands in a slot.
    """
    stands = {item.slot: item.labware for item in deck.slots}
    faults = [f"nothing stands in slot {item.slot} of {deck.name}" for item in offsets if item.slot not in stands]
    if faults:
        raise InvalidInputError("offsets", faults, hint="measure the offsets again for this deck")
    return tuple(LabwareOffset(_uri(stands[item.slot]), item.slot, item.x, item.y, item.z) for item in offsets)


def _uri(labware: Labware) -> str:
    namespace = labware.definition["namespace"] if labware.definition is not None else "opentrons"
    return f"{namespace}/{labware.load_name}/{labware.version}"
