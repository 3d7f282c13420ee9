"""What a committee expects of films for a goal: a mean, an uncertainty, and how a batch lessens it."""

from collections.abc import Callable, Sequence
from typing import Protocol

import attrs
import numpy as np

from active_learning.acquisition.bends import FEWEST_BENT, bent, expected_values
from active_learning.acquisition.disagreement import SMALLEST_NOISE, Disagreement, calibrated_members
from active_learning.acquisition.goals import BestOfProperty, Goal, RatedFilms
from active_learning.acquisition.knowledge import Knowledge
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import learned_numbers
from active_learning.learners import FittedKernel, KernelCommittee, Predictions, RefittableKernel, Values
from lab.errors import AcquisitionError


class _Left(Protocol):
    """What is left of a model's uncertainty while a batch is built."""

    def share(self) -> Values:
        """Return the model's standard deviation as a part of the noise's or of itself at first, ``(n,)``."""
        ...

    def measure(self, row: int) -> None:
        """Take a recipe as measured."""
        ...


@attrs.frozen(eq=False)
class Prospects:
    """What a committee expects of a pool for its goal; utilities are the goal's, or the same bent."""

    mean: Values
    """Mean utility, ``(n,)``."""
    best: float
    """Utility of the best film so far."""
    measured: Values
    """Utilities of the films so far, ``(m,)``."""
    _noise: Values
    """Standard deviation of a measured utility, ``(n,)``."""
    _unit: Values
    """Standard deviations of which shares are left, ``(n,)``."""
    _left: _Left

    def sd(self) -> Values:
        """Return what is left of the model's standard deviation of the utility, ``(n,)``."""
        left: Values = self._left.share() * self._unit
        return left

    def total_sd(self) -> Values:
        """Return the standard deviation of a measured utility, ``(n,)``: the model's and the noise's together."""
        total: Values = np.hypot(self.sd(), self._noise)
        return total

    def measure(self, row: int) -> None:
        """Take a recipe as measured, with the value expected of it."""
        self._left.measure(row)


@attrs.frozen(eq=False)
class _LeftOfDisagreement:
    _disagreement: Disagreement

    def share(self) -> Values:
        share: Values = np.sqrt(self._disagreement.variance()[0])
        return share

    def measure(self, row: int) -> None:
        self._disagreement.measure(row)


@attrs.frozen(eq=False)
class _LeftOfProcess:
    _knowledge: Knowledge
    first: Values
    """Standard deviations before the batch, ``(n,)``."""

    @classmethod
    def of(cls, kernel: FittedKernel, pool: Pool) -> "_LeftOfProcess":
        knowledge = Knowledge(
            kernel.covariance,
            pool.candidates,
            kernel.variance(pool.candidates),
            pool.candidates[:0],
            pool.existing,
            noise=kernel.noise,
        )
        # A recipe about which everything is known keeps a share of 1 of nothing.
        return cls(knowledge, np.sqrt(np.maximum(knowledge.variance(), 1e-12)))

    def share(self) -> Values:
        share: Values = np.sqrt(self._knowledge.variance()) / self.first
        return share

    def measure(self, row: int) -> None:
        self._knowledge.measure(row)


def prospects(pool: Pool, rule: str) -> Prospects:
    """Return what a pool's committee expects for its goal.

    One property's best value is looked for with its Gaussian process, where the committee has one: it knows better than
    a few members which recipes tell about which. Where the goal tells which films are how good, that process learns
    them bent (`active_learning.acquisition.bends`). Other goals go by the members.

    Raises:
        AcquisitionError: If there is no goal, or an answer is no number.
    """
    if pool.goal is None:
        raise AcquisitionError(f"the rule {rule!r} needs a goal")
    committee = pool.committee
    predicted = committee.predict(pool.candidates)
    kernels = committee.kernels if isinstance(committee, KernelCommittee) else ()
    if kernels and isinstance(pool.goal, BestOfProperty):
        return _by_process(pool, pool.goal, predicted, kernels, rule)
    return _by_members(pool, pool.goal, predicted, rule)


def _by_process(
    pool: Pool, goal: BestOfProperty, predicted: Predictions, kernels: Sequence[FittedKernel], rule: str
) -> Prospects:
    learned = ~np.isnan(np.asarray(predicted.mean)).all(axis=0)
    if not learned[goal.column]:
        raise AcquisitionError(
            f"the rule {rule!r} seeks the best value of a property that was never measured",
            hint="measure it on some films first, or choose the rule 'distance'",
        )
    kernel = kernels[int(learned[: goal.column].sum())]
    if isinstance(kernel, RefittableKernel) and goal.films is not None and _tell_a_shape(goal.films.ratings):
        return _by_bent_process(pool, kernel, goal.films)
    table = np.stack([predicted.mean, predicted.model_sd, predicted.noise_sd], axis=0)[:, :, [goal.column]]
    mean, model, noise = learned_numbers(rule, "predictions", table)[..., 0]
    utility = goal.utility(predicted.mean)
    left = _LeftOfProcess.of(kernel, pool)
    return Prospects(utility, _best(goal, utility), goal.measured, _at_least(noise, mean), model, left)


def _tell_a_shape(ratings: Values) -> bool:
    return len(ratings) >= FEWEST_BENT and bool(np.ptp(ratings) > 0)


def _by_bent_process(pool: Pool, kernel: RefittableKernel, films: RatedFilms) -> Prospects:
    values = bent(films.ratings)
    fitted = kernel.refitted(films.recipes, values)
    mean = expected_values(fitted, films.recipes, values, pool.candidates)
    left = _LeftOfProcess.of(fitted, pool)
    noise = np.full(len(pool), np.sqrt(fitted.noise))
    return Prospects(mean, float(values.max()), values, noise, left.first, left)


def _by_members(pool: Pool, goal: Goal, predicted: Predictions, rule: str) -> Prospects:
    members = calibrated_members(
        np.asarray(pool.committee.member_means(pool.candidates), dtype=float), np.asarray(predicted.model_sd)
    )
    noise = np.asarray(predicted.noise_sd, dtype=float)
    utility = learned_numbers(rule, "utilities", goal.utility(members)[..., None])
    of_noise = learned_numbers(rule, "noise", _noise_of(goal.utility, members.mean(axis=0), noise)[..., None])
    mean = utility.mean(axis=0)[:, 0]
    unit = _at_least(of_noise[:, 0], mean)
    left = _LeftOfDisagreement(Disagreement(utility, unit[:, None]))
    return Prospects(mean, _best(goal, mean), goal.measured, unit, unit, left)


def _best(goal: Goal, expected: Values) -> float:
    return goal.best if np.isfinite(goal.best) else float(expected.max())


def _at_least(noise: Values, mean: Values) -> Values:
    # A noise of 0 would make every recipe certain at once.
    raised: Values = np.maximum(noise, SMALLEST_NOISE * float(mean.std()) or 1.0)
    return raised


def _noise_of(utility: Callable[[Values], Values], centre: Values, noise: Values) -> Values:
    """Return the standard deviation of a utility from those of the properties, to first order, ``(n,)``."""
    variance = np.zeros(len(centre))
    for column in range(centre.shape[1]):
        step = np.zeros_like(centre)
        step[:, column] = noise[:, column]
        change = (utility(centre + step) - utility(centre - step)) / 2
        variance += np.nan_to_num(change) ** 2
    return np.sqrt(variance)
