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


def recipe_folds(inputs: Array, values: ArrayLike, folds: int, rng: np.random.Generator) -> FoldNumbers:
    """Return the fold of each film such that films of one recipe share it: one that is learned from gives others away.

    Args:
        inputs: Shape ``(n, d)``.
        values: Shape ``(n,)``; recipes are spread over the folds by the mean of their films' values.
        folds: Number of folds; lowered to the number of recipes where there are fewer.
        rng: Source of the random order.
    """
    _, first, recipes = np.unique(recipe_numbers(inputs), return_index=True, return_inverse=True)
    recipes = np.argsort(np.argsort(first))[recipes.ravel()]  # by first films: where none is repeated, films themselves
    means = np.bincount(recipes, weights=np.asarray(values, dtype=float)) / np.bincount(recipes)
    return fold_numbers(len(means), folds, rng, strata=means)[recipes]
