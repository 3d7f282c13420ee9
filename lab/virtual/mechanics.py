"""Stiffness, strength and strain at fracture of a film.

A polymer phase (fibres and matrix, softened by the plasticiser) and a network of platelets carry load together. The
network exists once platelets percolate and is held together by polymer; the plasticiser softens it less than it
softens polymers.
"""

from collections.abc import Mapping

import numpy as np

from lab.arrays import Array
from lab.virtual.attribute_effects import film_factor
from lab.virtual.constants import Constants
from lab.virtual.packing import porosity
from lab.virtual.roles import RoleFractions

_SHARPNESS = 8.0
"""Exponent with which a value bends towards a limit: at the limit itself it is 8 % off."""

_SWAMPING_WIDTH = 0.06
"""Over which range of plasticiser per polymer cohesion begins to fail."""


def youngs_modulus(roles: RoleFractions, constants: Constants) -> Array:
    """Return Young's modulus in MPa, shape ``(n,)``."""
    polymer = _polymer_phase("modulus", roles, constants) * (1 - porosity(roles, constants))
    return _joined("modulus", polymer, _clay_phase("modulus", roles, constants), constants)


def tensile_strength(roles: RoleFractions, attributes: Mapping[str, str], constants: Constants) -> Array:
    """Return the ultimate tensile strength in MPa, shape ``(n,)``.

    Beyond stiffness, it needs binder between platelets, and montmorillonite and nanofibres strengthen each other:
    a factor ``1 + synergy * 4 * MMT * CNF / (MMT + CNF)^2`` where both are there in quantity.
    """
    binder = 1 - np.exp(-(1 - roles.platelet) / constants["strength.binder"])
    clay = _clay_phase("strength", roles, constants) * binder
    both = roles.platelet + roles.fibre
    # The 0.1 lets the factor fade where there is little of either.
    synergy = 1 + constants["strength.synergy"] * 4 * roles.platelet * roles.fibre / (both**2 + 0.1**2)
    strength = _joined("strength", _polymer_phase("strength", roles, constants), clay, constants) * synergy
    return strength * film_factor("strength", roles, attributes, constants)


def fracture_strain(roles: RoleFractions, constants: Constants) -> Array:
    """Return the strain at fracture as a fraction, shape ``(n,)``.

    It rises exponentially with plasticiser per polymer, as far as there is amorphous polymer to make mobile; platelets
    suppress this, and too much plasticiser drowns the film's cohesion.
    """
    share = roles.plasticiser_share
    dissolved = _dissolved(roles, constants)
    solids = roles.polymer + roles.platelet + 1e-9
    stiff = (
        constants["strain.fibre"] * roles.fibre
        + roles.of_polymers("strain", constants)
        + constants["strain.clay"] * roles.platelet
        + 1e-9 * constants["strain.clay"]
    ) / solids
    amorphous = roles.matrix / (roles.matrix + constants["strain.mobility"] * roles.fibre + 1e-9)
    mobile = constants["strain.mobility_fibre"] + (1 - constants["strain.mobility_fibre"]) * amorphous
    unlocked = np.exp(-roles.platelet / constants["strain.locking"])
    swamped = constants["strain.swamping"] * _soft_excess(share - constants["strain.swamping_limit"], _SWAMPING_WIDTH)
    strain: Array = stiff * np.exp(constants["strain.stretching"] * dissolved * mobile * unlocked - swamped)
    return strain


def with_toe(strain: Array, strength: Array, modulus: Array, constants: Constants) -> Array:
    """Return strains that a curve bending down can have: at least a little above strength / modulus."""
    return _soft_maximum(strain, constants["strain.toe"] * strength / modulus)


def within_limits(value: Array, quantity: str, constants: Constants) -> Array:
    """Return values bent smoothly into the range from the quantity's lowest to its highest value."""
    raised = _soft_maximum(value, np.full_like(value, constants[f"{quantity}.lowest"]))
    within: Array = (raised**-_SHARPNESS + constants[f"{quantity}.highest"] ** -_SHARPNESS) ** (-1 / _SHARPNESS)
    return within


def _polymer_phase(quantity: str, roles: RoleFractions, constants: Constants) -> Array:
    dry = roles.polymer_mean(constants[f"{quantity}.fibre"], quantity, constants)
    fibre_share = roles.fibre / (roles.polymer + 1e-9)
    softening = (
        constants[f"{quantity}.softening_matrix"] * (1 - fibre_share)
        + constants[f"{quantity}.softening_fibre"] * fibre_share
    )
    phase: Array = (1 - roles.platelet) * dry * np.exp(-softening * _dissolved(roles, constants))
    return phase


def _dissolved(roles: RoleFractions, constants: Constants) -> Array:
    limit = constants["plasticising.saturation"]
    share: Array = limit * -np.expm1(-roles.plasticiser_share / limit)
    return share


def _clay_phase(quantity: str, roles: RoleFractions, constants: Constants) -> Array:
    power = (roles.platelet / constants[f"{quantity}.clay_half"]) ** constants[f"{quantity}.clay_onset"]
    percolated = power / (1 + power)
    softening = constants[f"{quantity}.shielding"] * constants[f"{quantity}.softening_matrix"]
    phase: Array = constants[f"{quantity}.clay"] * percolated * np.exp(-softening * roles.plasticiser)
    return phase


def _joined(quantity: str, polymer: Array, clay: Array, constants: Constants) -> Array:
    power = constants[f"{quantity}.joining"]
    both: Array = (polymer**power + clay**power + 1e-12) ** (1 / power)
    return both


def _soft_excess(excess: Array, width: float) -> Array:
    softened: Array = width * np.logaddexp(0.0, excess / width)
    return softened


def _soft_maximum(first: Array, second: Array) -> Array:
    larger: Array = (first**_SHARPNESS + second**_SHARPNESS) ** (1 / _SHARPNESS)
    return larger
