"""Folds for cross-validation: every film is held out exactly once a repeat."""

import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Integers
from lab.seeds import generator

FoldNumbers = Integers
_SAME, _SAME_SHARE = 1e-6, 1e-5
"""Inputs nearer than this, or than this share of their column's range if that is less, are equal. The first is for
fractions; a thickness in metres, or an amount in moles, is told apart by the second."""
_FEWEST = 4
"""Different inputs from which on it can be told what is near."""
_NEAR, _APART, _PAIRS = 0.03, 3.0, 8
"""Recipes are one where each input is as near as such a share of its typical distance between films, and all others are
so many times as far away; distances are typical of so many pairs a film. The first tells 1 day from 3 days, where most
films are 28 days old."""


def equal_inputs(inputs: Array) -> Integers:
    """Return a number for the inputs of each film, shape ``(n, d)`` to ``(n,)``; films of equal ones share it."""
    spread = np.ptp(inputs, axis=0)
    step = np.where(spread > 0, np.minimum(_SAME, _SAME_SHARE * spread), _SAME)
    _, numbers = np.unique(np.rint(inputs / step), axis=0, return_inverse=True)
    return numbers.ravel().astype(np.int64)


def recipe_numbers(inputs: Array) -> Integers:
    """Return a number for the recipe of each film, shape ``(n, d)`` to ``(n,)``; replicates of one recipe share it.

    Inputs of replicates may be what was delivered or measured, and are then equal but for a little.
    """
    equal = equal_inputs(inputs)
    _, first = np.unique(equal, return_index=True)
    if len(first) < _FEWEST:
        return equal
    different = inputs[first] / _typical_distances(inputs[first])
    near, far = _linked(different, _NEAR), _linked(different, _APART * _NEAR)
    low, high = np.full((2, *different.shape), np.inf)
    np.minimum.at(low, near, different)
    np.minimum.at(high, near, -different)
    small = (-high - low)[near].max(axis=1) <= 2.0 * _NEAR
    alone = np.bincount(near)[near] == np.bincount(far)[far]
    # Named by their first, recipes keep the order of equal inputs.
    joined = np.where(small & alone, np.unique(near, return_index=True)[1][near], np.arange(len(first)))
    return np.unique(joined[equal], return_inverse=True)[1].ravel().astype(np.int64)


def _typical_distances(inputs: Array) -> Array:
    """Return the median distance of films that differ in an input, for each of them, ``(n, d)`` to ``(d,)``; else 1."""
    mixed = generator(0, "folds", "pairs").permutation(inputs)
    pairs = [np.abs(mixed - np.roll(mixed, step, axis=0)) for step in range(1, min(_PAIRS + 1, len(inputs)))]
    median = np.ma.median(np.ma.masked_equal(np.concatenate(pairs), 0.0), axis=0)
    return np.ma.filled(median, 1.0)


def _linked(points: Array, distance: float) -> Integers:
    """Return a number for each point, ``(n, d)`` to ``(n,)``: those share it that steps join, so long in each input."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    first, second = cKDTree(points).query_pairs(distance, p=np.inf, output_type="ndarray").T
    steps = coo_array((np.ones(len(first)), (first, second)), shape=(len(points), len(points)))
    numbers: Integers = connected_components(steps, directed=False)[1].astype(np.int64)
    return numbers


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
