import numpy as np
import pytest
import torch
from scipy import stats

from models.student import from_normal, to_normal


@pytest.mark.parametrize(("degrees", "off"), [(2, 0.02), (3, 0.01), (10, 0.001), (200, 1e-5)])
def test_nine_of_ten_lie_within_the_carried_over_distance(degrees, off):
    exact = stats.t.ppf(0.95, degrees)
    assert from_normal(np.array(stats.norm.ppf(0.95)), degrees) == pytest.approx(exact, rel=off)


@pytest.mark.parametrize("degrees", [3, 8, 50])
def test_a_distance_keeps_its_probability(degrees):
    distances = np.linspace(-4.0, 4.0, 33)
    found = stats.norm.cdf(to_normal(torch.from_numpy(distances), degrees).numpy())
    np.testing.assert_allclose(found, stats.t.cdf(distances, degrees), atol=0.005)


@pytest.mark.parametrize("degrees", [1, 5, 100])
def test_there_and_back_is_where_one_was(degrees):
    distances = np.array([-30.0, -1.0, 0.0, 1e-9, 2.0, 40.0])
    back = from_normal(to_normal(torch.from_numpy(distances), degrees).numpy(), degrees)
    np.testing.assert_allclose(back, distances, rtol=1e-9, atol=1e-12)


def test_the_slope_is_finite_at_nothing_and_far_out():
    distances = torch.tensor([0.0, 1e-9, -1e9], dtype=torch.double, requires_grad=True)
    (slope,) = torch.autograd.grad(to_normal(distances, 3).sum(), distances)
    assert torch.isfinite(slope).all() and (slope > 0).all()
