"""Student's t in place of the normal distribution: what few films promise has longer tails.

Distances are carried over from one to the other by the transformation of Wallace (Annals of Mathematical Statistics 30,
1121, 1959): ``z = (8 f + 1) / (8 f + 3) sqrt(f log(1 + t^2 / f))`` lies about as far out in the normal distribution as
t does in Student's with f degrees of freedom. It has an inverse and a slope everywhere, far out too, and half the width
of a 90 % interval is off by 2 % with two degrees of freedom, by less with more.
"""

from typing import TYPE_CHECKING

import numpy as np

from lab.arrays import Array

if TYPE_CHECKING:
    from torch import Tensor

_LEAST_SQUARE = 1e-12
"""Squares of distances below which both distributions are taken as proportional."""


def to_normal(distance: "Tensor", degrees: int) -> "Tensor":
    """Return the normal distances of distances in Student's t, any shape; differentiable."""
    square = (distance**2 / degrees).clamp(min=_LEAST_SQUARE)
    return _ratio(degrees) * distance * (square.log1p() / square).sqrt()


def from_normal(distance: Array, degrees: int) -> Array:
    """Return the distances in Student's t of normal distances, any shape."""
    root: Array = np.sqrt(degrees * np.expm1((distance / _ratio(degrees)) ** 2 / degrees))
    return np.copysign(root, distance)


def _ratio(degrees: int) -> float:
    return (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0)
