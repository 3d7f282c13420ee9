"""Pairs of near points in a periodic cell of any shape."""

from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from lab.arrays import Array, Integers


def near_pairs(first: Array, second: Array, cell: Array, reach: float) -> tuple[Integers, Array]:
    """Return all pairs of points, one of each set, that are closer than a distance through any face of the cell.

    A pair that is near through two faces is listed twice.

    Args:
        first: (n, 3) points.
        second: (m, 3) points.
        cell: (3, 3) cell vectors as rows.
        reach: Distance.

    Returns:
        Index pairs (p, 2) and the vectors (p, 3) from the first point to the nearest image of the second.
    """
    if not len(first) or not len(second):
        return np.empty((0, 2), dtype=np.int64), np.empty((0, 3))
    inverse = np.linalg.inv(cell)
    inside = _fractions(first, inverse) @ cell
    images, owners = _images(_fractions(second, inverse), cell, reach)
    found = cKDTree(inside).query_ball_tree(cKDTree(images), reach)
    pairs = np.array([(i, j) for i, near in enumerate(found) for j in sorted(near)], dtype=np.int64).reshape(-1, 2)
    vectors = images[pairs[:, 1]] - inside[pairs[:, 0]]
    return np.column_stack([pairs[:, 0], owners[pairs[:, 1]]]), vectors


def _fractions(points: Array, inverse: Array) -> Array:
    return np.asarray(np.mod(points @ inverse, 1.0))


def _images(fractions: Array, cell: Array, reach: float) -> tuple[Array, Integers]:
    """Return the images of points that lie within `reach` of the cell, and which point each is an image of."""
    # Distances between opposite faces: the volume over the area of a face.
    heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    margin = reach / heights
    layers = [range(-int(np.ceil(width)), int(np.ceil(width)) + 1) for width in margin]
    places, owners = [], []
    for shift in product(*layers):
        moved = fractions + np.array(shift)
        near = np.all((moved >= -margin) & (moved <= 1 + margin), axis=1)
        places.append(moved[near] @ cell)
        owners.append(np.flatnonzero(near))
    return np.concatenate(places), np.concatenate(owners)


def nearest_vectors(vectors: Array, cell: Array) -> Array:
    """Return vectors (n, 3) to the nearest image, for those shorter than half of the cell."""
    fractions = vectors @ np.linalg.inv(cell)
    return np.asarray((fractions - np.round(fractions)) @ cell)
