import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lab.seeds import generator
from models.folds import fold_numbers


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
