"""The surface of the feasible space of four materials, as a mesh for plots."""

from collections.abc import Callable

import attrs
import numpy as np

from lab.arrays import Array, Integers
from lab.errors import InvalidInputError

_STEEP = 4.0
"""Slope of the field at the simplex's sides, where the mesh is closed."""


@attrs.frozen(eq=False)
class Surface:
    """A closed mesh of triangles."""

    vertices: Array
    """Compositions, shape ``(v, 4)``; rows sum to 1."""
    faces: Integers
    """Three vertices each, shape ``(f, 3)``."""

    @property
    def share(self) -> float:
        """Share of the simplex within the surface, by the divergence theorem."""
        corners = self.vertices[:, :3][self.faces]
        volume = np.einsum("fi,fi->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6.0
        return abs(float(volume)) * 6.0  # the simplex itself has a volume of 1/6


def feasible_surface(quality: Callable[[Array], Array], threshold: float, *, parts: int = 50) -> Surface:
    """Return the surface on which the predicted quality is `threshold`, closed along the simplex's sides.

    Args:
        quality: From compositions, shape ``(n, 4)``, to quality, shape ``(n,)``.
        threshold: Between 0 and 1.
        parts: Steps along each side of the simplex.

    Raises:
        InvalidInputError: If no recipe reaches the threshold, or there are no four materials.
    """
    from skimage.measure import marching_cubes

    # One step beyond each side, where the field is negative, closes the mesh.
    steps = np.arange(-1, parts + 2) / parts
    cells = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    fractions = np.concatenate([cells, 1.0 - cells.sum(axis=-1, keepdims=True)], axis=-1)
    field = _STEEP * fractions.min(axis=-1)
    near = field > -2.0 * _STEEP / parts
    field[near] = np.minimum(field[near], quality(fractions[near]) - threshold)
    if field.max() <= 0:
        raise InvalidInputError("feasible space", [f"no recipe reaches a quality of {threshold:g}"])
    places, faces, _, _ = marching_cubes(field, 0.0)
    first = np.clip(places / parts - 1.0 / parts, 0.0, 1.0)
    last = np.maximum(1.0 - first.sum(axis=1, keepdims=True), 0.0)
    vertices = np.concatenate([first, last], axis=1)
    return Surface(vertices / vertices.sum(axis=1, keepdims=True), faces.astype(np.int64))
