"""In which direction a recipe becomes more probable: the logarithm of a recipe's worth with its gradient.

The logarithm has a slope even where the probability is next to nothing. What must be kept exactly (the least quality,
ratios, cost, footprint) is kept by a penalty here, and exactly on the lattice.
"""

import attrs
import numpy as np

from active_learning.inverse_design.task import Task
from active_learning.learners import DifferentiableCommittee, DifferentiableQuality, Values
from lab.simplex import Fractions

_PENALTY = 1_000.0
"""Of the squared excess of a ratio, cost or footprint, and of missing quality: a tenth costs as much as a factor of
e^10."""


@attrs.frozen(eq=False)
class Slopes:
    """The logarithm of the worth of recipes, less penalties, as a function that knows its gradient."""

    task: Task
    committee: DifferentiableCommittee
    quality: DifferentiableQuality
    threshold: float
    """Quality that recipes must reach."""

    def __call__(self, points: Fractions) -> tuple[Values, Values]:
        """Return values and gradients at few recipes ``(n, k)``: ``(n,)`` and ``(n, k)``."""
        wish = self.task.wish
        value, slope = self.committee.log_probability_gradient(points, wish.lower, wish.upper)
        log_usable, usable_slope = self.quality.log_usable_gradient(points)
        quality, quality_slope = self.quality.quality_gradient(points)
        short = np.maximum(self.threshold - quality, 0.0)
        value = value + log_usable - _PENALTY * short**2
        slope = slope + usable_slope + 2.0 * _PENALTY * short[:, None] * quality_slope
        for bound in wish.linear:
            excess = bound.excess(points)
            value = value - _PENALTY * excess**2
            slope = slope - 2.0 * _PENALTY * excess[:, None] * bound.slope(points)
        return value, slope

    def gradient(self, points: Fractions) -> Values:
        """Return the gradients alone, ``(n, k)``."""
        return self(points)[1]


def slopes_of(task: Task, threshold: float) -> Slopes | None:
    """Return the slopes of a task's worth; None where one of its models does not know them."""
    committee, quality = task.committee, task.space.gradients
    if quality is None or not isinstance(committee, DifferentiableCommittee):
        return None
    return Slopes(task, committee, quality, threshold)
