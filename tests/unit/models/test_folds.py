import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.seeds import generator
from models.folds import equal_inputs, fold_numbers, recipe_folds, recipe_numbers


@given(n=st.integers(1, 60), folds=st.integers(1, 12), seed=st.integers(0, 99))
def test_folds_are_of_nearly_equal_size(n, folds, seed):
    sizes = np.bincount(fold_numbers(n, folds, generator(seed)))
    assert sizes.sum() == n
    assert len(sizes) == min(n, folds)
    assert np.ptp(sizes) <= 1


@given(strata=st.lists(st.integers(0, 3), min_size=2, max_size=80), folds=st.integers(2, 8))
def test_every_stratum_is_spread_over_all_folds(strata, folds):
    numbers = fold_numbers(len(strata), folds, generator(1), strata=strata)
    for stratum in set(strata):
        sizes = np.bincount(numbers[np.array(strata) == stratum], minlength=min(folds, len(strata)))
        assert np.ptp(sizes) <= 1


def test_films_of_nearly_equal_fractions_are_of_one_recipe():
    fractions = np.array([[1 / 3, 2 / 3], [0.3333333, 0.6666667], [0.5, 0.5], [0.25, 0.75]])
    assert recipe_numbers(fractions).tolist() == [1, 1, 2, 0]


@pytest.mark.parametrize("unit", [1e-12, 1e-9, 1e-6, 1.0, 1e9])
def test_what_is_one_recipe_does_not_depend_on_the_unit(unit):
    thickness = np.array([[30.0], [31.0], [30.0], [4.0]]) * unit
    assert recipe_numbers(thickness).tolist() == [1, 2, 1, 0]


def test_one_outlier_does_not_make_all_other_films_one_recipe():
    assert recipe_numbers(np.array([[3e-9], [4e-9], [1e-5]])).tolist() == [0, 1, 2]


def delivered(recipes, films: int, rng):
    """Return films of mixtures, ``(recipes films, k)``, as a robot may have delivered them: off by a part of 0.002."""
    asked = np.repeat(recipes, films, axis=0)
    parts = asked * (1.0 + 0.002 * rng.normal(size=asked.shape))
    return parts / parts.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_films_of_one_recipe_as_they_were_delivered_are_of_one(unit):
    rng = generator(7, "delivered")
    films = delivered(rng.dirichlet(np.ones(4), 30), 3, rng)
    mixed = rng.permutation(90)
    numbers = recipe_numbers(films[mixed] * [[1.0, 1.0, 1.0, unit]])
    expected = np.repeat(np.arange(30), 3)[mixed]
    assert len(np.unique(numbers)) == 30
    assert len({*zip(numbers.tolist(), expected.tolist(), strict=True)}) == 30


@pytest.mark.parametrize(
    "inputs",
    [
        np.linspace(0, 1, 400)[:, None],
        np.stack(np.meshgrid(np.arange(200.0), [20.0, 40.0, 60.0]), axis=-1).reshape(-1, 2),
        np.vstack([generator(8).normal(size=(60, 3)), [[1e6, 1e6, 1e6]]]),
        generator(9).lognormal(0, 2, size=(60, 4)),
        np.repeat([1.0, 3.0, 7.0, 28.0, 90.0], [5, 5, 5, 30, 5])[:, None] + np.linspace(0, 40, 50)[:, None] * [[0, 1]],
    ],
    ids=["fine steps", "runs in time", "an outlier", "decades", "ages"],
)
def test_films_that_only_lie_densely_are_of_different_recipes(inputs):
    np.testing.assert_array_equal(recipe_numbers(inputs), equal_inputs(inputs))
    assert len(np.unique(equal_inputs(inputs))) == len(inputs)


@given(values=st.lists(st.integers(0, 3), min_size=2, max_size=60), folds=st.integers(2, 6))
def test_where_no_recipe_is_repeated_its_folds_are_those_of_films(values, folds):
    inputs = generator(2).permutation(len(values))[:, None].astype(float)
    expected = fold_numbers(len(values), folds, generator(3), strata=values)
    np.testing.assert_array_equal(recipe_folds(inputs, values, folds, generator(3)), expected)


def test_films_of_one_recipe_share_a_fold():
    recipes = generator(4).integers(0, 20, 100)
    numbers = recipe_folds(recipes[:, None] / 20, generator(5).uniform(size=100), 5, generator(6))
    assert all(len(set(numbers[recipes == recipe])) == 1 for recipe in recipes)
    assert set(numbers) == set(range(5))
