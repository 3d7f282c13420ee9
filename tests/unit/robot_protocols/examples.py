"""Stocks, orders and a plan that the tests of this folder share."""

from functools import cache
from typing import Any

import attrs

from lab.compositions import Composition
from lab.simplex import lattice
from lab.stocks import Stock
from robot_protocols.decks import DeckDefinition, deck_named
from robot_protocols.planner import FilmOrder, plan_decks
from robot_protocols.plans import DeckPlan

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")
STOCKS = (
    Stock("CNF-10", "CNF", 10.0, 0.1, volume=190_000, dead_volume=8_000, handling="fibre-gel"),
    Stock("MMT-10", "MMT", 10.0, 0.1, volume=190_000, dead_volume=8_000, handling="clay-dispersion"),
    Stock("gelatin-20", "gelatin", 20.0, 0.2, volume=190_000, dead_volume=8_000, handling="warm-gelatin"),
    Stock("glycerol-20", "glycerol", 20.0, 0.2, volume=190_000, dead_volume=8_000, handling="glycerol-solution"),
)


def stocks_with(name: str, **changes: Any) -> tuple[Stock, ...]:
    """The stocks with one of them changed."""
    return tuple(attrs.evolve(stock, **changes) if stock.name == name else stock for stock in STOCKS)


def order(label: str = "A1", solids: float = 12.0, volume: float = 1600.0, **fractions: float) -> FilmOrder:
    return FilmOrder(label, Composition(fractions), solids, volume)


def four_films() -> list[FilmOrder]:
    return [
        order("A1", CNF=0.5, MMT=0.2, gelatin=0.2, glycerol=0.1),
        order("A2", CNF=1.0, MMT=0.0, gelatin=0.0, glycerol=0.0),
        order("A3", CNF=0.0, MMT=0.3, gelatin=0.3, glycerol=0.4),
        order("A4", CNF=0.1, MMT=0.8, gelatin=0.1, glycerol=0.0),
    ]


def library() -> list[FilmOrder]:
    """The 286 films of the 10 wt% lattice."""
    return [
        FilmOrder(f"L{number:03d}", Composition.from_vector(MATERIALS, point), 12.0, 1600.0)
        for number, point in enumerate(lattice(4, 0.1), start=1)
    ]


def screening() -> DeckDefinition:
    return deck_named("screening-24-well")


@cache
def four_film_plan() -> DeckPlan:
    return plan_decks(four_films(), STOCKS, screening())[0]
