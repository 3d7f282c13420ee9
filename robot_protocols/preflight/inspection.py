"""What the rules of preflight look at, with the look-ups that they share."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

import attrs

from lab.errors import UnknownNameError
from lab.stocks import WATER, Stock
from robot_protocols.decks import DeckDefinition, Place, Use
from robot_protocols.handling import Handling
from robot_protocols.labware import Labware, Well
from robot_protocols.mass_balance import Dose
from robot_protocols.pipettes import Pipette
from robot_protocols.plans import DeckPlan, StockPass, Stroke


@attrs.frozen
class RobotFacts:
    """What a robot says of itself."""

    model: str = "OT-2"
    api_level: str = "2.28"
    """Highest level of the Python API that it runs."""
    pipettes: Mapping[str, str] = attrs.field(factory=dict)
    """Model by mount."""


class Filling(NamedTuple):
    """A stroke with what its dish and its container hold once it is done, uL."""

    item: StockPass
    stroke: Stroke
    in_dish: float
    left_in_source: float


@attrs.frozen(slots=False)
class Inspection:
    """A plan with all that it is checked against."""

    plan: DeckPlan
    deck: DeckDefinition
    stocks: Mapping[str, Stock]
    today: date | None = None
    signed_sha256: str | None = None
    robot: RobotFacts | None = None
    used_tips: Collection[Place] = ()

    @cached_property
    def fillings(self) -> tuple[Filling, ...]:
        """Every stroke in order with the volumes after it, counted from what is loaded."""
        dishes: dict[Place, float] = defaultdict(float)
        at = {film.order.label: film.dish for film in self.plan.films}
        for content in self.plan.contents:
            if content.film in at:
                dishes[at[content.film]] += content.volume
        sources = {loaded.place: loaded.volume for need in self.plan.stock_needs for loaded in need.places}
        fillings = []
        for item, stroke in self.plan.strokes:
            dishes[stroke.dish] += stroke.delivered
            sources[stroke.source] = sources.get(stroke.source, 0.0) - stroke.volume
            fillings.append(Filling(item, stroke, dishes[stroke.dish], sources[stroke.source]))
        return tuple(fillings)

    @cached_property
    def stock_at(self) -> Mapping[Place, str]:
        """Stock that is loaded at a place."""
        return {loaded.place: need.stock for need in self.plan.stock_needs for loaded in need.places}

    @cached_property
    def timed(self) -> bool:
        """Whether every pass names a pipette and a class of this deck, so that its time can be told."""
        return all(self.pipette(item.pipette) and self.handling(item.handling) for item in self.plan.passes)

    @cached_property
    def doses(self) -> Mapping[str, tuple[Dose, ...]]:
        """Every dose by film, those that its dish has already first."""
        doses: dict[str, list[Dose]] = defaultdict(list)
        for content in self.plan.contents:
            doses[content.film] += [Dose(dose.stock, dose.pipette, dose.delivered, dose.sd) for dose in content.doses]
        for item, stroke in self.plan.strokes:
            doses[stroke.film].append(Dose(item.stock, item.pipette, stroke.delivered, stroke.sd))
        return {film: tuple(found) for film, found in doses.items()}

    def labware(self, slot: int) -> Labware | None:
        """Return what stands in a slot, or None."""
        try:
            return self.deck.labware(slot)
        except UnknownNameError:
            return None

    def well(self, place: Place) -> Well | None:
        """Return a well, or None where there is none."""
        labware = self.labware(place.slot)
        return labware.wells.get(place.well) if labware else None

    def pipette(self, model: str) -> Pipette | None:
        """Return a mounted pipette, or None."""
        try:
            return self.deck.pipette(model)
        except UnknownNameError:
            return None

    def handling(self, name: str) -> Handling | None:
        """Return a handling class, or None."""
        return self.deck.handling.get(name)

    def use_of(self, slot: int) -> Use | None:
        """Return what a slot is used for, or None where nothing stands in it."""
        return next((item.use for item in self.deck.slots if item.slot == slot), None)

    def tips(self) -> Iterator[tuple[str, Place, float, str]]:
        """Yield every tip with its pipette, the largest volume that it takes, and what it is for."""
        for item in self.plan.passes:
            yield item.pipette, item.tip, max((stroke.volume for stroke in item.strokes), default=0.0), item.stock
        for mixing in self.plan.mixings:
            yield mixing.pipette, mixing.tip, mixing.volume, f"mixing {mixing.film}"

    def stock(self, name: str) -> Stock | None:
        """Return a stock at hand, or None; water is no stock."""
        return None if name == WATER else self.stocks.get(name)
