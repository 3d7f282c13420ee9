"""The film world: what a film of any composition truly is, without noise."""

from collections.abc import Mapping, Sequence

import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.grades import Grade
from lab.materials import Material
from lab.simplex import Fractions, check_fractions
from lab.virtual import curve, flame, grade_field, mechanics, optics, packing
from lab.virtual.constants import Constants
from lab.virtual.constants import constants as file_constants
from lab.virtual.corrections import Corrections
from lab.virtual.roles import Role, RoleFractions, RoleMap

PROPERTIES = (
    *optics.WAVELENGTHS,
    "residual_ratio",
    "tensile_strength",
    "fracture_strain",
    "youngs_modulus",
    "curve_alpha",
    "curve_beta",
    "toughness",
    "thickness",
)
"""Every property that the world knows."""

_ROLE_OPTION = "role."
_MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")


class FilmWorld:
    """Answers for compositions of a campaign's materials; vectorised over compositions, without noise.

    Args:
        materials: Materials or their names, in the order of the columns of every composition array.
        property_names: Properties that `truth` answers; by default all that the world knows.
        options: ``{"role.agar": "matrix"}`` sets the role that a material plays (see `lab.virtual.roles`).
        constants: Values to use instead of those of constants.toml.
        corrections: Corrections to use instead of those of constants.toml.

    Raises:
        InvalidInputError: If a property is unknown to the world, or an option cannot be understood.
    """

    def __init__(
        self,
        materials: Sequence[str | Material] = _MATERIALS,
        property_names: Sequence[str] = PROPERTIES,
        options: Mapping[str, str] | None = None,
        *,
        constants: Constants | None = None,
        corrections: Corrections | None = None,
    ) -> None:
        overrides, faults = _roles_from(options or {}, materials)
        faults += [f"the film world knows no property {name!r}" for name in property_names if name not in PROPERTIES]
        if faults:
            raise InvalidInputError(
                "virtual lab",
                faults,
                hint=f"it knows {', '.join(PROPERTIES)}, and options role.MATERIAL = {'/'.join(Role)}; "
                'leave out the others, or set lab = "real"',
            )
        self.property_names = tuple(property_names)
        self.constants = file_constants() if constants is None else constants
        self._corrections = Corrections.fitted() if corrections is None else corrections
        self._by_roles = RoleMap(materials, overrides)

    @property
    def material_names(self) -> tuple[str, ...]:
        """Names of the materials, in the order of the columns of every composition array."""
        return self._by_roles.names

    def truth(
        self,
        compositions: Fractions,
        attributes: Mapping[str, str] | None = None,
        *,
        areal_mass: float | None = None,
    ) -> dict[str, Array]:
        """Return the noise-free properties.

        Args:
            compositions: Shape ``(n, k)``, weight fractions in the order of the materials.
            attributes: Attributes of the batches, ``{"gelatin.source": "fish"}``; what is not given is the default.
            areal_mass: Dry mass per area of the films, mg/cm^2, which thickness and transmittance depend on; by
                default the reference of the constants file.

        Returns:
            Each property by name, shape ``(n,)``, in the unit of `lab.library.properties`.

        Raises:
            CompositionError: If a row is no composition.
        """
        roles = self._by_roles(self._checked(compositions))
        mass = self.constants["packing.areal_mass"] if areal_mass is None else areal_mass
        answers = self._properties(roles, attributes or {}, mass)
        return {name: answers[name] for name in self.property_names}

    def grade_scores(self, compositions: Fractions) -> Array:
        """Return the score of each grade, shape ``(n, 4)`` in the order A to D; every row sums to 1."""
        coordinates = self._by_roles(self._checked(compositions)).coordinates
        return grade_field.grade_scores(coordinates, self.constants)

    def grades(self, compositions: Fractions) -> list[Grade]:
        """Return the grade of every film, for compositions of shape ``(n, k)``."""
        return grade_field.letters(self.grade_scores(compositions))

    def usable_field(self, compositions: Fractions) -> Array:
        """Return the score of grade A: 1 deep in the usable region, 0 far from it; shape ``(n,)``."""
        return self.grade_scores(compositions)[:, 0]

    def _checked(self, compositions: Fractions) -> Fractions:
        return np.atleast_2d(check_fractions(compositions))

    def _properties(self, roles: RoleFractions, attributes: Mapping[str, str], mass: float) -> dict[str, Array]:
        constants = self.constants
        shifts = self._corrections.at(roles.coordinates)
        answers: dict[str, Array] = {}
        for name, wavelength in optics.WAVELENGTHS.items():
            depth = optics.optical_depth(wavelength, roles, attributes, constants)
            answers[name] = optics.transmittance(_scaled(depth, shifts.get(name)), mass, constants)
        residue = flame.residual_ratio(roles, attributes, constants)
        answers["residual_ratio"] = _shifted_odds(residue, shifts.get("residual_ratio"))
        strength = _scaled(mechanics.tensile_strength(roles, attributes, constants), shifts.get("tensile_strength"))
        strength = mechanics.within_limits(strength, "strength", constants)
        modulus = _scaled(mechanics.youngs_modulus(roles, constants), shifts.get("youngs_modulus"))
        modulus = mechanics.within_limits(modulus, "modulus", constants)
        strain = _scaled(mechanics.fracture_strain(roles, constants), shifts.get("fracture_strain"))
        strain = mechanics.within_limits(strain, "strain", constants)
        strain = mechanics.with_toe(strain, strength, modulus, constants)
        alpha = _shape("alpha", roles, shifts, constants)
        beta = _shape("beta", roles, shifts, constants)
        answers |= {"tensile_strength": strength, "fracture_strain": strain, "youngs_modulus": modulus}
        answers |= {"curve_alpha": alpha, "curve_beta": beta}
        answers["toughness"] = curve.toughness(strength, strain, modulus, alpha, beta)
        answers["thickness"] = packing.thickness(roles, mass, constants)
        return answers


def _roles_from(options: Mapping[str, str], materials: Sequence[str | Material]) -> tuple[dict[str, Role], list[str]]:
    names = [item if isinstance(item, str) else item.name for item in materials]
    overrides: dict[str, Role] = {}
    faults = []
    for key, value in options.items():
        name = key.removeprefix(_ROLE_OPTION)
        if not key.startswith(_ROLE_OPTION):
            faults.append(f"there is no option {key!r}")
        elif name not in names:
            faults.append(f"option {key!r}: {name!r} is not among the materials {', '.join(names)}")
        elif value not in list(Role):
            faults.append(f"option {key!r}: {value!r} is no role")
        else:
            overrides[name] = Role(value)
    return overrides, faults


def _scaled(value: Array, shift: Array | None) -> Array:
    if shift is None:
        return value
    scaled: Array = value * np.exp(shift)
    return scaled


def _shifted_odds(fraction: Array, shift: Array | None) -> Array:
    if shift is None:
        return fraction
    return _logistic(np.log(fraction / (1 - fraction)) + shift)


def _shape(parameter: str, roles: RoleFractions, shifts: Mapping[str, Array], constants: Constants) -> Array:
    log_odds = curve.shape_log_odds(parameter, roles, constants)
    return _logistic(log_odds + shifts.get(f"curve_{parameter}", np.zeros_like(log_odds)))


def _logistic(log_odds: Array) -> Array:
    fraction: Array = 1 / (1 + np.exp(-log_odds))
    return fraction
