"""Gradient search: many starts climb the probability at once, on the simplex itself.

Recipes are softmax-transformed numbers, so every step stays on the simplex; bounds are kept by projection. The climb is
on the logarithm of the probability, which has a slope even where the probability is next to nothing, by Adam (Kingma
and Ba, arXiv:1412.6980). The quality leads it, as the probability of a usable film takes ten times as long; the last
steps on the lattice go by the latter (see `active_learning.inverse_design.climbing`).
"""

import numpy as np

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design.box import LatticeBox
from active_learning.inverse_design.task import Task
from active_learning.learners import DifferentiableCommittee, Values
from lab.compositions import Fractions

STEPS = 60
_RATE = 0.15
_DECAY = (0.9, 0.99)
_SMALLEST = 1e-3
"""Fraction to which absent materials are raised at the start: a softmax can neither hold nor leave an exact zero."""
_NUDGE = 1e-3
"""Step of the numerical gradient of quality."""
_LEAST_QUALITY = 1e-3
_PENALTY = 1_000.0
"""Of the squared excess of a ratio, cost or footprint: a tenth too much costs as much as a factor of e^10."""


def climb(task: Task, committee: DifferentiableCommittee, starts: Fractions, box: LatticeBox) -> Fractions:
    """Return the points that starts ``(n, k)`` climb to within the box, ``(n, k)``; not on the lattice yet."""
    logits = np.log(np.maximum(starts, _SMALLEST))
    first, second = np.zeros_like(logits), np.zeros_like(logits)
    best, best_value = box.project(starts), np.full(len(starts), -np.inf)
    for step in range(1, STEPS + 1):
        shares = _softmax(logits)
        points = box.project(shares)
        value, slope = committee.log_probability_gradient(points, task.wish.lower, task.wish.upper)
        log_quality, quality_slope = _log_quality(task.space, points)
        value, slope = value + log_quality, slope + quality_slope
        for bound in task.wish.linear:
            excess = bound.excess(points)
            value = value - _PENALTY * excess**2
            slope = slope - 2 * _PENALTY * excess[:, None] * bound.slope(points)
        better = value > best_value
        best[better], best_value[better] = points[better], value[better]
        # The chain rule through the softmax; whatever is the same for all materials falls out.
        slope = shares * (slope - (shares * slope).sum(axis=1, keepdims=True))
        first = _DECAY[0] * first + (1 - _DECAY[0]) * slope
        second = _DECAY[1] * second + (1 - _DECAY[1]) * slope**2
        mean, square = first / (1 - _DECAY[0] ** step), second / (1 - _DECAY[1] ** step)
        logits = logits + _RATE * mean / (np.sqrt(square) + 1e-8)
    return best


def _softmax(logits: Values) -> Fractions:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _log_quality(space: FeasibleSpace, points: Fractions) -> tuple[Values, Values]:
    """Return the logarithm of the quality and its numerical slope towards each material: ``(n,)`` and ``(n, k)``."""
    n, k = points.shape
    nudged = points[:, None, :] + _NUDGE * (np.eye(k) - points[:, None, :])
    asked = np.concatenate([points, nudged.reshape(n * k, k)])
    logs = np.log(np.maximum(space.quality(asked), _LEAST_QUALITY))
    return logs[:n], (logs[n:].reshape(n, k) - logs[:n, None]) / _NUDGE
