"""Predictions for fine lattices of compositions: exact on a coarser lattice, interpolated between.

A lattice of four materials in steps of 1/150 has 585,276 points, and a committee hundreds of networks. What they answer
is smooth on the scale of a few weight percent, so that a cubic interpolation between points 1/50 apart is as good as
the answer itself. Some points are answered both ways; where the ways differ, all points are answered exactly.
"""

from collections.abc import Callable
from itertools import product

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.arrays import Array, Integers
from lab.seeds import generator
from models.threads import in_threads

Function = Callable[[Array], Array]
"""From points, shape ``(n, k)``, to values, shape ``(..., n)``."""

FEWEST_POINTS = 50_000
"""Fewer points are answered one by one: it takes no longer than a second."""
_COARSE = (40, 80)
"""The coarse lattice has so many parts, if that divides the fine one's."""
_MOST_PARTS = 400
_MOST_MATERIALS = 4
_CHECKED = 256
_ROUNDING = 1e-6


@attrs.frozen
class Refinement:
    """A fine lattice whose every point lies in a cell of a coarse one."""

    materials: int
    fine: int
    """Parts of the fine lattice."""
    coarse: int
    """Parts of the coarse one; divides `fine`."""

    def weights(self) -> Array:
        """Return the weight of each coarse point for each fine one along an axis, shape ``(fine + 1, coarse + 4)``.

        The cubic through the four nearest coarse points (Lagrange). The coarse axis has one point below 0 and two above
        1, so that a point on the simplex's side has four neighbours too.
        """
        matrix = np.zeros((self.fine + 1, self.coarse + 4))
        for number in range(self.fine + 1):
            cell, part = divmod(number, self.fine // self.coarse)
            t = part * self.coarse / self.fine
            first, second = -t * (t - 1) * (t - 2) / 6, (t + 1) * (t - 1) * (t - 2) / 2
            matrix[number, cell : cell + 4] = first, second, -(t + 1) * t * (t - 2) / 2, (t + 1) * t * (t - 1) / 6
        return matrix


def refinement_of(points: Array) -> Refinement | None:
    """Return how points can be interpolated; None where they are few, or no lattice of at most four materials."""
    n, materials = points.shape
    if n < FEWEST_POINTS or not 2 <= materials <= _MOST_MATERIALS:
        return None
    if np.abs(points.sum(axis=1) - 1.0).max() > _ROUNDING or points.min() < -_ROUNDING:
        return None
    smallest = float(points[points > _ROUNDING].min())
    fine = round(1.0 / smallest)
    if fine > _MOST_PARTS or np.abs(points * fine - np.round(points * fine)).max() > _ROUNDING * fine:
        return None
    coarse = next((parts for parts in range(_COARSE[0], _COARSE[1]) if fine % parts == 0 and parts < fine), None)
    return None if coarse is None else Refinement(materials, fine, coarse)


def interpolated(function: Function, points: Array, how: Refinement, accepted: Callable[[Array, Array], bool]) -> Array:
    """Return a function's values at the points of a fine lattice, shape ``(..., n)``.

    Args:
        function: Smooth, also a little outside the simplex.
        points: Shape ``(n, k)``.
        how: From `refinement_of`.
        accepted: Whether interpolated values at some m points, shape ``(..., m)``, are close enough to exact ones; else
            all are exact.
    """
    axes = how.materials - 1
    cells = np.array(list(product(range(-1, how.coarse + 3), repeat=axes)))
    # Only cells that some fine point has among its neighbours are evaluated: those on and just outside the simplex.
    near = cells.sum(axis=1) < how.coarse + 2 * axes
    first = cells[near] / how.coarse
    values = function(np.concatenate([first, 1.0 - first.sum(axis=1, keepdims=True)], axis=1))
    shape = values.shape[:-1]
    table = np.zeros((int(np.prod(shape)), len(cells)), dtype=np.float32)
    table[:, near] = values.reshape(len(table), -1)
    cube = table.reshape(len(table), *(how.coarse + 4,) * axes)
    places = np.round(points[:, :axes] * how.fine).astype(np.int64)
    found = _refined(cube, how, places).reshape(*shape, len(points))
    checked = generator(0, "lattice", how.fine, how.materials).choice(
        len(points), min(_CHECKED, len(points)), replace=False
    )
    if accepted(found[..., checked], function(points[checked])):
        return found
    return function(points)


def _refined(cube: NDArray[np.float32], how: Refinement, places: Integers) -> Array:
    """Return values at places of the fine lattice, shape ``(c, n)``.

    Args:
        cube: Values on the coarse lattice, shape ``(c, coarse + 4, ...)``, one axis for each material but the last.
        how: The lattices.
        places: Whole numbers, shape ``(n, axes)``.
    """
    weights = how.weights().astype(np.float32)
    found = np.empty((len(cube), len(places)))
    if places.shape[1] == 1:
        found[:] = (cube @ weights.T)[:, places[:, 0]]
        return found
    rows = np.argsort(places[:, 0], kind="stable")
    ends = np.searchsorted(places[rows, 0], np.arange(how.fine + 2))
    slabs = np.ascontiguousarray(np.moveaxis(cube, 1, 0))

    def fill(number: int) -> None:
        inside = rows[ends[number] : ends[number + 1]]
        near = np.flatnonzero(weights[number])
        plane = np.tensordot(weights[number, near], slabs[near], axes=1)
        # With so much of the first material there is only so much left of the others.
        left = weights[: how.fine - number + 1]
        if plane.ndim > 2:
            plane = left @ plane
        plane = plane @ left.T
        flat = np.ravel_multi_index(tuple(places[inside, 1:].T), plane.shape[1:])
        found[:, _run(inside)] = plane.reshape(len(cube), -1).take(flat, axis=1)

    in_threads(fill, np.flatnonzero(np.diff(ends)).tolist())
    return found


def _run(rows: Integers) -> slice | Integers:
    """Return rows as a slice where they follow each other, which is far quicker to write to."""
    first, last = int(rows[0]), int(rows[-1])
    return slice(first, last + 1) if last - first + 1 == len(rows) and bool((np.diff(rows) == 1).all()) else rows
