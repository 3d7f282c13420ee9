import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.seeds import generator
from models.folds import fold_numbers, recipe_folds, recipe_numbers


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
