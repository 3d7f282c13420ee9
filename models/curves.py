"""The whole stress-strain curve of a recipe, with a band: five learned numbers make one curve, draws of them the band.

The curve is the cubic Bezier of `lab.instruments.tensile.bezier`: strength, fracture strain and modulus set its size,
alpha and beta its shape. Draws hold the model's uncertainty and the scatter of films. Properties are drawn
independently of each other, as the committee has networks of its own for each.
"""

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.tensile.bezier import bezier
from lab.seeds import generator
from models.property_committee import PropertyCommittee

CURVE_PROPERTIES = ("tensile_strength", "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta")
"""Properties that make a curve."""
_POINTS = 101
_DRAWS = 1600
"""So many that the ends of the band, of the few films that have not broken yet, are hardly ragged."""


@attrs.frozen(eq=False)
class PredictedCurve:
    """Stress by strain, as a band over s strains; arrays of shape ``(s,)``."""

    strain: Array
    """As a fraction, from 0 to the strain that one film in twenty outlives."""
    stress: Array
    """Median stress of films that have not broken, MPa."""
    p05: Array
    p95: Array
    """Ends of the interval that holds nine of ten films that have not broken."""
    unbroken: Array
    """Share of films that have not broken."""
    toughness: tuple[float, float, float]
    """Area under the curve, MJ/m^3: p05, median, p95."""

    @property
    def until_break(self) -> Array:
        """Median stress up to the strain at which half of the films have broken, MPa; NaN beyond."""
        return np.where(self.unbroken >= 0.5, self.stress, np.nan)


def missing_for_curve(committee: PropertyCommittee) -> list[str]:
    """Return the properties that a curve needs and the committee has not learned."""
    learned = {committee.properties[index].name for index in committee.learned}
    return [name for name in CURVE_PROPERTIES if name not in learned]


def predict_curve(committee: PropertyCommittee, recipe: ArrayLike, *, seed: int = 0) -> PredictedCurve:
    """Return the stress-strain curve that a recipe's film would show.

    Args:
        committee: A committee that has learned all of `CURVE_PROPERTIES`.
        recipe: Inputs, shape ``(d,)``.
        seed: Seed of the draws.

    Raises:
        InvalidInputError: If the committee has not learned one of the properties, or the recipe has a wrong shape.
    """
    drawn = _draws(committee, np.asarray(recipe, dtype=float)[None, :], seed)
    strength, fracture, modulus, alpha, beta = drawn
    # A film cannot be stiffer at its end than at its start: the secant is at most the modulus.
    steepness = np.maximum(modulus * fracture / strength, 1.0)
    x, y = bezier(alpha, beta, steepness)
    area = strength * fracture * (np.diff(x) * (y[:, 1:] + y[:, :-1]) / 2).sum(axis=1)
    strain = np.linspace(0.0, float(np.quantile(fracture, 0.95)), _POINTS)
    stress = np.full((_DRAWS, _POINTS), np.nan)
    for row in range(_DRAWS):
        inside = strain <= fracture[row]
        stress[row, inside] = strength[row] * np.interp(strain[inside] / fracture[row], x[row], y[row])
    low, middle, high = np.nanquantile(stress, (0.05, 0.5, 0.95), axis=0)
    ends = np.quantile(area, (0.05, 0.5, 0.95))
    unbroken = np.isfinite(stress).mean(axis=0)
    return PredictedCurve(strain, middle, low, high, unbroken, (float(ends[0]), float(ends[1]), float(ends[2])))


def _draws(committee: PropertyCommittee, point: Array, seed: int) -> Array:
    """Return draws of the curve's properties, shape ``(5, draws)``."""
    if missing := missing_for_curve(committee):
        raise InvalidInputError(
            "stress-strain curve",
            [f"the model has not learned {name}" for name in missing],
            hint="measure tensile tests",
        )
    names = [prop.name for prop in committee.properties]
    rng = generator(seed, "curve", "draws")
    return np.stack([committee.draws(point, names.index(name), _DRAWS, rng)[:, 0] for name in CURVE_PROPERTIES])
