"""The worth of a recipe for a wish: the probability that a film of it is usable and meets all requirements."""

import attrs
import numpy as np

from active_learning.inverse_design.aiming import aiming, by_aims
from active_learning.inverse_design.task import Task
from active_learning.learners import Values
from lab.errors import AcquisitionError
from lab.simplex import Fractions

HOPELESS = 1e-3
"""Probability below which recipes are compared by how far they miss instead."""

NEAREST_MISS = "no recipe is likely to meet all requirements: these are the nearest misses"


@attrs.frozen(eq=False)
class Worth:
    """What speaks for recipes."""

    met: Values
    """Joint probability that the requirements on properties hold, ``(n,)``."""
    usable: Values
    """Probability of a usable film, ``(n,)``."""

    @property
    def probability(self) -> Values:
        """Both together, ``(n,)``."""
        return self.met * self.usable


def worth_of(task: Task, compositions: Fractions, usable: Values | None = None) -> Worth:
    """Return what recipes are worth.

    Args:
        task: The wish and the models.
        compositions: Shape ``(n, k)``.
        usable: Probability of a usable film where it is known already, ``(n,)``.

    Raises:
        AcquisitionError: If the committee's probability is no number.
    """
    if len(compositions) == 0:
        return Worth(np.empty(0), np.empty(0))
    met = probability_within(task, compositions, task.wish.lower, task.wish.upper)
    return Worth(met, task.space.usable_probability(compositions) if usable is None else usable)


def rank(task: Task, compositions: Fractions, worth: Worth) -> tuple[Values, tuple[str, ...]]:
    """Return by what recipes are to be compared, at least 0, ``(n,)``, and what to say about it.

    It is the probability where some recipe has a chance, and among those with about the highest what the aims say (see
    `active_learning.inverse_design.aiming`). Where none has, probabilities are rounded to nothing, and the
    nearest miss is the recipe whose mean predictions fall short by the fewest standard deviations, all requirements
    together: ``usable x exp(-sum of squares / 2)`` up to a constant factor.
    """
    probability = worth.probability
    if len(probability) == 0:
        return probability, ()
    if probability.max() >= HOPELESS:
        if not task.wish.aims:
            return probability, ()
        return by_aims(task, aiming(task, compositions, probability), compositions, probability), ()
    predicted = task.committee.predict(compositions)
    mean, sd = np.asarray(predicted.mean), np.asarray(predicted.sd)
    with np.errstate(invalid="ignore", divide="ignore"):
        short = np.maximum(np.maximum(task.wish.lower - mean, mean - task.wish.upper), 0.0) / sd
    # A property that nobody measured is equally unknown everywhere; it cannot rank recipes.
    logs = np.log(np.maximum(worth.usable, HOPELESS)) - 0.5 * (np.nan_to_num(short) ** 2).sum(axis=1)
    # A rank, not the value itself, which may be rounded to nothing again.
    order: Values = np.argsort(np.argsort(logs, kind="stable"), kind="stable") + 1.0
    return order / len(order), (NEAREST_MISS,)


def probability_within(task: Task, compositions: Fractions, lower: Values, upper: Values) -> Values:
    """Return the committee's joint probability that properties lie within bounds ``(p,)``: ``(n,)``.

    Raises:
        AcquisitionError: If it is no number for some recipe.
    """
    if not np.isfinite(lower).any() and not np.isfinite(upper).any():
        return np.ones(len(compositions))
    met = np.asarray(task.committee.probability_within(compositions, lower, upper), dtype=float)
    if not np.isfinite(met).all():
        raise AcquisitionError(
            "the committee's probability of the requirements is no number",
            hint="train the committee again; every required property needs measured films",
        )
    return met
