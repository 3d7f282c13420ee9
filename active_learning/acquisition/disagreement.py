r"""What a committee does not know, as a Gaussian model of the differences between its members.

Every member is one guess at the truth. For property p the guesses at recipe i differ from their mean by the M numbers
d_i (divided by the square root of M - 1, and by the measurement noise there, so that a property's unit falls out). Then

    covariance of recipes i and j  =  d_i . S d_j,   S = 1 before any film is chosen,

and measuring film b, with a noise of variance 1 in these units, leaves S' = S - (S d_b)(S d_b)^T / (1 + d_b . S d_b):
the Kalman update of an ensemble (Evensen, Ocean Dynamics 53, 343-367 (2003)), in the M-dimensional space of members
instead of the n-dimensional one of recipes. A batch is built film by film under this update, without training, so that
films that would tell the same do not both get into it.
"""

import numpy as np

from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import learned_numbers
from active_learning.learners import Values

_SMALLEST_NOISE = 1e-3
"""Noise is at least this part of a property's spread over the pool, so that one fitted exactly stays finite."""


class Disagreement:
    """The committee's joint uncertainty over a pool, updated film by film.

    Args:
        pool: The recipes, with a committee.
        rule: Name of the rule, for error messages.
    """

    def __init__(self, pool: Pool, rule: str) -> None:
        members = learned_numbers(rule, "members' predictions", pool.committee.member_means(pool.candidates))
        noise = learned_numbers(rule, "predicted noise", np.array(pool.committee.predict(pool.candidates).noise_sd))
        count = len(members)
        mean = members.mean(axis=0)
        spread = mean.std(axis=0, keepdims=True)
        # A property that is the same everywhere and without noise teaches nothing; 1 only avoids 0 / 0.
        floor = np.where(spread > 0, _SMALLEST_NOISE * spread, 1.0)
        differences = (members - mean) / np.maximum(noise, floor) / np.sqrt(max(count - 1, 1))
        self._d: Values = np.ascontiguousarray(differences.transpose(2, 1, 0))  # (p, n, M)
        self._s: Values = np.broadcast_to(np.eye(count), (self._d.shape[0], count, count)).copy()  # (p, M, M)
        self._variance: Values = (self._d**2).sum(axis=2)

    def variance(self) -> Values:
        """Return the variance that is left over that of the noise, ``(p, n)``."""
        return self._variance

    def features(self) -> Values:
        """Return the differences of the members for all properties side by side, ``(n, p M)``."""
        features: Values = self._d.transpose(1, 0, 2).reshape(self._d.shape[1], -1)
        return features

    def information(self) -> Values:
        """Return the information on the members from measuring all properties of a recipe, in nats, ``(n,)``."""
        gain: Values = 0.5 * np.log1p(self.variance()).sum(axis=0)
        return gain

    def variance_removed(self, weights: Values) -> Values:
        """Return by how much measuring a recipe lessens the weighted mean variance over the whole pool, ``(n,)``.

        Args:
            weights: Weight of every recipe in that mean, ``(n,)``.
        """
        weighted = self._d * (weights / weights.sum())[:, None]
        gram = weighted.transpose(0, 2, 1) @ self._d
        inner = self._s @ gram @ self._s
        removed = ((self._d @ inner) * self._d).sum(axis=2) / (1 + self._variance)
        total: Values = removed.sum(axis=0)
        return total

    def measure(self, row: int) -> None:
        """Take a recipe of the pool as measured."""
        shift = (self._s @ self._d[:, row, :, None])[..., 0]
        total = 1 + (self._d[:, row] * shift).sum(axis=1)
        self._s -= shift[:, :, None] * shift[:, None, :] / total[:, None, None]
        covariance = (self._d @ shift[:, :, None])[..., 0]
        self._variance = np.maximum(self._variance - covariance**2 / total[:, None], 0.0)
