r"""What a committee does not know, as a Gaussian model of the differences between its members.

Every member is one guess at the truth. For property p the guesses at recipe i differ from their mean by M numbers;
scaled so that their squares sum to the calibrated variance of the model over that of the measurement noise, they are
d_i. Then

    covariance of recipes i and j  =  d_i . S d_j,   S = 1 before any film is chosen,

and measuring film b, with a noise of variance 1 in these units, leaves S' = S - (S d_b)(S d_b)^T / (1 + d_b . S d_b):
the Kalman update of an ensemble (Evensen, Ocean Dynamics 53, 343-367 (2003)), in the M-dimensional space of members
instead of the n-dimensional one of recipes. A batch is built film by film under this update, without training, so that
films that would tell the same do not both get into it.
"""

import attrs
import numpy as np

from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import learned_numbers
from active_learning.learners import Values

SMALLEST_NOISE = 1e-3
"""Noise is at least this part of a property's spread over the pool, so that one fitted exactly stays finite."""


@attrs.frozen(eq=False)
class Opinions:
    """What a committee thinks of a pool; every array without the properties that were never measured."""

    members: Values
    """Every member's answer, drawn apart or together to the calibrated spread, ``(members, n, p)``."""
    noise: Values
    """Standard deviation of a measurement, ``(n, p)``."""


def opinions(pool: Pool, rule: str) -> Opinions:
    """Ask a pool's committee.

    Raises:
        AcquisitionError: If an answer is no number, or no property is learned.
    """
    members = learned_numbers(rule, "members' predictions", pool.committee.member_means(pool.candidates))
    predicted = pool.committee.predict(pool.candidates)
    noise = learned_numbers(rule, "predicted noise", predicted.noise_sd)
    members = calibrated_members(members, learned_numbers(rule, "predicted uncertainty", predicted.model_sd))
    spread = members.mean(axis=0).std(axis=0, keepdims=True)
    # A property that is the same everywhere and without noise teaches nothing; 1 only avoids 0 / 0.
    floor = np.where(spread > 0, SMALLEST_NOISE * spread, 1.0)
    return Opinions(members, np.maximum(noise, floor))


def calibrated_members(members: Values, model_sd: Values) -> Values:
    """Return answers ``(members, n, p)`` drawn apart from their mean until they spread by ``model_sd`` ``(n, p)``."""
    mean, plain = members.mean(axis=0), members.std(axis=0, ddof=1)
    # Where all members agree to the last bit there is no direction to draw them apart in.
    factor = np.divide(model_sd, plain, out=np.ones_like(plain), where=plain > 0)
    return mean + factor * (members - mean)


class Disagreement:
    """A committee's joint uncertainty over a pool, updated film by film.

    Args:
        members: Every member's answer, ``(members, n, p)``.
        noise: Standard deviation of a measurement of it, ``(n, p)``.
    """

    def __init__(self, members: Values, noise: Values) -> None:
        count = len(members)
        differences = (members - members.mean(axis=0)) / noise / np.sqrt(max(count - 1, 1))
        self._d: Values = np.ascontiguousarray(differences.transpose(2, 1, 0))  # (p, n, M)
        self._s: Values = np.broadcast_to(np.eye(count), (self._d.shape[0], count, count)).copy()  # (p, M, M)
        self._variance: Values = (self._d**2).sum(axis=2)

    @classmethod
    def on_properties(cls, pool: Pool, rule: str) -> "Disagreement":
        """Return the disagreement on all properties of a pool (see `opinions` for errors)."""
        asked = opinions(pool, rule)
        return cls(asked.members, asked.noise)

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
