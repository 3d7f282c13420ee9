"""Which physical role a material plays in a film, so that the world has an answer for materials that it does not know.

Four roles: fibres (CNF), platelets (MMT), polymers of the matrix (gelatin, chitosan, ...) and plasticisers (glycerol).
A built-in material plays the role of its handling class, as does one that a campaign file defines; a bare name that
nothing is known about is taken for a polymer. An option ``role.NAME`` of the world overrides all of this.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import attrs
import numpy as np

from lab import library
from lab.arrays import Array
from lab.materials import HandlingClass, Material
from lab.simplex import Fractions
from lab.virtual.constants import Constants


class Role(StrEnum):
    """What a material does in a film."""

    FIBRE = "fibre"
    PLATELET = "platelet"
    MATRIX = "matrix"
    PLASTICISER = "plasticiser"


_ROLE_OF_HANDLING = {
    HandlingClass.FIBRE_GEL: Role.FIBRE,
    HandlingClass.CLAY_DISPERSION: Role.PLATELET,
    HandlingClass.WARM_GELATIN: Role.MATRIX,
    HandlingClass.WATER_LIKE: Role.MATRIX,
    HandlingClass.GLYCEROL_SOLUTION: Role.PLASTICISER,
}
_LISTED_POLYMERS = ("gelatin", "chitosan", "CMC")
_ALMOST_NOTHING = 1e-9


def role_of(material: str | Material, overrides: Mapping[str, Role]) -> Role:
    """Return the role of a material, given as a value or by its name."""
    name = material if isinstance(material, str) else material.name
    if name in overrides:
        return overrides[name]
    if isinstance(material, str):
        known = library.materials().get(material)
        return _ROLE_OF_HANDLING[known.handling] if known else Role.MATRIX
    return _ROLE_OF_HANDLING[material.handling]


@attrs.frozen(eq=False)
class RoleFractions:
    """Films by roles: every array has shape ``(n,)``; the four fractions sum to 1."""

    fibre: Array
    platelet: Array
    matrix: Array
    plasticiser: Array
    polymers: tuple[tuple[str, Array], ...]
    """Fraction of each polymer of the matrix, by the name under which its constants are listed."""
    gelatin: Array
    """Fraction of the material called gelatin, whose source matters."""
    clay: Array
    """Fraction of the material called MMT, whose lateral size matters."""

    @property
    def coordinates(self) -> Fractions:
        """The four fractions, shape ``(n, 4)``: fibre, platelet, matrix, plasticiser."""
        return np.column_stack([self.fibre, self.platelet, self.matrix, self.plasticiser])

    @property
    def polymer(self) -> Array:
        """Fibres and matrix: all that glycerol can plasticise, shape ``(n,)``."""
        return self.fibre + self.matrix

    @property
    def plasticiser_share(self) -> Array:
        """Plasticiser per plasticiser and polymer, shape ``(n,)``, in [0, 1]."""
        share: Array = self.plasticiser / (self.plasticiser + self.polymer + _ALMOST_NOTHING)
        return share

    def of_polymers(self, quantity: str, constants: Constants) -> Array:
        """Return the sum over the matrix polymers of fraction times a constant of the polymer, shape ``(n,)``."""
        total = np.zeros_like(self.fibre)
        for name, fraction in self.polymers:
            total = total + fraction * constants[f"polymers.{name}.{quantity}"]
        return total

    def polymer_mean(self, fibre: float, quantity: str, constants: Constants) -> Array:
        """Return a constant averaged over fibres and matrix polymers by their fractions, shape ``(n,)``."""
        of_matrix = self.of_polymers(quantity, constants)
        mean: Array = (self.fibre * fibre + of_matrix + _ALMOST_NOTHING * fibre) / (self.polymer + _ALMOST_NOTHING)
        return mean


class RoleMap:
    """Turns compositions of a campaign's materials into films by roles.

    Args:
        materials: Materials or their names, in the order of the compositions' columns.
        overrides: Roles by material name that replace the ones that would be guessed.
    """

    def __init__(self, materials: Sequence[str | Material], overrides: Mapping[str, Role]) -> None:
        self.names = tuple(item if isinstance(item, str) else item.name for item in materials)
        self.roles = tuple(role_of(item, overrides) for item in materials)

    def __call__(self, compositions: Fractions) -> RoleFractions:
        """Return films by roles for compositions of shape ``(n, k)``."""
        columns = np.ascontiguousarray(compositions.T)

        def total(role: Role) -> Array:
            return sum((c for c, r in zip(columns, self.roles, strict=True) if r is role), np.zeros(len(compositions)))

        def named(name: str) -> Array:
            return columns[self.names.index(name)] if name in self.names else np.zeros(len(compositions))

        polymers = tuple(
            (name if name in _LISTED_POLYMERS else "other", column)
            for name, role, column in zip(self.names, self.roles, columns, strict=True)
            if role is Role.MATRIX
        )
        return RoleFractions(
            fibre=total(Role.FIBRE),
            platelet=total(Role.PLATELET),
            matrix=total(Role.MATRIX),
            plasticiser=total(Role.PLASTICISER),
            polymers=polymers,
            gelatin=named("gelatin"),
            clay=named("MMT"),
        )
