import numpy as np
import pytest
import torch
from scipy.stats import yeojohnson

from models.yeo_johnson import yeo_johnson

VALUES = np.array([-6.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 4.0])


@pytest.mark.parametrize("power", [-1.5, -0.3, 0.5, 1.0, 1.7, 3.0])
def test_values_are_those_of_scipy(power):
    found = yeo_johnson(torch.from_numpy(VALUES), torch.tensor(power, dtype=torch.double))
    np.testing.assert_allclose(found.numpy(), yeojohnson(VALUES, power), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("power", [0.0, 2.0])
def test_logarithms_are_met_to_eight_digits(power):
    found = yeo_johnson(torch.from_numpy(VALUES), torch.tensor(power, dtype=torch.double))
    np.testing.assert_allclose(found.numpy(), yeojohnson(VALUES, power), rtol=2e-8)


@pytest.mark.parametrize("power", [1e-7, 2 - 1e-7])
def test_the_slope_by_the_power_is_right_near_a_logarithm(power):
    def total(at):
        return yeo_johnson(torch.from_numpy(VALUES), at).sum()

    at = torch.tensor(power, dtype=torch.double, requires_grad=True)
    (slope,) = torch.autograd.grad(total(at), at)
    near = total(torch.tensor(power + 1e-4)) - total(torch.tensor(power - 1e-4))
    assert float(slope) == pytest.approx(float(near) / 2e-4, rel=1e-3)


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.4, 2.0, 2.5])
def test_it_has_a_slope_everywhere(power):
    values = torch.from_numpy(VALUES).requires_grad_()
    (slope,) = torch.autograd.grad(yeo_johnson(values, torch.tensor(power, dtype=torch.double)).sum(), values)
    near = yeojohnson(VALUES + 1e-6, power) - yeojohnson(VALUES - 1e-6, power)
    np.testing.assert_allclose(slope.numpy(), near / 2e-6, rtol=0.01)
