"""Transmittance: the light that a film lets through after surface reflection, absorption and scattering.

Beer and Lambert: ``T = surface * exp(-depth)``, with the optical depth proportional to the film's mass per area. The
depth is the sum of haze, of what polymers absorb and scatter, and of what stacks of platelets scatter. The last rises
sigmoidally with montmorillonite, and falls with cellulose nanofibres, which keep the platelets apart, and with
plasticiser, which fills the voids between them.
"""

from collections.abc import Mapping

import numpy as np

from lab.arrays import Array
from lab.virtual.attribute_effects import batch_factor
from lab.virtual.constants import Constants
from lab.virtual.roles import RoleFractions

WAVELENGTHS = {"transmittance_uv": 365.0, "transmittance_vis": 550.0, "transmittance_ir": 950.0}
"""Wavelength of each transmittance, nm."""

_REFERENCE = 550.0


def optical_depth(
    wavelength: float, roles: RoleFractions, attributes: Mapping[str, str], constants: Constants
) -> Array:
    """Return the optical depth of a film of the reference mass per area.

    Args:
        wavelength: Wavelength in nm.
        roles: Films by roles.
        attributes: Attributes of the batches, ``{"gelatin.source": "fish"}``.
        constants: The world's constants, here those of ``optics``.

    Returns:
        Shape ``(n,)``, above 0.
    """
    shorter = _REFERENCE / wavelength
    listed_matrix = roles.of_polymers("depth", constants)
    gelatin = roles.gelatin * constants["polymers.gelatin.depth"]
    matrix = listed_matrix + gelatin * (batch_factor("gelatin", "depth", attributes, constants) - 1)
    organic = (
        constants["optics.fibre"] * roles.fibre
        + constants["optics.matrix"] * matrix
        + constants["optics.plasticiser"] * roles.plasticiser
    ) * shorter ** constants["optics.organic_exponent"]
    half = constants["optics.clay_half"] * batch_factor("MMT", "stacking", attributes, constants)
    power = (roles.platelet / half) ** constants["optics.clay_power"]
    stacks = constants["optics.clay"] * power / (1 + power)
    apart = np.exp(-constants["optics.dispersing"] * roles.fibre - constants["optics.clearing"] * roles.plasticiser)
    clay = stacks * apart * shorter ** constants["optics.clay_exponent"]
    clay = clay * batch_factor("MMT", "depth", attributes, constants)
    depth: Array = constants["optics.haze"] + organic + clay
    return depth


def transmittance(depth: Array, areal_mass: float, constants: Constants) -> Array:
    """Return the transmittance as a fraction of films with the given mass per area, mg/cm^2, shape ``(n,)``."""
    through: Array = constants["optics.surface"] * np.exp(-depth * areal_mass / constants["packing.areal_mass"])
    return through
