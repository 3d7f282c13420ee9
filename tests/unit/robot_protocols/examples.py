"""Stocks, orders and a plan that the tests of this folder share."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import attrs

from lab.compositions import Composition
from lab.simplex import lattice
from lab.stocks import Stock
from robot_protocols.decks import DeckDefinition, deck_named, parse_deck
from robot_protocols.decks.files import builtin_text
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


def deck_with_deep_dishes(folder: Path, slots: Iterable[int]) -> DeckDefinition:
    """The casting deck with a p20 alone, whose short tips do not reach down into the dishes of these slots.

    Args:
        folder: Where the file of the deep dishes is written.
        slots: Slots whose dishes are as deep as a beaker.
    """
    holder = json.loads(resources.files("robot_protocols.labware").joinpath("filmlab_6_dish_35mm.json").read_text())
    holder["parameters"]["loadName"] = "deep"
    holder["dimensions"]["zDimension"] = 60
    for well in holder["wells"].values():
        well |= {"depth": 58, "z": 2, "totalLiquidVolume": 50_000}
    (folder / "deep.json").write_text(json.dumps(holder))
    text = builtin_text("casting-6-dish").replace("p300_single", "p20_single").replace("_300ul", "_20ul")
    text = re.sub(r"pipettes = \[.*\]", 'pipettes = ["p20_single_gen2"]', text)
    for slot in slots:
        text = re.sub(rf'(slot = {slot}\nlabware = )"\w+"', r'\1"deep"', text)
    return parse_deck(text.replace("[film]", 'labware_files = ["deep.json"]\n[film]', 1), folder=folder)


@cache
def four_film_plan() -> DeckPlan:
    return plan_decks(four_films(), STOCKS, screening())[0]


def own_deck(folder: Path) -> Path:
    """Write a deck of one's own that holds a labware of one's own, and return its file."""
    holder = json.loads(resources.files("robot_protocols.labware").joinpath("filmlab_6_dish_35mm.json").read_text())
    holder["parameters"]["loadName"] = "my_holder"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "holder.json").write_text(json.dumps(holder))
    text = builtin_text("casting-6-dish").replace("filmlab_6_dish_35mm", "my_holder")
    file = folder / "my-deck.toml"
    file.write_text(text.replace('name = "casting-6-dish"', 'name = "mine"\nlabware_files = ["parts/holder.json"]'))
    return file
