"""Writing a plan as a protocol file for the robot: self-contained, standard library only, same plan, same bytes.

The file carries the plan as JSON inside Python string literals made by `ascii`, so that no film label, however it is
spelled, can become code; the program around it is the same for every plan.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from lab.counting import counted
from lab.hashing import canonical_json
from robot_protocols.decks import DeckDefinition
from robot_protocols.handling import Handling
from robot_protocols.plans import DeckPlan

API_LEVEL = "2.20"
"""Level of the robot's Python API: robot software 8.0 and later, up to the last that runs the OT-2."""


def readable_at(level: str) -> bool:
    """Return whether a robot that reads protocols up to an API level reads those that are written here."""
    return _numbers(level) >= _numbers(API_LEVEL)


def _numbers(level: str) -> tuple[int, ...]:
    return tuple(int(part) for part in level.split(".") if part.isdigit())


def write_protocol(plan: DeckPlan, deck: DeckDefinition) -> str:
    """Return the protocol file that makes a plan on a deck.

    Args:
        plan: The plan. It is written as it is: check it with `robot_protocols.preflight` first.
        deck: The deck that it was planned for.
    """
    parts = {
        "TITLE": f"{_plain(plan.label)}: {counted(len(plan.films), 'film')} on the deck {_plain(deck.name)}.",
        "NAME": ascii(f"filmlab {plan.label}"),
        "DESCRIPTION": ascii(f"{counted(len(plan.films), 'film')}, deck {deck.name}, plan {plan.sha256}"),
        "PLAN_SHA256": ascii(plan.sha256),
        "API_LEVEL": API_LEVEL,
        "DECK": _literal(canonical_json(robot_deck(deck))),
        "PLAN": _literal(plan.to_json()),
    }
    text = _template()
    for name, value in parts.items():
        if name not in {"PLAN", "DECK"}:
            text = text.replace(f"@@{name}@@", value)
    # The literals go in last: what stands inside them is never searched for further marks.
    head, rest = text.split("@@DECK@@")
    middle, tail = rest.split("@@PLAN@@")
    return head + parts["DECK"] + middle + parts["PLAN"] + tail


def robot_deck(deck: DeckDefinition) -> Mapping[str, Any]:
    """Return what the robot must know of a deck, as JSON values."""
    slots = deck.as_json()["slots"]
    return {
        "slots": slots,
        "pipettes": {
            mounted.mount: {
                "model": mounted.pipette.model,
                "racks": [item.slot for item in deck.tip_slots(mounted.pipette.model)],
            }
            for mounted in deck.pipettes
        },
        "handling": {name: _robot_handling(handling, deck) for name, handling in deck.handling.items()},
    }


def _robot_handling(handling: Handling, deck: DeckDefinition) -> Mapping[str, Any]:
    pipettes = [mounted.pipette for mounted in deck.pipettes]
    return {
        "aspirate_flow": {pipette.model: handling.aspirate_flow(pipette) for pipette in pipettes},
        "dispense_flow": {pipette.model: handling.dispense_flow(pipette) for pipette in pipettes},
        "aspirate_delay": handling.aspirate_delay,
        "dispense_delay": handling.dispense_delay,
        "withdraw_speed": handling.withdraw_speed,
        "prewet": handling.prewet,
        "blow_out": handling.blow_out,
        "touch_tip": handling.touch_tip,
    }


@cache
def _template() -> str:
    return resources.files("robot_protocols").joinpath("protocol_template.py.txt").read_text("utf-8")


def _plain(text: str) -> str:
    """Return text that may stand in a docstring: letters, digits and a few signs, everything else as a dot."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in " -_.") else "." for sign in text)


def _literal(text: str) -> str:
    """Return a text as lines of Python string literals that Python joins to one."""
    return "\n".join(f"    {line!a}" for line in _lines(text))


def _lines(text: str) -> list[str]:
    """Cut a text between objects, so that each step stands on a line of its own."""
    return re.split(r"(?<=[}\]],)(?=\{)", text)
