"""Handling classes: how the robot treats water, gelatin, glycerol, clay and fibre gel, and a film's mixture."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import attrs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.errors import InvalidInputError
from lab.materials import HandlingClass
from lab.user_files import key_faults
from robot_protocols.pipettes import Pipette

MIXTURE = "mixture"
"""Class of what is in a dish, for mixing."""
CLASS_NAMES = (*(str(name) for name in HandlingClass), MIXTURE)


@attrs.frozen
class Handling:
    """How one class of liquid is treated; `handling.toml` says what each value means and where it comes from."""

    name: str
    order: int
    aspirate: float
    dispense: float
    aspirate_delay: float
    dispense_delay: float
    withdraw_speed: float
    prewet: int
    blow_out: bool
    touch_tip: bool
    tip_uses: int
    extra_cv: float
    liquid_minutes: float
    dilute_below: float
    source: str

    def aspirate_flow(self, pipette: Pipette) -> float:
        """Return the flow rate into the tip, uL/s."""
        return round(self.aspirate * pipette.flow, 2)

    def dispense_flow(self, pipette: Pipette) -> float:
        """Return the flow rate out of the tip, uL/s."""
        return round(self.dispense * pipette.flow, 2)


class _Handling(BaseModel):
    model_config = ConfigDict(extra="forbid")
    order: int
    # Plungers follow up to 3.3 times the default flow (opentrons shared data 9.0.0: 25, 329 and 1021 uL/s).
    aspirate: float = Field(gt=0, le=3)
    dispense: float = Field(gt=0, le=3)
    aspirate_delay: float = Field(ge=0, le=60)
    dispense_delay: float = Field(ge=0, le=60)
    withdraw_speed: float = Field(ge=0, le=400)
    prewet: int = Field(ge=0, le=10)
    blow_out: bool
    touch_tip: bool
    tip_uses: int = Field(ge=1)
    extra_cv: float = Field(ge=0, le=1)
    liquid_minutes: float = Field(ge=0)
    dilute_below: float = Field(ge=0)
    source: str


@cache
def _defaults() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("robot_protocols").joinpath("handling.toml").read_text("utf-8")
    return tomllib.loads(text)


def handling_classes(overrides: Mapping[str, Mapping[str, Any]] | None = None) -> Mapping[str, Handling]:
    """Return every handling class by name.

    Args:
        overrides: Keys that a deck file changes, by class.

    Raises:
        InvalidInputError: With every unknown class or key and every value out of range.
    """
    overrides = overrides or {}
    faults = [
        f"handling.{name}: there is no such class, known: {', '.join(CLASS_NAMES)}"
        for name in overrides
        if name not in CLASS_NAMES
    ]
    classes = {}
    for name in CLASS_NAMES:
        try:
            table = _Handling.model_validate({**_defaults()[name], **overrides.get(name, {})})
        except ValidationError as error:
            faults += key_faults(error, under=f"handling.{name}")
            continue
        classes[name] = Handling(name=name, **table.model_dump())
    if faults:
        raise InvalidInputError("handling classes", faults, hint="see robot_protocols/handling.toml for every key")
    return MappingProxyType(classes)
