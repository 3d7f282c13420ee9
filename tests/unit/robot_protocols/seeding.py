"""Ways to put a fault into a good plan, deck or stock."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import attrs

from lab.compositions import Composition
from lab.stocks import Stock
from robot_protocols.decks import DeckDefinition, MountedPipette, Place, Tolerance, Use, deck_named
from robot_protocols.handling import handling_classes
from robot_protocols.labware import labware_named
from robot_protocols.labware.catalogue import labware_from
from robot_protocols.pipettes import pipette_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan as Plan
from robot_protocols.plans import ExpectedFilm, LoadedPlace, StockNeed, StockPass, Stroke
from robot_protocols.preflight import RobotFacts
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, four_films, order, screening

P300 = "p300_single_gen2"
P1000 = "p1000_single_gen2"
PLATE, CNF_SLOT, TIPS_300, TIPS_1000 = 1, 5, 10, 11


class Case(NamedTuple):
    """What preflight is asked."""

    plan: Plan
    deck: DeckDefinition
    stocks: Sequence[Stock]
    options: Mapping[str, Any]


def good() -> Case:
    """A case without a fault."""
    return Case(four_film_plan(), screening(), STOCKS, {})


def plan_with(**changes: Any) -> Case:
    return good()._replace(plan=attrs.evolve(four_film_plan(), **changes))


def pass_of(stock: str, pipette: str | None = None) -> int:
    passes = four_film_plan().passes
    return next(number for number, item in enumerate(passes) if item.stock == stock and pipette in {None, item.pipette})


def with_pass(number: int, **changes: Any) -> Case:
    passes = list(four_film_plan().passes)
    passes[number] = attrs.evolve(passes[number], **changes)
    return plan_with(passes=tuple(passes))


def with_stroke(stock: str, pipette: str | None = None, **changes: Any) -> Case:
    """The plan with the first stroke of a stock changed."""
    number = pass_of(stock, pipette)
    first, *rest = four_film_plan().passes[number].strokes
    return with_pass(number, strokes=(attrs.evolve(first, **changes), *rest))


def with_need(stock: str, **changes: Any) -> Case:
    needs = [attrs.evolve(need, **changes) if need.stock == stock else need for need in four_film_plan().stock_needs]
    return plan_with(stock_needs=tuple(needs))


def with_film(number: int, **changes: Any) -> Case:
    films = list(four_film_plan().films)
    films[number] = attrs.evolve(films[number], **changes)
    return plan_with(films=tuple(films))


def with_mixing(number: int, **changes: Any) -> Case:
    mixings = list(four_film_plan().mixings)
    mixings[number] = attrs.evolve(mixings[number], **changes)
    return plan_with(mixings=tuple(mixings))


def need_of(stock: str) -> StockNeed:
    return next(item for item in four_film_plan().stock_needs if item.stock == stock)


def on_deck(deck: DeckDefinition) -> Case:
    """The plan as if it had been made for a faulty deck."""
    return Case(attrs.evolve(four_film_plan(), deck_sha256=deck.sha256), deck, STOCKS, {})


def deck_with(**changes: Any) -> Case:
    return on_deck(attrs.evolve(screening(), **changes))


def with_slot(number: int, **changes: Any) -> Case:
    slots = [attrs.evolve(item, **changes) if item.slot == number else item for item in screening().slots]
    return deck_with(slots=tuple(slots))


def without_slots(*slots: int) -> Case:
    return deck_with(slots=tuple(item for item in screening().slots if item.slot not in slots))


def with_holder(changes: Mapping[str, Mapping[str, float]]) -> Case:
    """Films planned on the casting deck, whose dish holder is then described wrongly."""
    good_deck = deck_named("casting-6-dish")
    definition = json.loads(json.dumps(labware_named("filmlab_6_dish_35mm").definition))
    for place, values in changes.items():
        if place == "every well":
            targets = list(definition["wells"].values())
        elif place.startswith("well "):
            targets = [definition["wells"][place.removeprefix("well ")]]
        else:
            targets = [definition[place]]
        for target in targets:
            target.update(values)
    holder = labware_from(definition, what="a wrong holder")
    slots = [attrs.evolve(item, labware=holder) if item.use is Use.DISHES else item for item in good_deck.slots]
    wrong = attrs.evolve(good_deck, slots=tuple(slots))
    plan = plan_decks(four_films(), STOCKS, good_deck)[0]
    return Case(attrs.evolve(plan, deck_sha256=wrong.sha256), wrong, STOCKS, {})


def handling_with(**overrides: Mapping[str, Any]) -> Case:
    overrides = {name.replace("_", "-"): values for name, values in overrides.items()}
    return deck_with(handling=handling_classes(overrides))


def robot_with(**facts: Any) -> Case:
    pipettes = {"left": P1000, "right": P300}
    return good()._replace(options={"robot": RobotFacts(**{"pipettes": pipettes, **facts})})


def overfilled() -> Case:
    number = pass_of("water", P1000)
    first, *rest = four_film_plan().passes[number].strokes
    return with_pass(number, strokes=(*[attrs.evolve(first, volume=1000.0)] * 4, *rest))


def dish_emptied() -> Case:
    """A small film, mixed with nearly all that is in its dish."""
    plan = plan_decks([order("A1", CNF=1.0, solids=4.0, volume=500.0)], STOCKS, screening())[0]
    mixing = attrs.evolve(plan.mixings[0], volume=490.0)
    return good()._replace(plan=attrs.evolve(plan, mixings=(mixing,)))


def film_without_water() -> Case:
    passes = [
        attrs.evolve(item, strokes=tuple(stroke for stroke in item.strokes if stroke.film != "A3"))
        if item.stock == "water"
        else item
        for item in four_film_plan().passes
    ]
    return plan_with(passes=tuple(item for item in passes if item.strokes))


def uncertain(sd: float) -> Case:
    film = four_film_plan().films[0]
    expected = ExpectedFilm(film.expected.composition, {**film.expected.sd, "CNF": sd})
    return with_film(0, expected=expected)


def off_recipe() -> Case:
    film = four_film_plan().films[0]
    asked = Composition({"CNF": 0.4, "MMT": 0.3, "gelatin": 0.2, "glycerol": 0.1})
    return with_film(0, order=attrs.evolve(film.order, composition=asked))


def strict_tolerance() -> Case:
    """A deck that asks for more than its films can be known."""
    return deck_with(tolerance=Tolerance(warn=0.0001, refuse=0.001))


def all_loaded_at(place: Place) -> Case:
    return with_need("MMT-10", places=(LoadedPlace(place, need_of("MMT-10").load),))


def tubes() -> Case:
    """Stocks in 50 mL tubes, with the tip of a p300 sent to the floor."""
    slots = [
        attrs.evolve(item, labware=labware_named("opentrons_6_tuberack_falcon_50ml_conical"))
        if item.use is Use.STOCKS
        else item
        for item in screening().slots
    ]
    return deck_with(slots=tuple(slots))


def rack_begun() -> Case:
    """The first tip of the plan was taken by the run before."""
    return good()._replace(options={"used_tips": (four_film_plan().passes[0].tip,)})


def swapped_passes() -> Case:
    first, *rest = four_film_plan().passes
    return plan_with(passes=(*rest, first))


def mixed_first() -> Case:
    return with_mixing(0, step=1)


def one_not_mixed() -> Case:
    """The last mixing left out, so that the steps stay numbered without a gap."""
    return plan_with(mixings=four_film_plan().mixings[:-1])


def two_tips_only() -> Case:
    rack = labware_named("opentrons_96_tiprack_1000ul")
    few = attrs.evolve(rack, wells={name: well for name, well in rack.wells.items() if name in {"A1", "B1"}})
    return with_slot(TIPS_1000, labware=few)


def many_uses() -> Case:
    return handling_with(fibre_gel={"tip_uses": 1})


def dosed_in_liquid() -> Case:
    return with_pass(
        pass_of("CNF-10"),
        strokes=tuple(attrs.evolve(s, dish_height=1.0) for s in four_film_plan().passes[pass_of("CNF-10")].strokes),
    )


def first_stroke(stock: str, pipette: str | None = None) -> Stroke:
    return four_film_plan().passes[pass_of(stock, pipette)].strokes[0]


def first_pass(stock: str, pipette: str | None = None) -> StockPass:
    return four_film_plan().passes[pass_of(stock, pipette)]


def filter_tips() -> Case:
    return with_slot(TIPS_300, labware=labware_named("opentrons_96_filtertiprack_200ul"))


def same_pipette_twice() -> Case:
    pipette = pipette_named(P300)
    return deck_with(pipettes=(*screening().pipettes, MountedPipette("right", pipette)))
