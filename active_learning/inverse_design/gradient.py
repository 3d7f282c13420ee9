"""Gradient search: many starts climb the probability at once, on the simplex itself.

Recipes are softmax-transformed numbers, so every step stays on the simplex; bounds are kept by projection. The climb is
on the logarithm of the probability by Adam (Kingma and Ba, arXiv:1412.6980).
"""

from collections.abc import Callable

import numpy as np

from active_learning.inverse_design.box import LatticeBox
from active_learning.learners import Values
from lab.simplex import Fractions

STEPS = 25
_RATE = 0.2
_DECAY = (0.9, 0.99)
_SMALLEST = 1e-3
"""Fraction to which absent materials are raised at the start: a softmax can neither hold nor leave an exact zero."""


def climb(slopes: Callable[[Fractions], tuple[Values, Values]], starts: Fractions, box: LatticeBox) -> Fractions:
    """Return the points ``(n, k)`` that starts climb to within the box, not on the lattice yet.

    Args:
        slopes: Value and gradient of points, ``(n, k)`` to ``(n,)`` and ``(n, k)``.
        starts: Shape ``(n, k)``.
        box: Bounds that are kept.
    """
    logits = np.log(np.maximum(starts, _SMALLEST))
    first, second = np.zeros_like(logits), np.zeros_like(logits)
    best, best_value = box.project(starts).copy(), np.full(len(starts), -np.inf)
    for step in range(1, STEPS + 1):
        shares = _softmax(logits)
        points = box.project(shares)
        value, slope = slopes(points)
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
