"""The stress-strain curve as a cubic Bezier, and the toughness that is the area under it.

With strain over fracture strain as abscissa, stress over strength as ordinate and
``m = modulus * fracture strain / strength`` the control points are (0, 0), alpha * (1/m, 1),
(1 - beta * (1 - 1/m), 1), (1, 1). Chen et al. 2024 state a cubic Bezier with R^2 = 0.995 and name alpha and beta;
these control points are the ones, of those tried, that agree best with the toughness of their ten published films.
"""

import numpy as np

from lab.arrays import Array
from lab.virtual.constants import Constants
from lab.virtual.roles import RoleFractions

# Integral over t of B_i(t) * B_j'(t), the cubic Bernstein polynomials, for i, j = 0..3.
_AREA = np.array([[-10, 6, 3, 1], [-6, 0, 3, 3], [-3, -3, 0, 6], [-1, -3, -6, 10]]) / 20


def shape_log_odds(parameter: str, roles: RoleFractions, constants: Constants) -> Array:
    """Return the log-odds of ``alpha`` or ``beta``, linear in the fractions, shape ``(n,)``."""
    log_odds: Array = (
        constants[f"curve.{parameter}_base"]
        + constants[f"curve.{parameter}_platelet"] * roles.platelet
        + constants[f"curve.{parameter}_matrix"] * roles.matrix
        + constants[f"curve.{parameter}_plasticiser"] * roles.plasticiser
    )
    return log_odds


def control_points(alpha: Array, beta: Array, steepness: Array) -> tuple[Array, Array]:
    """Return abscissas and ordinates of the control points.

    Args:
        alpha: Shape of the curve's start, shape ``(n,)``.
        beta: Shape of the curve's end, shape ``(n,)``.
        steepness: Modulus times fracture strain over strength, m, shape ``(n,)``.

    Returns:
        Two arrays of shape ``(n, 4)``.
    """
    zero, one = np.zeros_like(alpha), np.ones_like(alpha)
    abscissas = np.stack([zero, alpha / steepness, 1 - beta * (1 - 1 / steepness), one], axis=-1)
    ordinates = np.stack([zero, alpha, one, one], axis=-1)
    return abscissas, ordinates


def toughness(strength: Array, strain: Array, modulus: Array, alpha: Array, beta: Array) -> Array:
    """Return the exact area under the curve in MJ/m^3.

    Args:
        strength: Ultimate strength, MPa, shape ``(n,)``.
        strain: Strain at fracture as a fraction, shape ``(n,)``.
        modulus: Young's modulus, MPa, shape ``(n,)``.
        alpha: Shape of the curve's start, shape ``(n,)``.
        beta: Shape of the curve's end, shape ``(n,)``.
    """
    abscissas, ordinates = control_points(alpha, beta, modulus * strain / strength)
    area: Array = np.einsum("...i,ij,...j->...", ordinates, _AREA, abscissas)
    return strength * strain * area
