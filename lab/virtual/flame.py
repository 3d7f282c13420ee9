"""Residue after a flame: the share of its area that a film keeps."""

from collections.abc import Mapping

import numpy as np

from lab.arrays import Array
from lab.virtual.attribute_effects import film_factor
from lab.virtual.constants import Constants
from lab.virtual.roles import RoleFractions

_ALMOST_NOTHING = 1e-6


def residual_ratio(roles: RoleFractions, attributes: Mapping[str, str], constants: Constants) -> Array:
    """Return the residual ratio as a fraction.

    A logistic function of the logarithm of the montmorillonite content (platelets form a barrier once they overlap),
    with the midpoint and the slope there of the logistic function of the content that fits 244 films of the same
    laboratory; unlike that one it leaves nothing where there is no montmorillonite, as those films do. The film
    shrinks as plasticiser evaporates, and a little montmorillonite holds the char of nanofibres together.

    Args:
        roles: Films by roles.
        attributes: Attributes of the batches.
        constants: The world's constants, here those of ``flame``.

    Returns:
        Shape ``(n,)``, between the floor and 1.
    """
    power = (roles.platelet / constants["flame.midpoint"]) ** constants["flame.steepness"]
    barrier = constants["flame.span"] * power / (1 + power) * np.exp(-constants["flame.shrinkage"] * roles.plasticiser)
    held = roles.platelet / (roles.platelet + constants["flame.char_clay"])
    char = constants["flame.char"] * roles.fibre * held
    kept = 1 - (1 - barrier) * (1 - char)
    odds = kept / (1 - kept + _ALMOST_NOTHING) * film_factor("residue", roles, attributes, constants)
    ratio: Array = constants["flame.floor"] + (1 - constants["flame.floor"]) * odds / (1 + odds)
    return ratio
