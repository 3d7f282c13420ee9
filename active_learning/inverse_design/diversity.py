"""Several different recipes instead of one recipe several times."""

import numpy as np

from active_learning.learners import Values
from lab.arrays import Rows
from lab.simplex import Fractions

LEAST_DISTANCE = 0.05
"""Total-variation distance that two designs of one answer keep at least."""

FULL_DISTANCE = 0.15
"""Distance from which a design counts as fully another one (the reference work groups designs within 0.15)."""


def total_variation(compositions: Fractions, to: Fractions) -> Values:
    """Return half the sum of absolute differences of compositions ``(n, k)`` to one ``(k,)``: ``(n,)`` in [0, 1]."""
    distance: Values = 0.5 * np.abs(compositions - to).sum(axis=1)
    return distance


def nearest_film(compositions: Fractions, existing: Fractions) -> Values:
    """Return the total-variation distance of compositions ``(n, k)`` to the nearest of ``(m, k)``; infinite if none."""
    if len(existing) == 0:
        return np.full(len(compositions), np.inf)
    return np.array([total_variation(existing, composition).min() for composition in compositions])


def apart(compositions: Fractions, top: int) -> Rows:
    """Return the first rows, at most `top`, whose compositions ``(n, k)`` keep `LEAST_DISTANCE` from each other."""
    rows: list[int] = []
    for row, composition in enumerate(compositions):
        # The tolerance lets lattice neighbours at exactly the distance pass.
        if len(rows) < top and nearest_film(composition[None], compositions[rows])[0] >= LEAST_DISTANCE - 1e-9:
            rows.append(row)
    return np.array(rows, dtype=np.intp)


def diverse(compositions: Fractions, worth: Values, top: int, *, least: float = LEAST_DISTANCE) -> Rows:
    """Return the rows of good compositions that keep a distance from each other, the best first.

    The best is always among them. Each further one is the best after its worth is cut in proportion to how near it
    comes to those taken: what is learned wrong about one recipe is wrong about its neighbours too, so a design
    elsewhere is a better second try than one next to the first.

    Args:
        compositions: Shape ``(n, k)``.
        worth: At least 0, shape ``(n,)``; of equal ones the first row is taken.
        top: Largest number of rows.
        least: Smallest total-variation distance between two of them.
    """
    nearest = np.full(len(compositions), np.inf)
    rows: list[int] = []
    while len(rows) < top:
        # The tolerance lets lattice neighbours at exactly the distance pass.
        free = nearest >= least - 1e-9
        if not free.any():
            break
        row = int(np.argmax(np.where(free, worth * np.minimum(nearest / FULL_DISTANCE, 1.0), -np.inf)))
        rows.append(row)
        nearest = np.minimum(nearest, total_variation(compositions, compositions[row]))
        nearest[row] = -1.0  # finite, as it is multiplied by a worth of 0
    chosen = np.array(rows, dtype=np.intp)
    return chosen[np.argsort(-worth[chosen], kind="stable")]
