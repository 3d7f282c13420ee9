"""What a deck is."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import attrs

from lab.errors import UnknownNameError
from lab.hashing import sha256_of_json
from robot_protocols.handling import Handling
from robot_protocols.labware import Labware, Well
from robot_protocols.pipettes import Pipette


class Use(StrEnum):
    """What a slot is used for."""

    DISHES = "dishes"
    STOCKS = "stocks"
    TIPS = "tips"


class Place(NamedTuple):
    """A well of the labware in a slot."""

    slot: int
    well: str

    def __str__(self) -> str:
        return f"{self.slot}:{self.well}"


@attrs.frozen
class DeckSlot:
    """A slot with what stands in it."""

    slot: int
    labware: Labware
    use: Use


@attrs.frozen
class MountedPipette:
    """A pipette with its mount."""

    mount: str
    """``left`` or ``right``."""
    pipette: Pipette


@attrs.frozen
class MixingRule:
    """How a film is mixed in its dish once everything is in it; a fresh tip a film."""

    pipettes: tuple[str, ...] = ()
    """Models in order of preference; the next is taken when the tips of the first run out. Empty: no mixing."""
    times: int = 3
    share: float = 0.5
    """Volume of a mixing stroke as a share of the film's volume, at most what the tip holds."""


@attrs.frozen
class Tolerance:
    """How far a film may be from its recipe, as absolute weight fractions."""

    warn: float = 0.01
    refuse: float = 0.05


@attrs.frozen
class FilmDefaults:
    """What a film is made of where an order does not say."""

    solids: float
    """Dry material, mg."""
    volume: float
    """Casting volume, uL."""


@attrs.frozen(slots=False)
class DeckDefinition:
    """A deck of the OT-2: slots 1 to 11, two mounts, and the rules that its films are made by.

    It may hold faults, such as two things in one slot: `robot_protocols.preflight` finds them, and a deck read from a
    file has been checked.
    """

    name: str
    title: str
    slots: tuple[DeckSlot, ...]
    pipettes: tuple[MountedPipette, ...]
    handling: Mapping[str, Handling]
    mixing: MixingRule = attrs.field(factory=MixingRule)
    tolerance: Tolerance = attrs.field(factory=Tolerance)
    reserve: float = 0.1
    """How much more of a stock is loaded than is needed, as a share."""
    film: FilmDefaults | None = None
    files: Mapping[str, str] = attrs.field(factory=dict, eq=False, repr=False)
    """What a copy of a deck of one's own is read from: `DECK_FILE` and its labware files; empty for a built-in deck."""

    def using(self, use: Use) -> Iterator[DeckSlot]:
        """Yield the slots of one use, in their order on the deck."""
        return (slot for slot in sorted(self.slots, key=lambda slot: slot.slot) if slot.use is use)

    @cached_property
    def dishes(self) -> tuple[Place, ...]:
        """Every dish, in the order in which films fill them."""
        return tuple(Place(slot.slot, well) for slot in self.using(Use.DISHES) for well in slot.labware.wells)

    @cached_property
    def stock_places(self) -> tuple[Place, ...]:
        """Every container for a stock or for water."""
        return tuple(Place(slot.slot, well) for slot in self.using(Use.STOCKS) for well in slot.labware.wells)

    @property
    def casting_area(self) -> float:
        """Area of a dish, cm^2; the largest, where dishes differ.

        Raises:
            UnknownNameError: If the deck has no dishes.
        """
        areas = [self.well(place).area for place in self.dishes]
        if not areas:
            raise UnknownNameError(f"deck {self.name!r} has no dishes", hint='give a slot with use = "dishes"')
        return max(areas) / 100

    def labware(self, slot: int) -> Labware:
        """Return what stands in a slot (the first, where a faulty deck names a slot twice).

        Raises:
            UnknownNameError: If the slot is empty.
        """
        for item in self.slots:
            if item.slot == slot:
                return item.labware
        raise UnknownNameError(f"nothing stands in slot {slot} of deck {self.name!r}")

    def well(self, place: Place) -> Well:
        """Return a well by its place.

        Raises:
            UnknownNameError: If the slot is empty or its labware has no such well.
        """
        labware = self.labware(place.slot)
        if place.well not in labware.wells:
            raise UnknownNameError(f"{labware.load_name} in slot {place.slot} has no well {place.well!r}")
        return labware.wells[place.well]

    def pipette(self, model: str) -> Pipette:
        """Return a mounted pipette by its model.

        Raises:
            UnknownNameError: If it is not mounted.
        """
        for mounted in self.pipettes:
            if mounted.pipette.model == model:
                return mounted.pipette
        raise UnknownNameError(f"deck {self.name!r} has no {model}")

    def largest_stroke(self, model: str) -> float:
        """Return what a pipette can move with the tips on this deck, uL: a 200 uL filter tip limits a p300.

        Raises:
            UnknownNameError: If it is not mounted.
        """
        pipette = self.pipette(model)
        tips = [self.well(place).capacity for place in self.tip_places(model)]
        return min([pipette.maximum, *tips])

    def working_pipettes(self) -> tuple[Pipette, ...]:
        """Return the mounted pipettes with the largest stroke that their tips allow."""
        return tuple(
            attrs.evolve(mounted.pipette, maximum=self.largest_stroke(mounted.pipette.model))
            for mounted in self.pipettes
        )

    def racks(self, *models: str) -> list[Labware]:
        """Return the tip racks that fit these pipettes, in their order on the deck."""
        return [slot.labware for slot in self.tip_slots(*models)]

    def tip_slots(self, *models: str) -> Iterator[DeckSlot]:
        """Yield the slots of the tip racks that fit these pipettes, in their order on the deck."""
        fitting = {rack for model in models for rack in self.pipette(model).tip_racks}
        return (slot for slot in self.using(Use.TIPS) if slot.labware.load_name in fitting)

    def tip_places(self, model: str) -> tuple[Place, ...]:
        """Return the places of the tips that fit a pipette, in the order in which they are used."""
        self.pipette(model)
        return self._tips[model]

    @cached_property
    def _tips(self) -> Mapping[str, tuple[Place, ...]]:
        return {
            mounted.pipette.model: tuple(
                Place(slot.slot, well) for slot in self.tip_slots(mounted.pipette.model) for well in slot.labware.wells
            )
            for mounted in self.pipettes
        }

    def as_json(self) -> Mapping[str, Any]:
        """Return everything that makes this deck what it is, as JSON values."""
        return {
            "name": self.name,
            "slots": [
                {
                    "slot": slot.slot,
                    "use": str(slot.use),
                    "labware": slot.labware.load_name,
                    "version": slot.labware.version,
                    "definition": slot.labware.definition,
                }
                for slot in sorted(self.slots, key=lambda slot: (slot.slot, slot.labware.load_name))
            ],
            "pipettes": {mounted.mount: mounted.pipette.model for mounted in self.pipettes},
            "handling": {name: attrs.asdict(handling) for name, handling in self.handling.items()},
            "mixing": {**attrs.asdict(self.mixing), "pipettes": list(self.mixing.pipettes)},
            "tolerance": attrs.asdict(self.tolerance),
            "reserve": self.reserve,
        }

    @cached_property
    def sha256(self) -> str:
        """Hash of the deck; a plan carries it, so that it is not run on another deck."""
        return sha256_of_json(self.as_json())
