"""Moves of a recipe on the lattice: between two materials, and such as keep a ratio of two exactly.

Where a single ratio of two materials is allowed, no exchange of one material for another keeps it: both must move
together, against a third. Such moves are combinations of exchanges in which what they change of the ratio cancels, as
rays are combined in the double description method (Motzkin et al., 1953), of as few materials as can be.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from active_learning.inverse_design.bounds import LinearBound
from lab.arrays import Integers


def moves(materials: int, parts: int, bounds: Sequence[LinearBound] = ()) -> Integers:
    """Return smallest moves in parts of the lattice, each with its opposite, ``(m, k)``.

    Args:
        materials: Number of materials, k.
        parts: Parts that a recipe is made of.
        bounds: What recipes keep to; of ratios of two materials the moves are added that do not change them.
    """
    one = np.eye(materials, dtype=np.int64)
    found = np.array([one[to] - one[of] for to in range(materials) for of in range(materials) if to != of])
    for number, (ratio, sides) in enumerate(_ratios(bounds, parts).items(), start=1):
        change = np.array(ratio)
        both = np.concatenate([found, _combined(found, found @ change)])
        # More materials than the sum and the ratios tie together: the move is a sum of others.
        both = both[((both != 0).sum(axis=1) <= number + 2) & (np.abs(both).max(axis=1) <= parts)]
        found = np.unique(both[both @ change == 0] if len(sides) == 2 else both, axis=0)
    return found


def _ratios(bounds: Sequence[LinearBound], parts: int) -> dict[tuple[int, ...], set[int]]:
    """Return ratios of two materials as whole coefficients, and on which sides of them recipes must stay (-1, 1).

    Bounds between which no other ratio of the lattice lies have the same nearest one: it is kept from both sides.
    """
    found: dict[tuple[int, ...], set[int]] = {}
    for bound in bounds:
        pair, weights = np.flatnonzero(bound.coefficients), bound.coefficients[bound.coefficients != 0]
        if len(pair) != 2 or weights.prod() > 0:
            continue
        ratio = Fraction(-weights[1] / weights[0]).limit_denominator(parts)
        whole = [0] * len(bound.coefficients)
        whole[pair[0]], whole[pair[1]] = ratio.denominator, -ratio.numerator
        above = np.isfinite(bound.lower) == (weights[0] > 0)
        found.setdefault(tuple(whole), set()).add(1 if above else -1)
    return found


def _combined(some: Integers, changes: Integers) -> Integers:
    """Return combinations of two moves each ``(m, k)`` whose changes ``(m,)`` cancel, as small as whole parts allow."""
    up, down = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0)
    sums = changes[up][:, None, None] * some[down][None] - changes[down][None, :, None] * some[up][:, None]
    sums = sums.reshape(-1, some.shape[1])
    size = np.gcd.reduce(sums, axis=1)
    combined: Integers = sums[size > 0] // size[size > 0][:, None]
    return combined
