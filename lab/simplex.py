"""The simplex in numbers: arrays of many compositions, closure, lattices, distances, drawing at random.

Compositions are numpy arrays of shape ``(n, k)``, one row a film, one column a material in the order of the campaign's
materials. One composition with its names is a `lab.compositions.Composition`.
"""

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Mask
from lab.compositions import BOUND_TOLERANCE, SUM_TOLERANCE, lattice_parts
from lab.errors import CompositionError

Fractions = Array

_MAX_ROUNDS = 1_000
"""Rounds of drawing, of 1,024 points or more each, after which bounds count as too narrow to draw from."""


def check_fractions(fractions: ArrayLike) -> Fractions:
    """Return the fractions as a float array after checking that every row is a composition.

    Args:
        fractions: Shape ``(k,)`` or ``(n, k)``.

    Raises:
        CompositionError: If a value is NaN, infinite or negative, or a row does not sum to 1 within `SUM_TOLERANCE`.
    """
    array = np.asarray(fractions, dtype=float)
    if array.ndim not in (1, 2) or array.shape[-1] == 0:
        raise CompositionError(f"a composition needs at least one material, got an array of shape {array.shape}")
    rows = np.atleast_2d(array)
    with np.errstate(invalid="ignore"):  # inf - inf
        sums = rows.sum(axis=1)
    if (rows >= 0).all() and (np.abs(sums - 1) <= SUM_TOLERANCE).all():
        return array
    faults, which = [], "row {}" if array.ndim == 2 else "it"
    for index in np.flatnonzero(~np.isfinite(rows).all(axis=1))[:5]:
        faults.append(f"{which.format(index)} has a value that is no number: {rows[index].tolist()}")
    for index in np.flatnonzero((rows < 0).any(axis=1))[:5]:
        faults.append(f"{which.format(index)} has a negative fraction: {rows[index].tolist()}")
    for index in np.flatnonzero(np.abs(sums - 1) > SUM_TOLERANCE)[:5]:
        faults.append(f"{which.format(index)} sums to {sums[index]:.6g}, not to 1")
    raise CompositionError(
        "not a composition: " + "; ".join(faults),
        hint="give weight fractions of the dry film that are at least 0 and sum to 1 (not percent)",
    )


def close(amounts: ArrayLike) -> Fractions:
    """Return amounts scaled so that every row sums to 1 (Aitchison's closure).

    Args:
        amounts: Shape ``(k,)`` or ``(n, k)``, at least 0, each row with a positive sum.

    Raises:
        CompositionError: If an amount is negative or no number, or a row is all zero.

    >>> close([3, 1])
    array([0.75, 0.25])
    """
    array = np.asarray(amounts, dtype=float)
    if not np.isfinite(array).all() or (array < 0).any():
        raise CompositionError("amounts to close must be numbers that are at least 0")
    sums = array.sum(axis=-1, keepdims=True)
    if (sums <= 0).any():
        raise CompositionError("amounts to close must have a positive sum")
    closed: Fractions = array / sums
    return closed


def lattice(materials: int, step: float) -> Fractions:
    """Return every composition whose fractions are multiples of a step (Scheffe's simplex lattice).

    Args:
        materials: Number of materials, k.
        step: Distance of lattice points as a weight fraction; 1 / step must be a whole number.

    Returns:
        Shape ``(C(1/step + k - 1, k - 1), k)``, in lexicographic order of the first materials. Four materials give 286
        rows at a step of 0.1 and 23,426 at 0.02.

    Raises:
        CompositionError: If 1 / step is not a whole number, or there is no material.
    """
    parts = lattice_parts(step)
    if materials < 1:
        raise CompositionError(f"a lattice needs at least one material, got {materials}")
    # Stars and bars: the gaps between chosen bar positions are the parts of each material.
    places = list(combinations(range(parts + materials - 1), materials - 1))
    bars = np.array(places, dtype=np.int64).reshape(len(places), materials - 1)
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), parts + materials - 1)])
    points: Fractions = (np.diff(edges, axis=1) - 1) / parts
    return points


def snap(fractions: ArrayLike, step: float) -> Fractions:
    """Return the nearest lattice point of every row (largest-remainder rounding, so that the sum stays 1).

    Args:
        fractions: Shape ``(k,)`` or ``(n, k)``.
        step: The lattice step, see `lattice`.

    Raises:
        CompositionError: If a row is no composition, or 1 / step is not a whole number.
    """
    array = check_fractions(fractions)
    parts = lattice_parts(step)
    scaled = np.atleast_2d(array) * parts
    floor = np.floor(scaled + 1e-9)
    missing = np.rint(parts - floor.sum(axis=1)).astype(int)
    order = np.argsort(-(scaled - floor), axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    snapped: Fractions = (floor + (ranks < missing[:, None])) / parts
    return snapped.reshape(array.shape)


def sample_uniform(rng: np.random.Generator, n: int, materials: int) -> Fractions:
    """Return compositions drawn uniformly from the simplex (Dirichlet with all parameters 1).

    Returns:
        Shape ``(n, materials)``.
    """
    return rng.dirichlet(np.ones(materials), size=n)


def within(compositions: Fractions, lower: Fractions, upper: Fractions) -> Mask:
    """Return which rows keep to the bounds of every material: shape ``(n, k)`` to boolean ``(n,)``.

    Args:
        compositions: Shape ``(n, k)``.
        lower: Least fraction of each material, shape ``(k,)``.
        upper: Greatest fraction of each material, shape ``(k,)``.
    """
    kept = (compositions >= lower - BOUND_TOLERANCE) & (compositions <= upper + BOUND_TOLERANCE)
    rows: Mask = kept.all(axis=1)
    return rows


def sample_within(rng: np.random.Generator, n: int, lower: Fractions, upper: Fractions) -> Fractions:
    """Return compositions drawn uniformly from the part of the simplex that is within bounds, shape ``(n, k)``.

    Args:
        rng: Where the random numbers come from.
        n: How many compositions.
        lower: Least fraction of each material, shape ``(k,)``.
        upper: Greatest fraction of each material, shape ``(k,)``.

    Raises:
        CompositionError: If the bounds leave so little that drawing finds nothing.
    """
    kept: list[Fractions] = []
    found = 0
    for _ in range(_MAX_ROUNDS):
        points = _draw_around(rng, max(4 * n, 1024), lower, upper)
        kept.append(points[within(points, lower, upper)])
        found += len(kept[-1])
        if found >= n:
            return np.vstack(kept)[:n]
    raise CompositionError(
        "the bounds of the materials leave too little to draw from", hint="widen the bounds of a material"
    )


def _draw_around(rng: np.random.Generator, n: int, lower: Fractions, upper: Fractions) -> Fractions:
    """Draw uniformly from the smaller of two simplexes that hold all that is within the bounds.

    One has its corners where every material but one is at its lower bound, the other where every one but one is at its
    upper bound. Materials whose bounds leave no choice are not drawn.
    """
    free = upper - lower > BOUND_TOLERANCE
    points = np.tile(lower, (n, 1))
    if free.any():
        shares = sample_uniform(rng, n, int(free.sum()))
        above, below = 1.0 - lower.sum(), upper[free].sum() + lower[~free].sum() - 1.0
        points[:, free] = lower[free] + above * shares if above <= below else upper[free] - below * shares
    return points
