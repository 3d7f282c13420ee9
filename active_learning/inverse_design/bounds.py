"""Bounds on a recipe that are linear in its fractions: ratios of materials, cost, footprint."""

import attrs
import numpy as np

from active_learning.learners import Values
from lab.arrays import Mask
from lab.requirements import RATIO, Requirement
from lab.simplex import Fractions

TOLERANCE = 1e-9


@attrs.frozen(eq=False)
class LinearBound:
    """``lower <= coefficients . fractions <= upper``."""

    coefficients: Values
    """Shape ``(k,)``."""
    lower: float
    upper: float
    text: str
    """The requirement as it was written."""

    def allows(self, compositions: Fractions) -> Mask:
        """Return which compositions ``(n, k)`` keep to the bound, ``(n,)``."""
        return self.excess(compositions) <= TOLERANCE

    def excess(self, compositions: Fractions) -> Values:
        """Return by how much compositions ``(n, k)`` miss the bound, 0 where they keep to it, ``(n,)``."""
        found = compositions @ self.coefficients
        missed: Values = np.maximum(np.maximum(self.lower - found, found - self.upper), 0.0)
        return missed

    def slope(self, compositions: Fractions) -> Values:
        """Return the gradient of `excess` by the fractions, ``(n, k)``."""
        found = compositions @ self.coefficients
        side = np.where(found > self.upper, 1.0, np.where(found < self.lower, -1.0, 0.0))
        gradient: Values = side[:, None] * self.coefficients
        return gradient


def ratio_bounds(requirement: Requirement, materials: tuple[str, ...]) -> list[LinearBound]:
    """Return a bound on ``first:second`` as one that is linear: ``first - ratio x second`` against 0.

    A recipe without either of the two keeps to every such bound.
    """
    first, second = (materials.index(name) for name in requirement.name.split(RATIO))
    bounds = []
    for ratio, lower, upper in ((requirement.lower, 0.0, np.inf), (requirement.upper, -np.inf, 0.0)):
        if np.isfinite(ratio):
            coefficients = np.zeros(len(materials))
            coefficients[first], coefficients[second] = 1.0, -ratio
            bounds.append(LinearBound(coefficients, lower, upper, requirement.text))
    return bounds
