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
def test_logarithms_are_met_to_three_digits(power):
    found = yeo_johnson(torch.from_numpy(VALUES), torch.tensor(power, dtype=torch.double))
    np.testing.assert_allclose(found.numpy(), yeojohnson(VALUES, power), rtol=2e-3)


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.4, 2.0, 2.5])
def test_it_has_a_slope_everywhere(power):
    values = torch.from_numpy(VALUES).requires_grad_()
    (slope,) = torch.autograd.grad(yeo_johnson(values, torch.tensor(power, dtype=torch.double)).sum(), values)
    near = yeojohnson(VALUES + 1e-6, power) - yeojohnson(VALUES - 1e-6, power)
    np.testing.assert_allclose(slope.numpy(), near / 2e-6, rtol=0.01)
