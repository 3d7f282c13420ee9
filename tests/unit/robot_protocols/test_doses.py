from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.compositions import Composition
from lab.stocks import WATER, Stock
from robot_protocols.doses import SAME_ERROR, DoseFinder, Recipe
from robot_protocols.handling import handling_classes
from robot_protocols.pipettes import Pipette, pipette_named
from robot_protocols.plans import FilmOrder
from robot_protocols.strokes import StrokeChooser

WEAK, STRONG = Stock("A-5", "A", 5.0, 0.0), Stock("A-20", "A", 20.0, 0.0)
OTHER = Stock("B-20", "B", 20.0, 0.0)
P20, P1000 = pipette_named("p20_single_gen2"), pipette_named("p1000_single_gen2")


def find(
    volume: float, stocks: Sequence[Stock], share: float = 0.5, pipettes: Sequence[Pipette] = (P1000,)
) -> Recipe | None:
    """A film of 24 mg of A and B, with a pipette of 100 to 1000 uL where no other is given."""
    finder = DoseFinder([*stocks, OTHER], StrokeChooser(pipettes), handling_classes())
    order = FilmOrder("F1", Composition({"A": share, "B": 1 - share}), 24.0, volume)
    return finder.find(order, {"A": stocks, "B": [OTHER]})


def found(volume: float, stocks: Sequence[Stock], share: float = 0.5, pipettes: Sequence[Pipette] = (P1000,)) -> Recipe:
    recipe = find(volume, stocks, share, pipettes)
    assert recipe is not None
    return recipe


def test_of_doses_that_are_equally_good_those_with_fewer_strokes_are_taken():
    # Three strokes of 800 uL are known a little better than one of 600 uL, by far less than anybody could measure.
    assert 0 < found(5000.0, [STRONG]).sd - found(5000.0, [WEAK]).sd < 0.0005
    assert found(5000.0, [WEAK, STRONG]).doses["A-20"].volumes == (600.0,)


def test_a_film_is_cast_short_where_the_pipettes_cannot_give_so_little_water():
    recipe = found(1250.0, [STRONG])
    assert WATER not in recipe.doses
    assert recipe.notes == ("F1: cast 50.0 uL short, less water than a pipette can give",)


def test_a_film_that_is_full_gets_no_water():
    recipe = found(1200.0, [STRONG])
    assert WATER not in recipe.doses
    assert recipe.notes == ()


def test_a_film_whose_stocks_do_not_fit_into_its_volume_has_no_doses():
    # 12 mg of each at 20 mg/mL are 600 uL of each.
    assert find(1199.0, [STRONG]) is None


def test_of_doses_that_are_equally_near_those_of_a_stock_that_is_known_well_are_taken():
    doubtful = attrs.evolve(STRONG, concentration_sd=2.0)
    assert "A-5" in found(5000.0, [WEAK, doubtful]).doses


def test_fewer_strokes_count_for_more_than_less_volume():
    # 1.26 mg of A: 63 uL are four strokes of a p20, 252 uL one of a p1000, and both are known to about 1 %.
    recipe = found(5000.0, [STRONG, WEAK], 0.0525, [P20, P1000])
    assert recipe.doses["A-5"].volumes == (252.0,)
    assert "A-20" not in recipe.doses


@pytest.mark.parametrize("stocks", [[STRONG, WEAK], [WEAK, STRONG]])
def test_a_dose_that_is_too_small_of_every_stock_is_rounded_up_of_the_weakest(stocks: list[Stock]):
    # 0.36 mg of A; 100 uL of the weak stock bring 0.5 mg, of the strong one 2 mg.
    recipe = found(5000.0, stocks, 0.015)
    assert recipe.doses["A-5"].volumes == (100.0,)
    assert recipe.notes == ("F1: A is rounded up: 72.0 uL of A-5 would be needed, the smallest dose is 100 uL",)


def test_of_a_film_of_one_material_that_is_not_left_out():
    """There would be no film."""
    finder = DoseFinder([STRONG], StrokeChooser([P1000]), handling_classes())
    recipe = finder.find(FilmOrder("F1", Composition({"A": 1.0}), 1.0, 2000.0), {"A": [STRONG]})
    assert recipe is not None
    assert recipe.doses["A-20"].volumes == (100.0,)


def error_of(recipe: Recipe, asked: Composition) -> float:
    """Distance of a film from its recipe, as weight fractions, its own uncertainty counted in."""
    names = recipe.dry.composition
    return sum((names[name] - asked.get(name, 0.0)) ** 2 + recipe.dry.sd[name] ** 2 for name in names) ** 0.5


@given(
    st.lists(st.floats(0.5, 40.0), min_size=2, max_size=4, unique=True),
    st.floats(0.001, 0.999),
    st.floats(2.0, 24.0),
    st.sampled_from([(P20,), (P1000,), (P20, P1000)]),
)
def test_a_choice_of_stocks_never_makes_a_film_worse(
    strengths: list[float], share: float, solids: float, pipettes: tuple[Pipette, ...]
):
    """With all stocks a film comes as near to its recipe as with the best of them alone."""
    stocks = [Stock(f"A-{n}", "A", strength, 0.02 * strength) for n, strength in enumerate(strengths)]
    finder = DoseFinder([*stocks, OTHER, Stock("C-1", "C", 1.0, 0.0)], StrokeChooser(pipettes), handling_classes())
    order = FilmOrder("F1", Composition({"A": share, "B": 1 - share}), solids, 3000.0)
    alone = [recipe for one in stocks if (recipe := finder.find(order, {"A": [one], "B": [OTHER]})) is not None]
    recipe = finder.find(order, {"A": stocks, "B": [OTHER]})
    assert (recipe is None) == (not alone)
    if recipe is not None:
        best = min(error_of(one, order.composition) for one in alone)
        assert error_of(recipe, order.composition) == pytest.approx(best, abs=SAME_ERROR)
        assert recipe.bias == max(
            abs(value - order.composition.get(name, 0.0)) for name, value in recipe.dry.composition.items()
        )
