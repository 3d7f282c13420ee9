"""Faults in a plan, deck or stock, one at a time, with the finding that preflight must make of each.

The unit tests check that each is found; `benchmarks/preflight_vs_vendor.py` asks the vendor's simulator the same.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import attrs

from robot_protocols.decks import DeckSlot, MountedPipette, Place, Use
from robot_protocols.labware import labware_named
from robot_protocols.pipettes import pipette_named
from robot_protocols.plans import LoadedPlace
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, screening, stocks_with
from tests.unit.robot_protocols.seeding import (
    CNF_SLOT,
    P300,
    P1000,
    TIPS_300,
    TIPS_1000,
    Case,
    all_loaded_at,
    deck_with,
    dish_emptied,
    dosed_in_liquid,
    film_without_water,
    filter_tips,
    first_pass,
    first_stroke,
    good,
    handling_with,
    many_uses,
    mixed_first,
    need_of,
    off_recipe,
    one_not_mixed,
    overfilled,
    pass_of,
    plan_with,
    rack_begun,
    robot_with,
    same_pipette_twice,
    strict_tolerance,
    swapped_passes,
    tubes,
    two_tips_only,
    uncertain,
    with_film,
    with_holder,
    with_mixing,
    with_need,
    with_pass,
    with_slot,
    with_stroke,
    without_slots,
)


class Fault(NamedTuple):
    """A fault with the code of the finding that it must lead to."""

    name: str
    code: str
    make: Callable[[], Case]
    warns_only: bool = False


TALL = {"dimensions": {"zDimension": 180.0}, "every well": {"z": 170.0}}
WIDE = {"dimensions": {"xDimension": 150.0}}
LITRE = {"well A1": {"totalLiquidVolume": 1e6}}

FAULTS: tuple[Fault, ...] = (
    Fault("a stroke of nothing", "ZERO_VOLUME", lambda: with_stroke("MMT-10", volume=0.0)),
    Fault("a negative stroke", "ZERO_VOLUME", lambda: with_stroke("MMT-10", volume=-20.0)),
    Fault("5 uL with a p300", "VOLUME_BELOW_RANGE", lambda: with_stroke("glycerol-20", P300, volume=5.0)),
    Fault("350 uL with a p300", "VOLUME_ABOVE_RANGE", lambda: with_stroke("glycerol-20", P300, volume=350.0)),
    Fault("50 uL with a p1000", "VOLUME_BELOW_RANGE", lambda: with_stroke("CNF-10", P1000, volume=50.0)),
    Fault("a dish that overflows", "DISH_OVERFILLED", overfilled),
    Fault("a film without its water", "FILM_VOLUME", film_without_water),
    Fault("100 uL too much of a stock", "COMPOSITION_WRONG", lambda: with_stroke("MMT-10", volume=280.0)),
    Fault("a film far from its recipe", "COMPOSITION_OFF", off_recipe),
    Fault("a film uncertain by 8 wt%", "COMPOSITION_UNCERTAIN", lambda: uncertain(0.08)),
    Fault("a film uncertain by 2 wt%", "COMPOSITION_UNCERTAIN", lambda: uncertain(0.02), warns_only=True),
    Fault("films less certain than the deck asks", "COMPOSITION_UNCERTAIN", strict_tolerance),
    Fault("mixing that empties the dish", "MIXING_EMPTIES_DISH", dish_emptied),
    Fault("mixing with 10 uL", "VOLUME_BELOW_RANGE", lambda: with_mixing(0, volume=10.0)),
    Fault("a film mixed before it is complete", "MIXED_TOO_EARLY", mixed_first),
    Fault("a film that is not mixed", "NOT_MIXED", one_not_mixed, warns_only=True),
    Fault("a stock that is not at hand", "STOCK_MISSING", lambda: good()._replace(stocks=STOCKS[1:])),
    Fault(
        "a stock of another strength",
        "STOCK_CHANGED",
        lambda: good()._replace(stocks=stocks_with("CNF-10", concentration=8.0)),
    ),
    Fault(
        "a stock too small for its dead volume",
        "STOCK_SHORT",
        lambda: good()._replace(stocks=stocks_with("CNF-10", volume=9_000.0)),
    ),
    Fault(
        "a stock without reserve",
        "RESERVE_SMALL",
        lambda: good()._replace(stocks=stocks_with("CNF-10", volume=need_of("CNF-10").needed + 8_010.0)),
        warns_only=True,
    ),
    Fault(
        "a stock past its days",
        "STOCK_EXPIRED",
        lambda: good()._replace(
            stocks=stocks_with("CNF-10", made_on=date(2026, 1, 1), keeps_days=14),
            options={"today": date(2026, 1, 20)},
        ),
    ),
    Fault(
        "a stock dated tomorrow",
        "STOCK_FROM_FUTURE",
        lambda: good()._replace(
            stocks=stocks_with("CNF-10", made_on=date(2026, 1, 2)), options={"today": date(2026, 1, 1)}
        ),
    ),
    Fault(
        "neat glycerol",
        "STOCK_TOO_THICK",
        lambda: good()._replace(stocks=stocks_with("glycerol-20", concentration=1260.0)),
    ),
    Fault("gelatin drawn after it has set", "STOCK_SETS", lambda: handling_with(warm_gelatin={"liquid_minutes": 1})),
    Fault(
        "a stock drawn from an empty place",
        "STOCK_NOT_ON_DECK",
        lambda: with_stroke("MMT-10", source=Place(2, "A1")),
    ),
    Fault(
        "a stock drawn from another stock's container",
        "WRONG_STOCK",
        lambda: with_stroke("MMT-10", source=first_stroke("CNF-10").source),
    ),
    Fault(
        "a container overfull",
        "CONTAINER_OVERFULL",
        lambda: with_need("MMT-10", places=(LoadedPlace(first_stroke("MMT-10").source, 200_000.0),)),
    ),
    Fault("two stocks in one container", "CONTAINER_SHARED", lambda: all_loaded_at(need_of("CNF-10").places[0].place)),
    Fault(
        "a container loaded with too little",
        "CONTAINER_RUNS_DRY",
        lambda: with_need("MMT-10", places=(LoadedPlace(first_stroke("MMT-10").source, 400.0),)),
    ),
    Fault("a rack with two tips only", "TIPS_SHORT", two_tips_only),
    Fault("a tip rack left out", "TIP_MISSING", lambda: without_slots(TIPS_1000)),
    Fault(
        "a p300 that takes a 1000 uL tip",
        "WRONG_RACK_FOR_PIPETTE",
        lambda: with_pass(pass_of("glycerol-20", P300), tip=Place(TIPS_1000, "H12")),
    ),
    Fault(
        "a tip picked up twice",
        "TIP_TWICE",
        lambda: with_pass(pass_of("CNF-10"), tip=first_pass("MMT-10").tip),
    ),
    Fault(
        "240 uL in a 200 uL filter tip",
        "TIP_TOO_SMALL",
        lambda: filter_tips()._replace(
            plan=attrs.evolve(
                with_stroke("glycerol-20", P300, volume=240.0).plan, deck_sha256=filter_tips().deck.sha256
            )
        ),
    ),
    Fault("a tip used in an earlier run", "TIP_USED_BEFORE", rack_begun),
    Fault("a gel tip used too often", "TIP_OVERUSED", many_uses),
    Fault("water after the gel", "CARRY_OVER_ORDER", swapped_passes),
    Fault("a tip dipped into a film", "TIP_TOUCHES_FILM", dosed_in_liquid),
    Fault("a tip below the bottom", "TIP_BELOW_BOTTOM", lambda: with_stroke("MMT-10", source_height=-30.0)),
    Fault("a tip on the bottom", "TIP_BELOW_BOTTOM", lambda: with_mixing(0, height=0.0)),
    Fault("a short tip in a deep tube", "TIP_OUT_OF_REACH", tubes),
    Fault("a tip above the stock", "TIP_ABOVE_LIQUID", lambda: with_stroke("MMT-10", source_height=20.0)),
    Fault("a drop from 40 mm", "DROP_TOO_HIGH", lambda: with_stroke("MMT-10", dish_height=57.0)),
    Fault("a well that is not there", "UNKNOWN_WELL", lambda: with_stroke("MMT-10", dish=Place(1, "H12"))),
    Fault("a slot that is empty", "UNKNOWN_WELL", lambda: without_slots(1)),
    Fault("two films in one dish", "DISH_SHARED", lambda: with_film(1, dish=four_film_plan().films[0].dish)),
    Fault("two films of one label", "FILM_TWICE", lambda: with_film(1, order=four_film_plan().films[0].order)),
    Fault("a film in a reservoir", "NOT_A_DISH", lambda: with_film(0, dish=Place(CNF_SLOT, "A1"))),
    Fault(
        "a stroke into a neighbour's dish",
        "WRONG_WELL",
        lambda: with_stroke("MMT-10", dish=four_film_plan().films[1].dish),
    ),
    Fault("a stroke for nobody", "FILM_UNKNOWN", lambda: with_stroke("MMT-10", film="A9")),
    Fault("a step left out", "STEP_ORDER", lambda: with_stroke("MMT-10", step=999)),
    Fault("labware on the waste bin", "FORBIDDEN_SLOT", lambda: with_slot(4, slot=12)),
    Fault("a slot 13", "FORBIDDEN_SLOT", lambda: with_slot(4, slot=13)),
    Fault("two things in one slot", "SLOT_TAKEN_TWICE", lambda: with_slot(4, slot=3)),
    Fault(
        "labware too tall",
        "LABWARE_GEOMETRY",
        lambda: with_holder(TALL),
    ),
    Fault("labware too wide for its slot", "LABWARE_GEOMETRY", lambda: with_holder(WIDE)),
    Fault("a dish 500 mm away", "LABWARE_GEOMETRY", lambda: with_holder({"well A1": {"x": 500.0}})),
    Fault("dishes that overlap", "LABWARE_GEOMETRY", lambda: with_holder({"well A1": {"x": 50.0}})),
    Fault("a dish said to hold a litre", "LABWARE_GEOMETRY", lambda: with_holder(LITRE)),
    Fault(
        "a plate used as reservoir",
        "WRONG_LABWARE",
        lambda: with_slot(CNF_SLOT, labware=labware_named("corning_6_wellplate_16.8ml_flat")),
    ),
    Fault(
        "tips that fit no pipette",
        "WRONG_RACK",
        lambda: with_slot(TIPS_300, labware=labware_named("opentrons_96_tiprack_20ul")),
    ),
    Fault("a pipette without tips", "NO_RACK", lambda: without_slots(TIPS_300)),
    Fault("the same pipette on both mounts", "SAME_PIPETTE_TWICE", same_pipette_twice),
    Fault(
        "a pipette on a third mount",
        "NO_SUCH_MOUNT",
        lambda: deck_with(pipettes=(*screening().pipettes, MountedPipette("middle", pipette_named("p20_single_gen2")))),
    ),
    Fault(
        "mixing with a pipette that is not mounted",
        "PIPETTE_NOT_MOUNTED",
        lambda: deck_with(mixing=attrs.evolve(screening().mixing, pipettes=("p20_single_gen2",))),
    ),
    Fault(
        "a deck without dishes",
        "NOTHING_THERE",
        lambda: deck_with(slots=tuple(DeckSlot(s.slot, s.labware, Use.STOCKS) for s in screening().using(Use.STOCKS))),
    ),
    Fault(
        "a step with a pipette that is not mounted",
        "PIPETTE_NOT_ON_DECK",
        lambda: with_pass(pass_of("MMT-10"), pipette="p20_single_gen2"),
    ),
    Fault("a liquid of unknown handling", "HANDLING_UNKNOWN", lambda: with_pass(0, handling="syrup")),
    Fault("a robot with old software", "API_LEVEL", lambda: robot_with(api_level="2.13")),
    Fault("another pipette on the robot", "WRONG_PIPETTE", lambda: robot_with(pipettes={"left": P1000})),
    Fault("a robot that is a Flex", "WRONG_ROBOT", lambda: robot_with(model="OT-3 Standard")),
    Fault("a plan for another deck", "DECK_CHANGED", lambda: plan_with(deck_sha256="0" * 64)),
    Fault(
        "a plan changed after signing",
        "PLAN_CHANGED",
        lambda: plan_with(minutes=1.0)._replace(options={"signed_sha256": four_film_plan().sha256}),
    ),
    Fault("a plan that does nothing", "EMPTY_PLAN", lambda: plan_with(films=(), passes=(), mixings=())),
    Fault("a run of 20 hours", "RUN_TOO_LONG", lambda: plan_with(minutes=1200.0), warns_only=True),
)
