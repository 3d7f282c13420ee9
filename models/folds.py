"""Folds for cross-validation: every film is held out exactly once a repeat."""

import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Integers

FoldNumbers = Integers
_SAME, _SAME_SHARE = 1e-6, 1e-5
"""Inputs nearer than this, or than this share of their column's range if that is less, are of one recipe. The first is
for fractions; a thickness in metres, or an amount in moles, is told apart by the second."""


def recipe_numbers(inputs: Array) -> Integers:
    """Return a number for the recipe of each film, shape ``(n, d)`` to ``(n,)``; replicates of one recipe share it."""
    spread = np.ptp(inputs, axis=0)
    step = np.where(spread > 0, np.minimum(_SAME, _SAME_SHARE * spread), _SAME)
    _, numbers = np.unique(np.rint(inputs / step), axis=0, return_inverse=True)
    return numbers.ravel().astype(np.int64)


def fold_numbers(n: int, folds: int, rng: np.random.Generator, strata: ArrayLike | None = None) -> FoldNumbers:
    """Return the number of the fold that holds out each of n films.

    Folds differ in size by at most one film; with strata, each stratum (a grade, say) is spread over all folds.

    Args:
        n: Number of films.
        folds: Number of folds; lowered to n where there are fewer films than folds.
        rng: Source of the random order.
        strata: Shape ``(n,)``, the stratum of each film.

    Returns:
        Shape ``(n,)``, numbers from 0 to the number of folds less one.
    """
    folds = max(1, min(folds, n))
    order = rng.permutation(n)
    if strata is not None:
        # A stable sort keeps the random order within a stratum; dealing out in turn then spreads every stratum.
        order = order[np.argsort(np.asarray(strata)[order], kind="stable")]
    numbers = np.empty(n, dtype=np.int64)
    numbers[order] = np.arange(n) % folds
    return numbers
