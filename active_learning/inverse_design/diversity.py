"""Several different recipes instead of one recipe several times."""

import numpy as np
from numpy.typing import NDArray

from active_learning.learners import Values
from lab.compositions import Fractions

LEAST_DISTANCE = 0.05
"""Total-variation distance that two designs of one answer keep."""


def total_variation(compositions: Fractions, to: Fractions) -> Values:
    """Return half the sum of absolute differences of compositions ``(n, k)`` to one ``(k,)``: ``(n,)`` in [0, 1]."""
    distance: Values = 0.5 * np.abs(compositions - to).sum(axis=1)
    return distance


def nearest_film(compositions: Fractions, existing: Fractions) -> Values:
    """Return the total-variation distance of compositions ``(n, k)`` to the nearest of ``(m, k)``; infinite if none."""
    if len(existing) == 0:
        return np.full(len(compositions), np.inf)
    return np.array([total_variation(existing, composition).min() for composition in compositions])


def diverse(compositions: Fractions, worth: Values, top: int, *, least: float = LEAST_DISTANCE) -> NDArray[np.intp]:
    """Return the rows of the best compositions that keep a distance from all better ones, the best first.

    Args:
        compositions: Shape ``(n, k)``.
        worth: Shape ``(n,)``; of equal ones the first row is taken.
        top: Largest number of rows.
        least: Smallest total-variation distance between two of them.
    """
    free = np.ones(len(compositions), dtype=bool)
    rows: list[int] = []
    while len(rows) < top and free.any():
        row = int(np.argmax(np.where(free, worth, -np.inf)))
        rows.append(row)
        # The tolerance lets lattice neighbours at exactly the distance pass.
        free &= total_variation(compositions, compositions[row]) >= least - 1e-9
        free[row] = False
    return np.array(rows, dtype=np.intp)
