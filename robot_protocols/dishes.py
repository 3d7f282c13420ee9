"""Which film is cast in which dish."""

from collections.abc import Sequence
from operator import le

from robot_protocols.decks import DeckDefinition, Place


def dishes_for(volumes: Sequence[float], places: Sequence[Place], deck: DeckDefinition) -> list[Place | None]:
    """Return a dish that holds it for each film, None where no such dish is left.

    Films take the dishes in order. Where dishes differ and one would not hold its film, the films of most volume choose
    first: so as many find one as can.

    Args:
        volumes: Casting volume of each film, uL.
        places: Dishes that are free.
        deck: The deck.
    """
    room = {place: deck.well(place).capacity for place in places}
    in_order = places[: len(volumes)]
    if len(in_order) == len(volumes) and all(map(le, volumes, map(room.__getitem__, in_order))):
        return list(in_order)
    found: list[Place | None] = [None] * len(volumes)
    for film in sorted(range(len(volumes)), key=lambda film: -volumes[film]):
        dish = next((place for place in room if volumes[film] <= room[place]), None)
        if dish is not None:
            found[film] = dish
            del room[dish]
    return found
