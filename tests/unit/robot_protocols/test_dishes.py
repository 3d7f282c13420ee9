from itertools import permutations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.dishes import dishes_for
from robot_protocols.labware import Well
from tests.unit.robot_protocols.examples import screening

SIZES = (1000.0, 2000.0, 3000.0)


class Dishes:
    """As much of a deck as knows its dishes."""

    def __init__(self, capacities: list[float]) -> None:
        well = screening().well(screening().dishes[0])
        self.wells: dict[Place, Well] = {
            Place(1, f"A{number}"): attrs.evolve(well, capacity=capacity)
            for number, capacity in enumerate(capacities, start=1)
        }

    def well(self, place: Place) -> Well:
        return self.wells[place]


def found(volumes: list[float], capacities: list[float]) -> list[str]:
    dishes = Dishes(capacities)
    deck: DeckDefinition = dishes  # type: ignore[assignment]
    return [place.well if place else "" for place in dishes_for(volumes, list(dishes.wells), deck)]


def test_films_take_the_dishes_in_order():
    assert found([500.0, 1000.0, 700.0], [1000.0] * 4) == ["A1", "A2", "A3"]


def test_where_a_film_would_not_fit_those_of_most_volume_choose_first():
    assert found([500.0, 2000.0], [2000.0, 1000.0]) == ["A2", "A1"]


@given(st.lists(st.sampled_from(SIZES), max_size=4), st.lists(st.sampled_from(SIZES), max_size=4))
def test_as_many_films_find_a_dish_as_can(volumes: list[float], capacities: list[float]):
    wells = found(volumes, capacities)
    assert len(wells) == len(volumes)
    taken = [well for well in wells if well]
    assert len(set(taken)) == len(taken)
    fits = [int(well[1:]) for well in wells if well]
    held = [volume for volume, well in zip(volumes, wells, strict=True) if well]
    assert all(volume <= capacities[number - 1] for volume, number in zip(held, fits, strict=True))
    # No other choice holds more of them.
    padded = capacities + [0.0] * len(volumes)
    most = max(sum(map(float.__le__, volumes, order)) for order in permutations(padded, len(volumes)))
    assert len(taken) == most
