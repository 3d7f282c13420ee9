"""Numerical gradients, to hold exact ones against."""

from collections.abc import Callable

import numpy as np

from lab.arrays import Array


def central_differences(function: Callable[[Array], Array], points: Array, step: float = 1e-6) -> Array:
    """Return the gradient ``(n, k)`` of a function of points, ``(n, k)`` to ``(n,)``."""
    moves = step * np.eye(points.shape[1])
    return np.stack([(function(points + move) - function(points - move)) / (2 * step) for move in moves], axis=1)
