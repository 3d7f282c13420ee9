"""How densely a dried film packs: porosity, density, thickness."""

import numpy as np

from lab.arrays import Array
from lab.virtual.constants import Constants
from lab.virtual.roles import RoleFractions


def porosity(roles: RoleFractions, constants: Constants) -> Array:
    """Return the volume fraction of pores, shape ``(n,)``.

    Fibres and platelets leave pores that matrix and plasticiser fill:
    ``(pores of fibres + pores of platelets) * exp(-(matrix + plasticiser) / filling)``.
    """
    empty = constants["packing.porosity_fibre"] * roles.fibre + constants["packing.porosity_platelet"] * roles.platelet
    pores: Array = empty * np.exp(-(roles.matrix + roles.plasticiser) / constants["packing.filling"])
    return pores


def density(roles: RoleFractions, constants: Constants) -> Array:
    """Return the density of the film with its pores, g/cm^3, shape ``(n,)`` (rule of mixtures for volumes)."""
    volume = (
        roles.fibre / constants["packing.density_fibre"]
        + roles.platelet / constants["packing.density_platelet"]
        + roles.matrix / constants["packing.density_matrix"]
        + roles.plasticiser / constants["packing.density_plasticiser"]
    )
    apparent: Array = (1 - porosity(roles, constants)) / volume
    return apparent


def thickness(roles: RoleFractions, areal_mass: float, constants: Constants) -> Array:
    """Return the thickness in um, shape ``(n,)``, of films with the given dry mass per area, mg/cm^2."""
    # mg/cm^2 over g/cm^3 is 1e-3 cm, that is 10 um.
    um: Array = 10 * areal_mass / density(roles, constants)
    return um
