"""Exchange on the lattice: from each start, move parts between materials as long as it helps.

The coordinate-exchange idea of optimal design (Meyer and Nachtsheim, Technometrics 37, 60-69 (1995); for mixtures
Piepel, Cooley and Jones 2005), on the recipe lattice, so that what is found can be made as it is.
"""

from collections.abc import Callable, Sequence

import numpy as np

from active_learning.inverse_design.bounds import LinearBound
from active_learning.inverse_design.box import LatticeBox
from active_learning.inverse_design.moves import moves
from active_learning.learners import Values
from lab.arrays import Integers
from lab.simplex import Fractions

SIZES = (4, 2, 1)
"""How much of a move is made at once: large steps first, single parts last."""

TRIED = 16
"""Moves of a recipe that are asked where a gradient says which are promising."""

_MOST_ROUNDS = 40
"""Rounds a move size; a recipe of 50 parts rarely needs ten."""


def exchange(
    counts: Integers,
    box: LatticeBox,
    worth: Callable[[Fractions], Values],
    gradient: Callable[[Fractions], Values] | None = None,
    bounds: Sequence[LinearBound] = (),
) -> tuple[Integers, Values]:
    """Return the recipes to which starts climb.

    Args:
        counts: Starts in parts, ``(n, k)``, within the box.
        box: Bounds that are kept.
        worth: What recipes ``(n, k)`` are worth, ``(n,)``; minus infinity refuses one.
        gradient: Of the worth, or of what grows with it, by the fractions, ``(n, k)``: of each recipe's moves only
            those are asked that gain most by it. All are asked where it is not known.
        bounds: Ratios along which recipes move too, see `active_learning.inverse_design.moves`.

    Returns:
        Recipes in parts, ``(m, k)``, all different, and their worth ``(m,)``.
    """
    counts = np.unique(counts, axis=0)
    values = worth(counts / box.parts)
    single = moves(counts.shape[1], box.parts, bounds)
    for size in SIZES:
        climbing = np.full(len(counts), len(single) > 0)
        for _ in range(_MOST_ROUNDS):
            if not climbing.any():
                break
            neighbours = _neighbours(counts[climbing], size * single, box, gradient)
            best, best_values = _best_neighbours(neighbours, box, worth)
            better = best_values > values[climbing]
            rows = np.flatnonzero(climbing)[better]
            counts[rows], values[rows] = best[better], best_values[better]
            climbing[:] = False
            climbing[rows] = True
        counts, kept = np.unique(counts, axis=0, return_index=True)
        values = values[kept]
    return counts, values


def _neighbours(
    counts: Integers,
    steps: Integers,
    box: LatticeBox,
    gradient: Callable[[Fractions], Values] | None,
) -> Integers:
    """Return where all steps ``(m, k)``, or the most promising, lead from recipes ``(n, k)``: ``(n, tried, k)``."""
    neighbours = counts[:, None, :] + steps
    if gradient is None:
        return neighbours
    gained = np.where(box.contains(neighbours), gradient(counts / box.parts) @ steps.T, -np.inf)
    tried = np.argsort(-gained, axis=1, kind="stable")[:, :TRIED, None]
    return np.take_along_axis(neighbours, tried, axis=1)


def _best_neighbours(
    neighbours: Integers, box: LatticeBox, worth: Callable[[Fractions], Values]
) -> tuple[Integers, Values]:
    """Return the best of each row's neighbours ``(n, moves, k)`` within the box: ``(n, k)`` and worth ``(n,)``."""
    values = np.full(neighbours.shape[:2], -np.inf)
    inside = box.contains(neighbours)
    if inside.any():
        # Climbers close to each other share neighbours: each recipe is asked once.
        recipes, row = np.unique(neighbours[inside], axis=0, return_inverse=True)
        values[inside] = worth(recipes / box.parts)[row]
    chosen = values.argmax(axis=1)
    rows = np.arange(len(neighbours))
    return neighbours[rows, chosen], values[rows, chosen]
