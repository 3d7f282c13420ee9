import re
from collections import Counter
from itertools import product
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.stocks import WATER, Stock
from robot_protocols.budget import Container, DeckBudget, Shortage
from robot_protocols.decks import DeckDefinition, Tolerance, deck_named, parse_deck
from robot_protocols.decks.files import builtin_text
from robot_protocols.diagnosis import UnmakeableError
from robot_protocols.doses import Recipe
from robot_protocols.mass_balance import DryFilm
from robot_protocols.planner import FilmOrder, plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.preflight import preflight, refused
from robot_protocols.sources import Source
from robot_protocols.strokes import Strokes
from tests.unit.robot_protocols.examples import (
    MATERIALS,
    STOCKS,
    deck_with_deep_dishes,
    four_film_plan,
    four_films,
    library,
    order,
    screening,
    stocks_with,
)


def volumes(plan: DeckPlan, film: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for transfer in plan.transfers:
        if transfer.film == film:
            found[transfer.stock] = found.get(transfer.stock, 0.0) + transfer.volume
    return found


def test_volumes_follow_from_the_mass_balance():
    # 12 mg with half CNF at 10 mg/mL is 600 uL, a fifth MMT at 10 mg/mL 240 uL, a fifth gelatin at 20 mg/mL 120 uL,
    # a tenth glycerol at 20 mg/mL 60 uL; water fills up to 1600 uL.
    assert volumes(four_film_plan(), "A1") == pytest.approx(
        {"CNF-10": 600, "MMT-10": 240, "gelatin-20": 120, "glycerol-20": 60, WATER: 580}
    )


def test_a_material_that_is_not_asked_gets_no_stroke():
    assert set(volumes(four_film_plan(), "A2")) == {"CNF-10", WATER}


def test_the_library_fits_on_three_decks_and_passes_preflight():
    plans = plan_decks(library(), STOCKS, screening())
    assert [len(plan.films) for plan in plans] == [96, 96, 94]
    assert [plan.label for plan in plans] == ["deck-001", "deck-002", "deck-003"]
    assert [finding for plan in plans for finding in preflight(plan, screening(), STOCKS)] == []


@pytest.mark.parametrize(
    ("name", "solids", "volume", "most"),
    [("casting-6-dish-troughs", 40.0, 4500.0, 24), ("screening-24-well-troughs", 12.0, 1600.0, 96)],
)
def test_a_deck_of_troughs_is_filled_with_films_of_ten_materials(name: str, solids: float, volume: float, most: int):
    names = [f"m{number}" for number in range(10)]
    stocks = [Stock(f"{material}-10", material, 10.0, 0.1, volume=40_000.0, dead_volume=1_000.0) for material in names]
    recipes = np.random.default_rng(0).dirichlet(np.full(10, 40.0), size=most)
    films = [
        FilmOrder(f"F{row}", Composition.from_vector(names, recipe), solids, volume)
        for row, recipe in enumerate(recipes)
    ]
    deck = deck_named(name)
    (plan,) = plan_decks(films, stocks, deck)

    assert len(plan.films) == most
    assert preflight(plan, deck, stocks) == ()
    with pytest.raises(UnmakeableError, match="deck with more or larger containers"):
        plan_decks(films[:1], stocks, deck_named(name.removesuffix("-troughs")))


@pytest.mark.parametrize("reserve", [0.0, 0.02])
def test_containers_of_a_stock_hold_what_no_whole_stroke_can_take(reserve: float):
    deck = attrs.evolve(deck_named("casting-6-dish-troughs"), reserve=reserve)
    films = [order(f"A{i}", 40.0, 4500.0, CNF=0.47, MMT=0.23, gelatin=0.2, glycerol=0.1) for i in range(24)]
    stocks = [attrs.evolve(stock, dead_volume=500.0) for stock in STOCKS]
    (plan,) = plan_decks(films, stocks, deck)
    assert any(len(need.places) > 2 for need in plan.stock_needs)
    assert preflight(plan, deck, stocks) == ()


def test_a_stock_stands_in_containers_of_one_kind(tmp_path: Path):
    other = builtin_text("casting-6-dish-troughs").replace(
        "nest_12_reservoir_15ml", "opentrons_6_tuberack_falcon_50ml_conical", 1
    )
    (tmp_path / "deck.toml").write_text(other, "utf-8")
    deck = deck_named(tmp_path / "deck.toml")
    budget = DeckBudget(deck, {})
    tubes = [place for place in deck.stock_places if deck.well(place).capacity > 20_000]
    trough = next(place for place in deck.stock_places if place not in tubes)
    found = budget.container(WATER, [300.0] * 60, {"p300_single_gen2"}, [trough, *tubes])
    assert isinstance(found, Container)
    # A tip reaches far deeper in the trough, but it is too small alone, and there is one.
    assert {loaded.place for loaded in found.places} <= set(tubes)
    assert all(loaded.volume <= deck.well(loaded.place).capacity for loaded in found.places)


def test_the_only_large_container_is_for_the_stock_that_needs_it():
    """What fits into two troughs leaves the reservoir to what does not."""
    text = builtin_text("casting-6-dish-troughs").replace("nest_12_reservoir_15ml", "nest_1_reservoir_195ml", 1)
    deck = parse_deck(text)
    stocks = {name: Stock(name, name, 10.0, 0.1, volume=250_000, dead_volume=500.0) for name in ("less", "more")}
    (model,) = {mounted.pipette.model for mounted in deck.pipettes if mounted.pipette.maximum == 1000.0}
    doses = {
        "less": Strokes(model, (500.0,) * 40, (1.0,) * 40, (5.0,) * 40, 200.0),
        "more": Strokes(model, (900.0,) * 150, (1.0,) * 150, (9.0,) * 150, 1350.0),
    }
    recipe = Recipe(order(CNF=1.0), doses, DryFilm(Composition({"less": 1.0}), {"less": 0.0}, 1.0), 0.0, ())
    found = DeckBudget(deck, stocks).containers([recipe])
    assert not isinstance(found, Shortage)
    rooms = {name: [deck.well(loaded.place).capacity for loaded in found[name].places] for name in doses}
    assert rooms == {"less": [15_000.0, 15_000.0], "more": [195_000.0]}


def test_a_film_of_which_a_weight_fraction_is_not_well_known_is_noted():
    # Half gelatin of which the stock is known to 10 %: 0.5 (1 - 0.5) 10 % = 2.5 wt%.
    stocks = stocks_with("gelatin-20", concentration_sd=2.0)
    (plan,) = plan_decks([order("sure", CNF=1.0), order("unsure", CNF=0.5, gelatin=0.5)], stocks, screening())
    assert [re.sub(r"2\.[5-9]", "2.5", note) for note in plan.notes] == [
        "unsure: a weight fraction is uncertain by 2.5 wt%"
    ]


def test_of_several_containers_the_last_is_loaded_with_the_rest():
    deck = deck_named("casting-6-dish-troughs")
    stock = Stock("s-10", "s", 10.0, 0.1, volume=190_000, dead_volume=1_500.0)
    found = DeckBudget(deck, {stock.name: stock}).container(
        stock.name, [500.0] * 40, {"p1000_single_gen2"}, deck.stock_places
    )
    assert isinstance(found, Container)
    # 20 mL are drawn, a tenth is the reserve, and 1.5 mL stay in each trough of 15 mL.
    assert [loaded.volume for loaded in found.places] == pytest.approx([15_000.0, 10_000.0])


def test_what_no_container_is_free_for_is_told_in_millilitres():
    found = DeckBudget(screening(), {}).container(WATER, [500.0] * 40, {"p1000_single_gen2"}, [])
    assert isinstance(found, Shortage)
    # 20 mL are drawn, and a tenth is the reserve.
    assert found.message == "no container is free for 22.0 mL of water"


@pytest.mark.parametrize(("at_hand", "enough"), [(21_500.0, False), (23_400.0, False), (23_500.0, True)])
def test_what_a_scarce_stock_lacks_is_told_to_a_tenth_of_a_millilitre(at_hand: float, enough: bool):
    deck = deck_named("casting-6-dish-troughs")
    stock = Stock("s-10", "s", 10.0, 0.1, volume=at_hand, dead_volume=1_500.0)
    found = DeckBudget(deck, {stock.name: stock}).container(
        stock.name, [500.0] * 40, {"p1000_single_gen2"}, deck.stock_places
    )
    if enough:
        assert isinstance(found, Container)
        assert sum(loaded.volume for loaded in found.places) == pytest.approx(23_500.0)
    else:
        # 20 mL are drawn, up to a stroke is left over in the first trough, and 1.5 mL stay in each.
        assert isinstance(found, Shortage)
        assert found.message == f"23.5 mL of s-10 are needed, {at_hand / 1000:g} mL are at hand"


@given(st.lists(st.integers(200, 9_000).map(lambda tenth: tenth / 10), min_size=1, max_size=60), st.data())
def test_what_suffices_is_loaded_and_no_stroke_runs_dry(strokes: list[float], data: st.DataObject):
    deck = deck_named("casting-6-dish-troughs")
    trough = deck.well(deck.stock_places[0]).capacity
    dead = data.draw(st.sampled_from([700.0, 1_000.0, 2_500.0]))
    volume = data.draw(st.integers(0, 120).map(lambda spare: sum(strokes) + dead + 50.0 * spare))
    stock = Stock("s-10", "s", 10.0, 0.1, volume=volume, dead_volume=dead)
    budget = DeckBudget(deck, {stock.name: stock})
    found = budget.container(stock.name, strokes, {"p1000_single_gen2"}, deck.stock_places)
    if isinstance(found, Shortage):
        # One trough leaves nothing over, so what suffices for it suffices.
        assert sum(strokes) + dead > trough
        # Who prepares what the message says has enough.
        needed, at_hand = (1000 * float(number) for number in re.findall(r"([\d.]+) mL", found.message))
        assert at_hand == pytest.approx(volume)
        assert needed > volume
        # Who prepares a tenth of a millilitre less has not.
        less, more = (
            attrs.evolve(budget, stocks={stock.name: attrs.evolve(stock, volume=prepared)}).container(
                stock.name, strokes, {"p1000_single_gen2"}, deck.stock_places
            )
            for prepared in (needed - 101.0, needed)
        )
        assert isinstance(less, Shortage)
        assert isinstance(more, Container)
        found = more
        volume = needed
    assert sum(loaded.volume for loaded in found.places) <= volume + 0.05 * len(found.places)
    assert all(loaded.volume <= trough for loaded in found.places)
    source = Source.of(found)
    for stroke in strokes:
        _, left = source.draw(stroke)
        assert left >= dead - 0.06


def test_ten_casting_films_fit_on_one_deck():
    orders = [attrs.evolve(item, solids=40.0, volume=4500.0) for item in library()[100:110]]
    deck = deck_named("casting-6-dish")
    plans = plan_decks(orders, STOCKS, deck, first_number=7)
    assert [(plan.label, len(plan.films)) for plan in plans] == [("deck-007", 10)]
    assert preflight(plans[0], deck, STOCKS) == ()


def test_planning_is_deterministic():
    again = plan_decks(four_films(), STOCKS, screening())[0]
    assert again.to_json() == four_film_plan().to_json()
    assert again.sha256 == four_film_plan().sha256


def test_a_plan_survives_json():
    plan = four_film_plan()
    assert DeckPlan.from_json(plan.to_json()) == plan
    assert DeckPlan.from_json(plan.to_json()).sha256 == plan.sha256


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format":1}', '{"format":2}', '{"format":1,"label":3}'])
def test_json_that_is_no_plan_is_refused(text: str):
    with pytest.raises(InvalidInputError):
        DeckPlan.from_json(text)


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
@pytest.mark.parametrize("key", ["volume", "dish_height", "source_height", "minutes"])
def test_a_plan_with_a_number_that_is_none_is_refused(key: str, number: str):
    text = re.sub(rf'"{key}":[\d.]+', f'"{key}":{number}', four_film_plan().to_json(), count=1)
    with pytest.raises(InvalidInputError, match="is not JSON"):
        DeckPlan.from_json(text)


def test_stocks_come_in_the_order_of_their_classes():
    stocks = list(dict.fromkeys(item.stock for item in four_film_plan().passes))
    assert stocks == [WATER, "gelatin-20", "glycerol-20", "MMT-10", "CNF-10"]


def test_a_tip_serves_one_stock_and_no_tip_is_used_twice():
    plan = four_film_plan()
    tips = [item.tip for item in plan.passes] + [mixing.tip for mixing in plan.mixings]
    assert len(tips) == len(set(tips)) == sum(plan.tips.values())


def test_a_stock_is_loaded_with_reserve_and_dead_volume():
    need = next(need for need in four_film_plan().stock_needs if need.stock == "MMT-10")
    needed = (0.2 + 0.3 + 0.8) * 12.0 / 10.0 * 1000
    assert need.needed == pytest.approx(needed)
    assert need.load == pytest.approx(1.1 * needed + 8000)


@given(
    parts=st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any),
    solids=st.floats(8, 12),
)
def test_what_is_planned_is_the_recipe(parts: list[int], solids: float):
    fractions = [part / sum(parts) for part in parts]
    film = FilmOrder("F", Composition.from_vector(MATERIALS, fractions), solids, 1600.0)
    try:
        plan = plan_decks([film], STOCKS, screening())[0]
    except UnmakeableError as error:
        assert error.diagnoses[0].code == "BELOW_PIPETTE_MINIMUM"
        return
    concentration = {stock.name: (stock.material, stock.concentration) for stock in STOCKS}
    mass = dict.fromkeys(MATERIALS, 0.0)
    for stock, volume in volumes(plan, "F").items():
        if stock != WATER:
            mass[concentration[stock][0]] += volume * concentration[stock][1] / 1000
    total = sum(mass.values())
    made = plan.expected["F"].composition
    for name, asked in zip(MATERIALS, fractions, strict=True):
        assert made[name] == pytest.approx(mass[name] / total, abs=1e-6)
        assert made[name] == pytest.approx(asked, abs=screening().tolerance.refuse)
    assert sum(volumes(plan, "F").values()) == pytest.approx(1600.0, abs=20.1)


def diagnose(film: FilmOrder, stocks=STOCKS, **options):
    with pytest.raises(UnmakeableError) as caught:
        plan_decks([film], stocks, screening(), **options)
    return caught.value.diagnoses


def test_a_missing_stock_is_the_root_cause():
    diagnoses = diagnose(order(CNF=0.5, gelatin=0.5), STOCKS[:2])
    assert diagnoses[0].code == "MISSING_STOCK"
    assert diagnoses[0].nearest is not None
    assert diagnoses[0].nearest["CNF"] == pytest.approx(1.0)


def test_a_stock_of_other_attributes_does_not_serve():
    film = attrs.evolve(order(CNF=0.5, gelatin=0.5), attributes={"gelatin.source": "fish"})
    assert diagnose(film, stocks_with("gelatin-20", attributes={"source": "bovine"}))[0].code == "MISSING_STOCK"
    assert plan_decks([film], stocks_with("gelatin-20", attributes={"source": "fish"}), screening())


def test_a_weak_stock_is_named_with_the_nearest_recipe_that_fits():
    film = order(CNF=0.9, gelatin=0.1, solids=20.0)
    (diagnosis,) = diagnose(film)
    assert diagnosis.code == "STOCK_TOO_WEAK"
    near = diagnosis.nearest
    assert near is not None
    assert plan_decks([attrs.evolve(film, composition=near)], STOCKS, screening())
    # 18 mg of CNF at 10 mg/mL and 2 mg of gelatin at 20 mg/mL.
    assert "20 mg need 1900 uL of stocks, the film is cast from 1600 uL" in diagnosis.message
    assert "prepare CNF stronger than 10 mg/mL" in diagnosis.hint
    # On the limit: 20 mg in 1.6 mL with CNF at 10 mg/mL and the others at up to 20 mg/mL leaves no water.
    assert near["CNF"] == pytest.approx(0.6, abs=0.02)


@given(st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(any), st.sampled_from([25.0, 40.0]))
def test_who_asks_for_as_much_as_the_hint_says_gets_the_film(parts: list[int], solids: float):
    fractions = Composition.from_vector(MATERIALS, [part / sum(parts) for part in parts])
    film = FilmOrder("F", fractions, solids, 1600.0)
    try:
        plan_decks([film], STOCKS, screening())
    except UnmakeableError as error:
        (diagnosis,) = error.diagnoses
        assert diagnosis.code == "STOCK_TOO_WEAK"
        (most,) = re.findall(r"at most ([\d.]+) mg", diagnosis.hint)
        # 1600 uL of stocks of at most 20 mg/mL hold 32 mg; a digit of three is lost, and half a step of each dose.
        room = 1600.0 / sum(fractions[stock.material] / stock.concentration for stock in STOCKS) / 1000
        assert room * 0.99 < float(most) <= room
        assert plan_decks([attrs.evolve(film, solids=float(most))], STOCKS, screening())


def test_neat_glycerol_is_refused_with_the_reason():
    diagnoses = diagnose(order(CNF=0.5, glycerol=0.5), stocks_with("glycerol-20", concentration=1250.0))
    assert diagnoses[0].code == "STOCK_TOO_THICK"
    assert "dilute" in diagnoses[0].hint


def test_a_film_larger_than_the_dish_is_refused():
    deck = screening()
    full = max(deck.well(dish).capacity for dish in deck.dishes)
    assert diagnose(order(CNF=1.0, volume=full + 0.1))[0].code == "OVER_DISH_CAPACITY"
    assert plan_decks([order(CNF=1.0, volume=full)], STOCKS, deck)


def test_bounds_are_kept():
    assert diagnose(order(CNF=1.0), bounds={"CNF": (0.0, 0.8)})[0].code == "OUTSIDE_BOUNDS"


def test_an_empty_stock_is_short():
    assert diagnose(order(CNF=1.0), stocks_with("CNF-10", volume=8_100.0))[0].code == "STOCK_SHORT"


def test_every_film_that_cannot_be_made_is_named():
    orders = [order("good", CNF=1.0), order("bad", gum=1.0), order("big", CNF=1.0, volume=9e3)]
    with pytest.raises(UnmakeableError) as caught:
        plan_decks(orders, STOCKS, screening())
    assert {item.film for item in caught.value.diagnoses} == {"bad", "big"}
    assert "bad" in str(caught.value)


def test_a_dose_below_the_minimum_is_refused_where_it_spoils_the_film():
    diagnoses = diagnose(order(CNF=0.9, gelatin=0.1, solids=1.0, volume=400.0))
    assert diagnoses[0].code == "BELOW_PIPETTE_MINIMUM"
    assert diagnoses[0].nearest is not None


def test_a_weaker_stock_serves_a_dose_below_the_minimum():
    weak = Stock("gelatin-2", "gelatin", 2.0, 0.02, volume=190_000, dead_volume=8_000, handling="warm-gelatin")
    stocks = (*(stock for stock in STOCKS if stock.material in {"CNF", "gelatin"}), weak)
    plan = plan_decks([order(CNF=0.98, gelatin=0.02)], stocks, screening())[0]
    # 0.24 mg: 12 uL of the strong stock are too few for a p300, 120 uL of the weak one are not.
    assert volumes(plan, "A1")["gelatin-2"] == pytest.approx(120.0)
    assert plan.expected["A1"].composition["gelatin"] == pytest.approx(0.02, abs=1e-4)


def test_a_film_of_stocks_that_are_hardly_known_is_refused():
    # Half and half: to first order 0.25 times the relative error of one stock, 30 % of gelatin's.
    (diagnosis,) = diagnose(order(CNF=0.5, gelatin=0.5), stocks_with("gelatin-20", concentration_sd=6.0))
    assert diagnosis.code == "TOO_UNCERTAIN"
    (percent,) = re.findall(r"uncertain by ([\d.]+) wt%", diagnosis.message)
    assert float(percent) == pytest.approx(7.5, abs=0.2)


@pytest.mark.parametrize(("fraction", "expected"), [(0.01, 0.0), (0.03, 0.033)])
def test_a_small_dose_is_left_out_or_rounded_up_whichever_is_nearer(fraction: float, expected: float):
    # The smallest dose of gelatin is 20 uL of 20 mg/mL: 0.4 mg of 12 mg.
    plan = plan_decks([order(CNF=1 - fraction, gelatin=fraction)], STOCKS, screening())[0]
    assert plan.expected["A1"].composition["gelatin"] == pytest.approx(expected, abs=1e-3)
    assert any("gelatin" in note for note in plan.notes)


def test_labels_and_stock_names_must_be_unique():
    with pytest.raises(InvalidInputError) as caught:
        plan_decks([order("A1", CNF=1.0), order("A1", CNF=1.0)], (*STOCKS, STOCKS[0]), screening())
    assert len(caught.value.faults) == 2


def test_no_orders_give_no_decks():
    assert plan_decks([], STOCKS, screening()) == ()


def test_a_deck_goes_on_where_its_racks_stand():
    used = screening().tip_places("p1000_single_gen2")[:90]
    plans = plan_decks(library()[:20], STOCKS, screening(), used_tips=used)
    taken = {item.tip for item in plans[0].passes} | {mixing.tip for mixing in plans[0].mixings}
    assert not taken & set(used)
    assert preflight(plans[0], screening(), STOCKS, used_tips=used) == ()


def test_racks_that_are_empty_are_to_be_swapped():
    deck = screening()
    used = [place for model in ("p300_single_gen2", "p1000_single_gen2") for place in deck.tip_places(model)]
    with pytest.raises(UnmakeableError) as caught:
        plan_decks(four_films(), STOCKS, deck, used_tips=used)
    assert caught.value.diagnoses[0].code == "TIPS_SHORT"
    assert "swap" in caught.value.hint


@pytest.mark.parametrize(("left_300", "left_1000"), [(3, 12), (12, 8), (20, 6), (5, 30)])
def test_a_deck_takes_as_many_films_as_the_tips_that_are_left_dose_and_mix(left_300: int, left_1000: int):
    deck, films = screening(), library()[100:140]
    racks = {model: deck.tip_places(model) for model in ("p300_single_gen2", "p1000_single_gen2")}
    left = {"p300_single_gen2": left_300, "p1000_single_gen2": left_1000}
    used = [place for model, places in racks.items() for place in places[: len(places) - left[model]]]
    first = plan_decks(films, STOCKS, deck, used_tips=used)[0]
    taken = {item.tip for item in first.passes} | {mixing.tip for mixing in first.mixings}
    assert not taken & set(used)
    assert [mixing.film for mixing in first.mixings] == [film.order.label for film in first.films]
    # One film more, made with full racks, takes more tips than are left.
    (more,) = plan_decks(films[: len(first.films) + 1], STOCKS, deck)
    doses = Counter(item.pipette for item in more.passes)
    assert any(doses[model] > left[model] for model in left) or sum(more.tips.values()) > left_300 + left_1000


def test_later_decks_get_full_racks():
    used = screening().tip_places("p1000_single_gen2")[:48]
    plans = plan_decks(library()[:200], STOCKS, screening(), used_tips=used)
    assert len(plans[0].films) == 96
    assert set(used) & {mixing.tip for mixing in plans[1].mixings}


WEAK = Stock("gelatin-4", "gelatin", 4.0, 0.0, volume=190_000, dead_volume=8_000, handling="warm-gelatin")


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any), st.sampled_from([2.0, 3.0, 5.0]))
def test_no_other_choice_of_doses_comes_much_nearer(parts: list[int], solids: float):
    """Against every combination of nothing, the minimum and the exact dose of each stock, tried one by one."""
    names = ("MMT", "gelatin", "glycerol")
    asked = np.array(parts) / sum(parts)
    stocks = (*(stock for stock in STOCKS if stock.material in names), WEAK)
    deck = attrs.evolve(screening(), tolerance=Tolerance(warn=1.0, refuse=1.0))
    plan = plan_decks([FilmOrder("F", Composition.from_vector(names, asked), solids, 1600.0)], stocks, deck)[0]
    film = plan.expected["F"]
    error = np.linalg.norm([film.composition[name] - value for name, value in zip(names, asked, strict=True)])

    doses = []
    for name, share in zip(names, asked, strict=True):
        strengths = [stock.concentration for stock in stocks if stock.material == name]
        masses = {0.0} | {0.02 * strength for strength in strengths if share > 0}
        if any(share * solids / strength >= 0.02 for strength in strengths):
            masses.add(share * solids)
        doses.append(sorted(masses))
    best = min(
        float(np.linalg.norm(np.array(masses) / sum(masses) - asked)) for masses in product(*doses) if sum(masses) > 0
    )
    # The planner also weighs the uncertainty of a dose, at most a few wt% at these small volumes.
    assert error <= best + 0.02


def mixed_deck() -> DeckDefinition:
    """Dishes of 3.4 mL in slot 1, of 16.8 mL in the others."""
    text = builtin_text("screening-24-well").replace(
        'slot = 2\nlabware = "corning_24_wellplate_3.4ml_flat"', 'slot = 2\nlabware = "corning_6_wellplate_16.8ml_flat"'
    )
    return parse_deck(text)


def test_where_dishes_differ_every_film_gets_one_that_holds_it():
    deck = mixed_deck()
    volumes = [1600.0, 9000.0, 1600.0, *[8000.0] * 5, *[1600.0] * 40]
    films = [order(f"F{n}", solids=6.0, volume=volume, gelatin=1.0) for n, volume in enumerate(volumes)]
    plans = plan_decks(films, STOCKS, deck)
    for plan in plans:
        assert not refused(preflight(plan, deck, STOCKS))
        assert len({film.dish for film in plan.films}) == len(plan.films)
        assert all(film.order.volume <= deck.well(film.dish).capacity for film in plan.films)
    assert [film.order.label for plan in plans for film in plan.films] == [film.label for film in films]
    assert len(plans[0].films) == len(films)
    seventh = order("G", solids=6.0, volume=8000.0, gelatin=1.0)
    assert [len(plan.films) for plan in plan_decks([*films, seventh], STOCKS, deck)] == [len(films), 1]


@pytest.mark.parametrize("volume", [1068.41, 1600.0, 3399.7])
def test_mixing_leaves_a_tenth_of_the_film_in_its_dish(volume: float):
    deck = parse_deck(builtin_text("screening-24-well").replace("share = 0.5", "share = 0.9"))
    (plan,) = plan_decks([order(solids=6.0, volume=volume, gelatin=1.0)], STOCKS, deck)
    assert plan.mixings
    assert not refused(preflight(plan, deck, STOCKS))


def test_a_tip_mixes_no_deeper_than_it_reaches(tmp_path: Path):
    """A p20 has short tips: of dishes as deep as a beaker only full ones are mixed, of others it would draw air."""
    deck = deck_with_deep_dishes(tmp_path, (1, 2, 3, 4))
    films = [
        order("low", solids=6.0, volume=5000.0, gelatin=1.0),
        order("full", solids=60.0, volume=45_000.0, gelatin=1.0),
    ]
    (plan,) = plan_decks(films, STOCKS, deck)
    assert [mixing.film for mixing in plan.mixings] == ["full"]
    assert not refused(preflight(plan, deck, STOCKS))


def test_so_many_films_stand_on_a_deck_as_can_be_made_before_gelatin_sets():
    """With a p300 alone, the water for 24 large films takes longer than gelatin stays liquid."""
    text = builtin_text("casting-6-dish").replace('left = "p1000_single_gen2"', "")
    text = text.replace("opentrons_96_tiprack_1000ul", "opentrons_96_tiprack_300ul").replace(
        '"p1000_single_gen2", ', ""
    )
    deck = parse_deck(text.replace("filmlab_6_dish_35mm", "corning_6_wellplate_16.8ml_flat"))
    films = [order(f"F{n:02d}", solids=20.0, volume=12_000.0, gelatin=1.0) for n in range(24)]
    plans = plan_decks(films, STOCKS, deck, first_number=5)
    assert len(plans) > 1
    assert [plan.label for plan in plans] == [f"deck-{number:03d}" for number in range(5, 5 + len(plans))]
    assert [film.order.label for plan in plans for film in plan.films] == [film.label for film in films]
    assert not any(refused(preflight(plan, deck, STOCKS)) for plan in plans)
