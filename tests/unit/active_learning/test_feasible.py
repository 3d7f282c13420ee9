import attrs
import numpy as np
import pytest

from active_learning.feasible import SAMPLE_SIZE, FeasibleSpace
from lab.campaign_files import builtin_definition
from lab.errors import NoRecipeError
from lab.simplex import snap
from tests.unit.active_learning.fakes import FakeQuality, small_definition, space


def test_all_recipes_of_the_reference_campaign_are_looked_at():
    recipes = FeasibleSpace(builtin_definition(), FakeQuality()).recipes

    assert recipes.shape == (23_426, 4)
    np.testing.assert_allclose(recipes.sum(axis=1), 1)


def test_candidates_reach_the_threshold_and_keep_to_bounds_and_lattice():
    definition = small_definition()
    candidates = space(definition).candidates(0.6)

    assert len(candidates) > 10
    assert (1 - candidates[:, -1] >= 0.6 - 1e-12).all()
    assert definition.within_bounds(candidates).all()
    np.testing.assert_allclose(snap(candidates, definition.recipe_step), candidates, atol=1e-12)


def test_quality_is_asked_once_for_all_recipes():
    asked = []

    class Counting:
        def predict(self, compositions):
            asked.append(len(compositions))
            return np.ones(len(compositions))

    feasible = FeasibleSpace(small_definition(), Counting())
    for _ in range(3):
        feasible.candidates(0.5)
        feasible.share(0.5)

    assert asked == [len(feasible.recipes)]


def test_probabilities_of_recipes_are_asked_once():
    asked = []

    class Counting(FakeQuality):
        def usable_probability(self, compositions):
            asked.append(len(compositions))
            return 0.5 * compositions[:, 0]

    feasible = FeasibleSpace(small_definition(), Counting())
    first, again = feasible.usable_recipes(np.arange(4)), feasible.usable_recipes(np.array([5, 3, 0]))

    np.testing.assert_allclose(first, 0.5 * feasible.recipes[:4, 0])
    np.testing.assert_allclose(again, 0.5 * feasible.recipes[[5, 3, 0], 0])
    assert asked == [4, 1]


def test_a_model_that_knows_no_probability_promises_its_quality():
    feasible = FeasibleSpace(small_definition(), FakeQuality(value=0.7))

    np.testing.assert_allclose(feasible.usable_probability(feasible.recipes[:3]), 0.7)


def test_share_is_that_of_the_recipes():
    feasible = space()

    assert feasible.share(0.0) == 1.0
    assert feasible.share(0.6) == pytest.approx(len(feasible.candidates(0.6)) / len(feasible.recipes))


def test_nothing_feasible_says_how_far_off_and_what_to_do():
    with pytest.raises(NoRecipeError, match=r"highest is 0\.300") as caught:
        FeasibleSpace(small_definition(), FakeQuality(value=0.3)).candidates(0.75)

    assert "threshold to 0.30 or below" in caught.value.hint
    # Who does as is said finds recipes then: none has 0.99.
    with pytest.raises(NoRecipeError, match=r"highest is 0\.988") as caught:
        FeasibleSpace(small_definition(), FakeQuality(value=0.988)).candidates(1.0)
    assert "threshold to 0.98 or below" in caught.value.hint
    with pytest.raises(NoRecipeError, match=r"highest is 0\.002") as caught:
        FeasibleSpace(small_definition(), FakeQuality(value=0.002)).candidates(0.75)
    assert "threshold" not in caught.value.hint


def test_quality_that_is_no_number_is_refused():
    with pytest.raises(NoRecipeError, match="no answer"):
        FeasibleSpace(small_definition(), FakeQuality(value=float("nan"))).candidates(0.5)


def test_a_lattice_too_large_to_list_is_sampled_always_alike():
    definition = builtin_definition()
    many = attrs.evolve(definition, ranges=definition.ranges * 2)
    first, second = (FeasibleSpace(many, FakeQuality()).recipes for _ in range(2))

    assert 0.5 * SAMPLE_SIZE < len(first) <= SAMPLE_SIZE
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first * 50, np.rint(first * 50), atol=1e-9)
