"""The two shape numbers of a stress-strain curve: a cubic Bezier fitted to it.

With strain over fracture strain as abscissa, stress over strength as ordinate and m = modulus * fracture strain /
strength, the control points are (0, 0), alpha * (1/m, 1), (1 - beta * (1 - 1/m), 1), (1, 1) (Chen et al. 2024, doi
10.1038/s41565-024-01635-z; the control points are inferred from their published films).
"""

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array

_STARTS = ((0.5, 0.2), (0.2, 0.6), (0.8, 0.8))
_T = np.linspace(0.0, 1.0, 401)
_BASIS = np.stack([(1 - _T) ** 3, 3 * _T * (1 - _T) ** 2, 3 * _T**2 * (1 - _T), _T**3])
_POINTS = 400


@attrs.frozen
class Shape:
    """Shape of a curve."""

    alpha: float
    beta: float
    r_squared: float
    """Share of the variance of stress over strength that the fitted curve explains."""


def bezier(alpha: ArrayLike, beta: ArrayLike, steepness: ArrayLike) -> tuple[Array, Array]:
    """Return abscissas and ordinates of curves at 401 equal steps of their parameter.

    Args:
        alpha: First shape number of each curve, any shape; one number for one curve.
        beta: Second shape number.
        steepness: Modulus times fracture strain over strength.

    Returns:
        Both of that shape and 401 in one dimension more.
    """
    a, b, m = np.broadcast_arrays(*(np.asarray(numbers, dtype=float) for numbers in (alpha, beta, steepness)))
    zero, one = np.zeros(a.shape), np.ones(a.shape)
    x: Array = np.stack([zero, a / m, 1 - b * (1 - 1 / m), one], axis=-1) @ _BASIS
    y: Array = np.stack([zero, a, one, one], axis=-1) @ _BASIS
    return x, y


def fit(strain: Array, stress: Array, modulus: float) -> Shape:
    """Fit alpha and beta between 0 and 1 to a curve that begins at (0, 0) and ends at its fracture, by least squares.

    Args:
        strain: Rising, as a fraction, shape ``(n,)``.
        stress: MPa, shape ``(n,)``.
        modulus: MPa.
    """
    from scipy.optimize import least_squares

    steepness = max(modulus * float(strain[-1]) / float(stress.max()), 1.0)
    # Equal weight along the strain, however the tester spaced its points.
    at = np.linspace(0.0, 1.0, _POINTS)
    wanted = np.interp(at, strain / strain[-1], stress / stress.max())

    def misfit(shape: Array) -> Array:
        left: Array = np.interp(at, *bezier(shape[0], shape[1], steepness)) - wanted
        return left

    fits = [least_squares(misfit, start, bounds=(0.0, 1.0), xtol=1e-10, ftol=1e-10) for start in _STARTS]
    best = min(fits, key=lambda found: float(found.cost))
    spread = float(((wanted - wanted.mean()) ** 2).sum())
    return Shape(float(best.x[0]), float(best.x[1]), 1 - 2 * float(best.cost) / spread)
