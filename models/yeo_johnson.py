"""The power transform of Yeo & Johnson, which bends values without a scale of their own and is defined everywhere."""

import torch
from torch import Tensor

_LEAST = 1e-8
"""Powers nearer to 0 than this are taken as this: the transform is a logarithm there, to eight digits, and so is its
slope by the power, which is a difference of numbers as large as one over the power."""


def yeo_johnson(values: Tensor, power: Tensor) -> Tensor:
    """Return ``((1 + v)^power - 1) / power`` of values from 0 on, ``-((1 - v)^(2 - power) - 1) / (2 - power)`` below.

    Yeo & Johnson, Biometrika 87, 954-959 (2000). It rises everywhere, has a slope of 1 at 0, and is the value itself at
    a power of 1; below 1 large values crowd together, above 1 small ones. At powers of 0 and 2 it is a logarithm.

    Args:
        values: Of any shape that broadcasts with `power`.
        power: The power.
    """
    # At 0 exactly, the one has a slope and the other has none: together it is 1, as it is on either side.
    above, below = values.clamp(min=0.0), torch.relu(-values)
    return _risen(above, power) - _risen(below, 2.0 - power)


def _risen(values: Tensor, power: Tensor) -> Tensor:
    safe = torch.where(power.abs() < _LEAST, _LEAST, power)
    return torch.expm1(safe * torch.log1p(values)) / safe
