"""Where compositions lie on paper: sections of the simplex as triangles, four materials as a tetrahedron.

Three materials make one triangle. With four, sections at fixed fractions of one material; with five, at fixed
fractions of two. The materials held fixed are the densest: the fillers, along which films change most.
"""

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.campaigns import CampaignDefinition
from lab.simplex import Fractions

_MOST_LEVELS = 11
TRIANGLE = np.array([[0.5, np.sqrt(3) / 2], [0.0, 0.0], [1.0, 0.0]])
"""Corners of a triangle with unit sides: top, left, right."""
_VERTICES = np.array(
    [[0.5, np.sqrt(3) / 6, np.sqrt(2 / 3)], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, np.sqrt(3) / 2, 0.0]]
)
"""Vertices of a tetrahedron with unit edges: top, left, right, back."""


@attrs.frozen
class SectionPlan:
    """Which materials are held fixed in the sections of a map, and which span its triangles."""

    fixed: tuple[int, ...]
    corners: tuple[int, ...]
    """Indices of the triangle's materials (top, left, right); two where the campaign has two materials."""
    omitted: tuple[int, ...]
    """Materials that a map on paper has no room for; they are projected out."""


def section_plan(definition: CampaignDefinition) -> SectionPlan:
    """Return how the composition space of a campaign is cut into triangles."""
    densities = [item.material.density for item in definition.ranges]
    count = len(densities)
    densest = sorted(range(count), key=lambda index: (-densities[index], index))
    fixed = tuple(sorted(densest[: min(max(count - 3, 0), 2)]))
    rest = [index for index in range(count) if index not in fixed]
    return SectionPlan(fixed, tuple(rest[:3]), tuple(rest[3:]))


def triangle_points(fractions: Fractions) -> Array:
    """Return the place of sub-compositions in a triangle with unit sides (top, left, right).

    Args:
        fractions: Shape ``(n, 3)``, not negative; a row of zeros comes to lie in the centre.

    Returns:
        Shape ``(n, 2)``.
    """
    return barycentric(fractions, TRIANGLE)


def tetrahedron_points(fractions: Fractions) -> Array:
    """Return the place of compositions in a tetrahedron with unit edges, shape ``(n, 4)`` to ``(n, 3)``."""
    return barycentric(fractions, _VERTICES)


def tetrahedron_vertices() -> Array:
    """Return the vertices of the tetrahedron, shape ``(4, 3)``."""
    return _VERTICES.copy()


def barycentric(fractions: Fractions, corners: Array) -> Array:
    """Return the places of sub-compositions between corners: shapes ``(n, c)`` and ``(c, d)`` to ``(n, d)``."""
    total = fractions.sum(axis=1, keepdims=True)
    even = np.full_like(fractions, 1 / fractions.shape[1])
    weights = np.where(total > 1e-9, fractions / np.where(total > 1e-9, total, 1.0), even)
    places: Array = weights @ corners
    return places


def section_levels(fractions: Array, step: float) -> Array:
    """Return the levels of a fixed material at which to cut: lattice levels, thinned to eleven at most."""
    levels: Array = np.unique(_nearest(fractions, step)) * step
    if len(levels) > _MOST_LEVELS:
        levels = levels[np.rint(np.linspace(0, len(levels) - 1, _MOST_LEVELS)).astype(int)]
    return levels


def at_level(fractions: Array, level: float, step: float) -> Mask:
    """Return which fractions are nearest to a level of `section_levels`, ``(n,)``; each is to one only."""
    near: Mask = _nearest(fractions, step) == np.rint(level / step)
    return near


def _nearest(fractions: Array, step: float) -> Array:
    nearest: Array = np.rint(fractions / step)
    return nearest
