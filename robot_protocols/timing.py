"""How long a deck takes. The vendor's own estimator returns nothing from API level 2.14 on.

The times of movement are round numbers for an OT-2 at its default speeds (400 mm/s in x and y) and have not been
checked on hardware; flow rates and delays, which dominate with thick stocks, are exact.
"""

from collections.abc import Iterable

from robot_protocols.decks import DeckDefinition
from robot_protocols.handling import MIXTURE, Handling
from robot_protocols.pipettes import Pipette
from robot_protocols.plans import Mixing, StockPass

MOVE_SECONDS = 2.0
"""One move from a well to another, up, across and down."""
TIP_SECONDS = 10.0
"""Picking up a tip and dropping it."""
HOME_SECONDS = 30.0
"""Homing at the start."""
WITHDRAW_MM = 15.0
"""Path that a slow withdrawal takes."""
TOUCH_SECONDS = 2.0
BLOW_OUT_SECONDS = 1.0


def pass_seconds(item: StockPass, deck: DeckDefinition) -> float:
    """Return how long one pass with one tip takes, s."""
    pipette, handling = deck.pipette(item.pipette), deck.handling[item.handling]
    once = 2 * MOVE_SECONDS + handling.aspirate_delay + _leaving_seconds(handling)
    volume = sum(stroke.volume for stroke in item.strokes)
    prewet = handling.prewet * item.strokes[0].volume if item.strokes else 0.0
    return TIP_SECONDS + once * len(item.strokes) + (volume + prewet) * _seconds_per_volume(handling, pipette)


def mixing_seconds(item: Mixing, deck: DeckDefinition) -> float:
    """Return how long mixing one film takes, s."""
    pipette, handling = deck.pipette(item.pipette), deck.handling[MIXTURE]
    mixed = item.times * item.volume * _seconds_per_volume(handling, pipette)
    return TIP_SECONDS + 2 * MOVE_SECONDS + mixed + _leaving_seconds(handling)


def _seconds_per_volume(handling: Handling, pipette: Pipette) -> float:
    """Time to draw and give back, s/uL."""
    return 1 / handling.aspirate_flow(pipette) + 1 / handling.dispense_flow(pipette)


def _leaving_seconds(handling: Handling) -> float:
    """Time from the end of dispensing until the tip has left the dish, and for leaving a liquid slowly before, s."""
    slow = WITHDRAW_MM / handling.withdraw_speed if handling.withdraw_speed else 0.0
    blow_out, touch = BLOW_OUT_SECONDS * handling.blow_out, TOUCH_SECONDS * handling.touch_tip
    return handling.dispense_delay + slow + blow_out + touch


def estimate_minutes(passes: Iterable[StockPass], mixings: Iterable[Mixing], deck: DeckDefinition) -> float:
    """Return how long a deck takes, min."""
    seconds = HOME_SECONDS + sum(pass_seconds(item, deck) for item in passes)
    seconds += sum(mixing_seconds(item, deck) for item in mixings)
    return round(seconds / 60, 1)


def minutes_until_drawn(passes: Iterable[StockPass], handling: str, deck: DeckDefinition) -> float:
    """Return how long after the start the last stroke of a handling class is done, min; 0 where there is none."""
    seconds, last = HOME_SECONDS, 0.0
    for item in passes:
        seconds += pass_seconds(item, deck)
        if item.handling == handling:
            last = seconds
    return last / 60


def duration_text(minutes: float) -> str:
    """Return a duration in words: "41 min", "3 h 47 min"."""
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"
