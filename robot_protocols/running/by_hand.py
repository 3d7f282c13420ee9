"""What people may say they did to a deck between runs: only what can be on the deck that the robot had last."""

from math import isfinite

from lab.errors import InvalidInputError
from robot_protocols.decks import Place, Use
from robot_protocols.running.places import RobotFolder


def check_refill(folder: RobotFolder, robot: str, place: Place, volume: float) -> None:
    """Refuse what is no volume, a container that the robot's last deck has not, and more than it holds.

    Args:
        folder: Where the runs are.
        robot: Serial number or name.
        place: The container.
        volume: What is said to be in it now, uL.

    Raises:
        InvalidInputError: If that cannot be.
    """
    if not isfinite(volume):
        raise InvalidInputError("refill", [f"{volume:g} mL is no volume"], hint="say what is in it now, in mL")
    deck = folder.deck_on(robot)
    if deck is None:
        return
    if place not in deck.stock_places:
        slots = ", ".join(str(slot.slot) for slot in deck.using(Use.STOCKS))
        fault = f"there is no container at {place} of the deck {deck.name!r}"
        raise InvalidInputError("refill", [fault], hint=f"its stocks stand in slot {slots}")
    capacity = deck.well(place).capacity
    if volume > capacity:
        fault = f"{place} holds at most {capacity / 1000:g} mL, not {volume / 1000:g} mL"
        raise InvalidInputError("refill", [fault], hint="say what is in it now, in mL")


def check_rack(folder: RobotFolder, robot: str, slot: int) -> None:
    """Refuse a slot that is not for tips on the robot's last deck.

    Raises:
        InvalidInputError: If it is none.
    """
    deck = folder.deck_on(robot)
    racks = [item.slot for item in deck.using(Use.TIPS)] if deck else [slot]
    if slot not in racks:
        raise InvalidInputError(
            "swap-rack", [f"no tips stand in slot {slot}"], hint=f"tip racks stand in slot {', '.join(map(str, racks))}"
        )
