"""The part of the simplex that lies between a least and a most fraction of every material, and its lattice."""

import attrs
import numpy as np

from active_learning.inverse_design.specification import Specification
from active_learning.learners import Values
from lab.arrays import Integers, Mask
from lab.errors import NoRecipeError
from lab.simplex import Fractions

_TOLERANCE = 1e-9
_BISECTIONS = 60
"""Halvings of an interval of length 2: down to the last bit of a float."""


@attrs.frozen(eq=False)
class LatticeBox:
    """Bounds in whole parts of the recipe lattice."""

    parts: int
    """Parts that a recipe is made of: 1 / step."""
    least: Integers
    """Smallest number of parts of every material, ``(k,)``."""
    most: Integers
    """Largest number of parts of every material, ``(k,)``."""

    @property
    def lower(self) -> Values:
        """Smallest fraction of every material on the lattice, ``(k,)``."""
        return self.least / self.parts

    @property
    def upper(self) -> Values:
        """Largest fraction of every material on the lattice, ``(k,)``."""
        return self.most / self.parts

    def contains(self, counts: Integers) -> Mask:
        """Return which rows of parts ``(..., k)`` keep to the bounds."""
        inside: Mask = ((counts >= self.least) & (counts <= self.most)).all(axis=-1)
        return inside

    def project(self, points: Fractions) -> Fractions:
        """Return the nearest points of the box on the simplex, ``(n, k)`` (Euclidean distance).

        The nearest point is ``clip(x - t)`` with the one shift t for which its sum is 1, found by bisection.
        """
        if self._holds(points):
            return points
        low, high = (points - self.upper).min(axis=1), (points - self.lower).max(axis=1)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            too_much = np.clip(points - middle[:, None], self.lower, self.upper).sum(axis=1) > 1
            low, high = np.where(too_much, middle, low), np.where(too_much, high, middle)
        return np.clip(points - ((low + high) / 2)[:, None], self.lower, self.upper)

    def _holds(self, points: Fractions) -> bool:
        """Return whether all points lie on the simplex and in the box already."""
        inside = (points >= self.lower) & (points <= self.upper)
        return bool(inside.all() and (np.abs(points.sum(axis=1) - 1) < _TOLERANCE).all())

    def counts(self, points: Fractions) -> Integers:
        """Return recipes near the points in whole parts within the bounds, ``(n, k)``.

        Fractions are rounded down, then the missing parts go to the materials with the largest remainders that have
        room.
        """
        scaled = self.project(points) * self.parts
        counts = np.clip(np.floor(scaled + _TOLERANCE).astype(np.int64), self.least, self.most)
        for row, wanted in zip(counts, scaled, strict=True):
            while row.sum() < self.parts:
                row[np.argmax(np.where(row < self.most, wanted - row, -np.inf))] += 1
        return counts


def lattice_box(wish: Specification, step: float) -> LatticeBox:
    """Return the bounds of a specification on the lattice of a step.

    Raises:
        NoRecipeError: If no lattice recipe lies within the bounds.
    """
    parts = round(1 / step)
    least = np.ceil(wish.least * parts - _TOLERANCE).astype(np.int64)
    most = np.floor(np.minimum(wish.most, 1.0) * parts + _TOLERANCE).astype(np.int64)
    if (least > most).any() or least.sum() > parts or most.sum() < parts:
        raise no_recipe(wish, step)
    return LatticeBox(parts, least, most)


def no_recipe(wish: Specification, step: float) -> NoRecipeError:
    """Return the error that no recipe of the lattice keeps to the requirements on materials."""
    return NoRecipeError(
        f"no recipe in steps of {100 * step:g} wt% keeps to {', '.join(wish.recipe_texts)}",
        hint="loosen the requirements on the recipe",
    )
