"""Smooth corrections where the formulas miss the published films.

For every quantity a sum of Gaussians centred on the ten published films is added to its logarithm (or log-odds). The
correction fades to nothing away from them. Its weights come from kernel ridge regression on what the formulas leave,
with the published replicate noise as ridge, so that the world passes near the films, not through their noise.
"""

from collections.abc import Mapping
from functools import cache

import attrs
import numpy as np

from lab import library
from lab.arrays import Array
from lab.simplex import Fractions
from lab.virtual.constants import entries
from lab.virtual.roles import RoleMap


@cache
def published_coordinates() -> Fractions:
    """Return the ten published films by roles, shape ``(10, 4)``."""
    names = ("CNF", "MMT", "gelatin", "glycerol")
    films = np.array([film.composition.vector(names) for film in library.published_films()])
    return RoleMap(names, {})(films).coordinates


def kernel(first: Fractions, second: Fractions, width: float) -> Array:
    """Return the Gaussian kernel of films by roles, shapes ``(n, 4)`` and ``(m, 4)`` to ``(n, m)``."""
    squares = ((first[:, None, :] - second[None, :, :]) ** 2).sum(axis=2)
    values: Array = np.exp(-squares / (2 * width**2))
    return values


@attrs.frozen(eq=False)
class Corrections:
    """Weights of the Gaussians by quantity; none for a quantity means no correction."""

    width: float
    """Standard deviation of the Gaussians, as a weight fraction."""
    weights: Mapping[str, Array]

    @classmethod
    def fitted(cls) -> "Corrections":
        """Return the corrections of the constants file."""
        table = entries()
        prefix = "corrections.weights."
        weights = {
            name.removeprefix(prefix): np.asarray(entry["value"], dtype=float)
            for name, entry in table.items()
            if name.startswith(prefix)
        }
        return cls(float(table["corrections.width"]["value"]), weights)

    @classmethod
    def none(cls) -> "Corrections":
        """Return no corrections: the formulas alone."""
        return cls(1.0, {})

    def at(self, coordinates: Fractions) -> Mapping[str, Array]:
        """Return the correction of every corrected quantity, shape ``(n, 4)`` to ``(n,)`` each."""
        if not self.weights:
            return {}
        near = kernel(coordinates, published_coordinates(), self.width)
        return {name: near @ weights for name, weights in self.weights.items()}
