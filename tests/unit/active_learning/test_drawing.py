import numpy as np
import pytest

from active_learning.inverse_design.box import lattice_box
from active_learning.inverse_design.drawing import drawn_recipes
from active_learning.inverse_design.specification import specification
from lab.requirements import parse_requirements
from lab.simplex import lattice
from tests.unit.active_learning.fakes import four_materials, many_materials

FOUR = four_materials()


def drawn(*texts, definition=FOUR, step=0.1, seed=1):
    wish = specification(parse_requirements(texts, definition.units), definition)
    return wish, drawn_recipes(wish, lattice_box(wish, step), np.random.default_rng(seed))


@pytest.mark.parametrize(
    "texts",
    [
        ("20 <= CNF <= 60 wt%",),
        ("CNF:MMT >= 2", "gelatin <= 30 wt%"),
        ("footprint <= 0.8 kg CO2e/kg",),
        ("without glycerol", "1 <= CNF:gelatin <= 3"),
        ("cost <= 9 USD/kg", "MMT >= 10 wt%"),
    ],
)
def test_every_recipe_that_is_allowed_is_drawn_and_no_other(texts):
    wish, found = drawn(*texts)
    every = lattice(4, 0.1)
    allowed = every[wish.allows(every)]

    assert {tuple(row) for row in np.rint(10 * found).astype(int)} == {
        tuple(row) for row in np.rint(10 * allowed).astype(int)
    }


def test_walkers_spread_evenly():
    definition = many_materials()
    _, found = drawn("m0 <= 30 wt%", "m9 >= 20 wt%", definition=definition, step=0.02)

    # Of 1, 0.2 are m9's for certain, and the rest is shared out evenly, but m0 may have 0.3 at most.
    np.testing.assert_allclose(found.mean(axis=0)[1:9], 0.08, atol=0.01)
    assert found.mean(axis=0)[9] == pytest.approx(0.28, abs=0.01)


@pytest.mark.parametrize(
    "texts",
    [
        ("2 <= CNF:MMT <= 2", "CNF >= 20 wt%"),
        ("CNF:MMT >= 2", "MMT:CNF >= 0.5"),
        ("1.99 <= CNF:MMT <= 2.01", "1.5 <= gelatin:glycerol <= 1.5", "gelatin >= 10 wt%"),
        ("1 <= CNF:MMT <= 1", "1 <= MMT:gelatin <= 1", "1 <= gelatin:glycerol <= 1", "CNF >= 10 wt%"),
    ],
)
def test_of_exact_ratios_every_recipe_is_drawn(texts):
    wish, found = drawn(*texts, step=0.025)
    every = lattice(4, 0.025)

    np.testing.assert_allclose(found, every[wish.allows(every)], atol=1e-12)


def test_recipes_of_one_exact_ratio_spread_evenly_among_ten_materials():
    definition = many_materials()
    _, found = drawn("2 <= m0:m1 <= 2", "m0 >= 20 wt%", definition=definition, step=0.02)

    np.testing.assert_allclose(found[:, 0], 2 * found[:, 1])
    # A recipe with more of the two is shared out among eight others in fewer ways.
    assert len(found) > 1500
    assert found.mean(axis=0)[0] == pytest.approx(0.24, abs=0.02)
    np.testing.assert_allclose(found.mean(axis=0)[2:], found.mean(axis=0)[2:].mean(), atol=0.01)


def test_nothing_is_drawn_where_nothing_is_allowed():
    # On a lattice of tenths no ratio of two materials that are there is 1.37.
    _, found = drawn("1.37 <= CNF:MMT <= 1.37", "CNF >= 10 wt%")

    assert found.shape == (0, 4)
