"""A trained support vector machine as plain arrays: evaluated without scikit-learn, stored without pickle."""

from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array

_CHUNK_VALUES = 2_000_000
"""Kernel values held at a time: 16 MB."""


@attrs.frozen(eq=False)
class KernelMachine:
    """The function ``f(x) = sum_i weight_i exp(-gamma |x - support_i|^2) + intercept``."""

    support: Array
    """Support vectors, shape ``(s, d)``."""
    weights: Array
    """Dual coefficients, shape ``(s,)``."""
    intercept: float
    gamma: float

    @classmethod
    def from_sklearn(cls, estimator: Any) -> "KernelMachine":
        """Return the decision function of a fitted SVR, or SVC of two classes, with an RBF kernel and a set gamma."""
        return cls(
            support=np.array(estimator.support_vectors_, dtype=float),
            weights=np.array(estimator.dual_coef_[0], dtype=float),
            intercept=float(estimator.intercept_[0]),
            gamma=float(estimator.gamma),
        )

    @classmethod
    def constant(cls, value: float, inputs: int) -> "KernelMachine":
        """Return the function that is the same everywhere."""
        return cls(np.zeros((0, inputs)), np.zeros(0), value, 1.0)

    def decision(self, points: ArrayLike) -> Array:
        """Return the function's values, shape ``(n, d)`` to ``(n,)``."""
        points = np.asarray(points, dtype=float)
        values = np.full(len(points), self.intercept)
        rows = max(1, _CHUNK_VALUES // max(1, len(self.support)))
        lengths = (self.support**2).sum(axis=1)
        for start in range(0, len(points), rows):
            part = points[start : start + rows]
            squares = (part**2).sum(axis=1)[:, None] + lengths - 2.0 * part @ self.support.T
            values[start : start + rows] += np.exp(-self.gamma * np.maximum(squares, 0.0)) @ self.weights
        return values

    def slope(self, points: ArrayLike) -> Array:
        """Return the function's gradient at few points, shape ``(n, d)`` to ``(n, d)``."""
        points = np.asarray(points, dtype=float)
        squares = ((points[:, None, :] - self.support) ** 2).sum(axis=2)
        pull = 2.0 * self.gamma * np.exp(-self.gamma * squares) * self.weights
        slope: Array = pull @ self.support - pull.sum(axis=1, keepdims=True) * points
        return slope
