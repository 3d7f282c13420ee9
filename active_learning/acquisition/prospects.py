"""What a committee expects of films for a goal: a mean, an uncertainty, and how a batch lessens it."""

from collections.abc import Callable

import attrs
import numpy as np

from active_learning.acquisition.disagreement import SMALLEST_NOISE, Disagreement, calibrated_members
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import learned_numbers
from active_learning.learners import Values
from lab.errors import AcquisitionError


@attrs.frozen(eq=False)
class Prospects:
    """What a committee expects of a pool for its goal."""

    mean: Values
    """Mean utility, ``(n,)``."""
    best: float
    """Utility of the best film so far."""
    _noise: Values
    """Standard deviation of a measured utility, ``(n,)``."""
    _disagreement: Disagreement

    def sd(self) -> Values:
        """Return what is left of the model's standard deviation of the utility, ``(n,)``."""
        left: Values = np.sqrt(self._disagreement.variance()[0]) * self._noise
        return left

    def total_sd(self) -> Values:
        """Return the standard deviation of a measured utility, ``(n,)``: the model's and the noise's together."""
        total: Values = np.sqrt(self._disagreement.variance()[0] + 1.0) * self._noise
        return total

    def measure(self, row: int) -> None:
        """Take a recipe as measured, with the value expected of it."""
        self._disagreement.measure(row)


def prospects(pool: Pool, rule: str) -> Prospects:
    """Return what a pool's committee expects for its goal.

    Raises:
        AcquisitionError: If there is no goal, or an answer is no number.
    """
    if pool.goal is None:
        raise AcquisitionError(f"the rule {rule!r} needs a goal")
    predicted = pool.committee.predict(pool.candidates)
    members = calibrated_members(
        np.asarray(pool.committee.member_means(pool.candidates), dtype=float), np.asarray(predicted.model_sd)
    )
    noise = np.asarray(predicted.noise_sd, dtype=float)
    utility = learned_numbers(rule, "utilities", pool.goal.utility(members)[..., None])
    of_noise = learned_numbers(rule, "noise", _noise_of(pool.goal.utility, members.mean(axis=0), noise)[..., None])
    mean = utility.mean(axis=0)[:, 0]
    floor = SMALLEST_NOISE * float(mean.std()) or 1.0
    of_noise = np.maximum(of_noise, floor)
    best = pool.goal.best if np.isfinite(pool.goal.best) else float(mean.max())
    return Prospects(mean, best, of_noise[:, 0], Disagreement(utility, of_noise))


def _noise_of(utility: Callable[[Values], Values], centre: Values, noise: Values) -> Values:
    """Return the standard deviation of a utility from those of the properties, to first order, ``(n,)``."""
    variance = np.zeros(len(centre))
    for column in range(centre.shape[1]):
        step = np.zeros_like(centre)
        step[:, column] = noise[:, column]
        change = (utility(centre + step) - utility(centre - step)) / 2
        variance += np.nan_to_num(change) ** 2
    return np.sqrt(variance)
