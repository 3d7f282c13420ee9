"""Which container a stroke is drawn from."""

import pytest

from robot_protocols.budget import Container
from robot_protocols.decks import Place
from robot_protocols.plans import LoadedPlace
from robot_protocols.sources import Source

A, B = Place(5, "A1"), Place(5, "B1")


def source(a: float, b: float, dead: float) -> Source:
    return Source.of(Container(0.0, dead, (LoadedPlace(A, a), LoadedPlace(B, b))))


@pytest.mark.parametrize(("stroke", "place"), [(900.0, A), (900.04, A), (900.1, B), (950.0, B)])
def test_a_stroke_comes_from_the_first_container_that_has_it_above_what_cannot_be_taken(stroke: float, place: Place):
    assert source(1000.0, 2000.0, dead=100.0).draw(stroke)[0] == place


def test_what_is_drawn_is_gone():
    stock = source(1000.0, 800.0, dead=100.0)
    assert stock.draw(600.0) == (A, 400.0)
    assert stock.draw(400.0) == (B, 400.0)
    assert stock.draw(300.0) == (A, 100.0)
    assert stock.left == {A: 100.0, B: 400.0}


def test_where_no_container_has_it_the_fullest_one_is_drawn_from():
    stock = source(300.0, 500.0, dead=100.0)
    assert stock.draw(450.0) == (B, 50.0)
    assert stock.draw(450.0) == (A, -150.0)
