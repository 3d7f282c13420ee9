"""What a protocol really does, read back from the simulator's commands and compared with the plan.

This is the independent check of the writer: it knows nothing of how protocols are written, it follows what is in each
tip from the commands alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from robot_protocols.decks import Place
from robot_protocols.plans import DeckPlan

TOLERANCE = 0.1
"""Largest difference between plan and protocol of a stock in a dish, uL."""

Contents = dict[Place, dict[str, float]]
"""Volume of each liquid by place, uL."""


@attrs.define
class LiquidLedger:
    """Follows liquids from command to command."""

    names: Mapping[str, str]
    """Name of each declared liquid by its id."""
    liquid_at: dict[Place, str] = attrs.field(factory=dict)
    """Name of the liquid that was declared in a well."""
    received: Contents = attrs.field(factory=lambda: defaultdict(lambda: defaultdict(float)))
    """What wells got beyond what was drawn back into the tip from the same well."""
    drawn: dict[str, float] = attrs.field(factory=lambda: defaultdict(float))
    """What left each stock's containers, less what was returned to them."""
    faults: list[str] = attrs.field(factory=list)
    _held: dict[str, tuple[Place, float]] = attrs.field(factory=dict)

    def follow(self, command: Mapping[str, Any]) -> None:
        """Take one command into account."""
        if command.get("status", "succeeded") != "succeeded":
            return
        kind = command["do"]
        if kind == "loadLiquid":
            for well in command["volumes"]:
                self.liquid_at[Place(command["slot"], well)] = self.names[command["liquid"]]
        elif kind == "aspirate":
            self._aspirate(command)
        elif kind == "dispense":
            self._dispense(command)
        elif kind in {"aspirateInPlace", "dispenseInPlace", "airGapInPlace"}:
            self.faults.append(f"{kind} moves liquid without naming a well")

    def _aspirate(self, command: Mapping[str, Any]) -> None:
        place, pipette = Place(command["slot"], command["well"]), command["pipette"]
        source, held = self._held.get(pipette, (place, 0.0))
        if held > TOLERANCE / 100 and source != place:
            self.faults.append(f"{pipette} draws from {place} while it still holds liquid of {source}")
        self._held[pipette] = (place, held + command["volume"])
        if place in self.liquid_at:
            self.drawn[self.liquid_at[place]] += command["volume"]

    def _dispense(self, command: Mapping[str, Any]) -> None:
        place, pipette = Place(command["slot"], command["well"]), command["pipette"]
        source, held = self._held.get(pipette, (place, 0.0))
        self._held[pipette] = (source, held - command["volume"])
        if source == place:
            if place in self.liquid_at:
                self.drawn[self.liquid_at[place]] -= command["volume"]
            return
        if source not in self.liquid_at:
            self.faults.append(f"{pipette} carries what it drew at {source}, no declared liquid, to {place}")
        self.received[place][self.liquid_at.get(source, str(source))] += command["volume"]


def follow(commands: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> LiquidLedger:
    """Return the ledger after all commands."""
    ledger = LiquidLedger(names)
    for command in commands:
        ledger.follow(command)
    return ledger


def differences(plan: DeckPlan, received: Mapping[Place, Mapping[str, float]]) -> tuple[str, ...]:
    """Return where what wells received is not what the plan says, one sentence each.

    Args:
        plan: The plan.
        received: Volume of each stock by place, uL, as the simulator moved it.
    """
    wanted: Contents = defaultdict(lambda: defaultdict(float))
    for item, stroke in plan.strokes:
        wanted[stroke.dish][item.stock] += stroke.volume
    found = []
    for place in sorted({*wanted, *received}):
        for stock in sorted({*wanted.get(place, {}), *received.get(place, {})}):
            asked = wanted.get(place, {}).get(stock, 0.0)
            got = received.get(place, {}).get(stock, 0.0)
            if abs(asked - got) > TOLERANCE:
                found.append(f"{place} gets {got:.1f} uL of {stock}, the plan says {asked:.1f} uL")
    return tuple(found)
