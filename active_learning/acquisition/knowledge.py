"""What a Gaussian process knows about recipes, updated film by film without training."""

from collections.abc import Callable

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from active_learning.learners import Values
from lab.simplex import Fractions

Kernel = Callable[[Fractions, Fractions], Values]
"""Prior covariance of points ``(n, d)`` and ``(m, d)``: ``(n, m)``."""


class Knowledge:
    """The joint uncertainty of a Gaussian process on candidates and reference recipes.

    Args:
        kernel: Prior covariance.
        candidates: Recipes that can be measured, ``(n, d)``.
        variance: Their prior variance, ``(n,)``.
        references: Recipes about which something is to be learned, ``(r, d)``.
        existing: Films that were measured or are under way, ``(m, d)``.
        noise: Variance of a measurement.
    """

    def __init__(
        self,
        kernel: Kernel,
        candidates: Fractions,
        variance: Values,
        references: Fractions,
        existing: Fractions,
        *,
        noise: float,
    ) -> None:
        self._kernel = kernel
        self._noise = noise
        self._candidates = candidates
        self._to_references = kernel(candidates, references)
        self._variance: Values = variance.copy()
        self._seen = np.empty((0, len(candidates)))
        """What is explained already: covariance of candidates i and j is ``kernel - seen[:, i] . seen[:, j]``."""
        if len(existing):
            lower = cholesky(kernel(existing, existing) + noise * np.eye(len(existing)), lower=True)
            self._seen = solve_triangular(lower, kernel(existing, candidates), lower=True)
            self._to_references -= self._seen.T @ solve_triangular(lower, kernel(existing, references), lower=True)
            self._variance = np.maximum(self._variance - (self._seen**2).sum(axis=0), 0.0)

    def variance(self) -> Values:
        """Return what is unknown of each candidate, ``(n,)``."""
        return self._variance

    def variance_removed(self, weights: Values) -> Values:
        """Return by how much measuring each candidate lessens the weighted mean variance of the references, ``(n,)``.

        Args:
            weights: Weight of every reference in that mean, ``(r,)``.
        """
        removed: Values = (self._to_references**2 @ (weights / weights.sum())) / (self._variance + self._noise)
        return removed

    def measure(self, row: int) -> None:
        """Take a candidate as measured."""
        one = self._candidates[[row]]
        covariance = self._kernel(self._candidates, one)[:, 0] - self._seen.T @ self._seen[:, row]
        scaled = covariance / np.sqrt(self._variance[row] + self._noise)
        to_references = self._to_references[row] / np.sqrt(self._variance[row] + self._noise)
        self._to_references -= np.outer(scaled, to_references)
        self._variance = np.maximum(self._variance - scaled**2, 0.0)
        self._seen = np.vstack([self._seen, scaled])
