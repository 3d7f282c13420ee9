"""What stands for a value that is known to lie beyond a bound."""

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from active_learning.campaign.censoring import mean_beyond


def test_the_mean_beyond_a_bound_is_that_of_the_distribution() -> None:
    bounds = np.array([-8.0, -3.0, 0.0, 1.5, 6.0])
    told = [quad(lambda x: x * norm.pdf(x), low, low + 16, limit=200)[0] / norm.sf(low) for low in bounds]
    assert np.allclose(mean_beyond(bounds), told, atol=1e-9)


def test_far_above_all_that_is_expected_it_is_the_bound() -> None:
    bounds = np.array([1e2, 1e4, 1e9, 1e150])
    assert np.allclose(mean_beyond(bounds), bounds, rtol=2e-4)
    assert (mean_beyond(bounds) >= bounds).all()
