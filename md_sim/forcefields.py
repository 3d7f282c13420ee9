"""Force fields as data: non-bonded parameters of atom types and parameters of bonds, angles and dihedrals.

Energies are in kcal/mol, lengths in angstrom, angles in degrees, in the forms that LAMMPS uses: Lennard-Jones 12-6 with
epsilon and sigma, K (r - r0)^2, K (theta - theta0)^2, sum of K (1 + cos(n phi - d)). CHARMM's form adds a Urey-Bradley
term to angles and Lennard-Jones parameters of their own for atoms three bonds apart. Unlike types mix by the
Lorentz-Berthelot rules. The files in `md_sim/data` name their sources.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs
import numpy as np

from lab.errors import InvalidInputError, UnknownNameError
from lab.hashing import sha256_of_json
from md_sim.systems import System

Types = tuple[str, ...]
CLAY_FIELDS, ORGANIC_FIELDS = ("clayff", "interface"), ("glycam06j", "charmm36")
"""Force fields of the clay and of everything else."""


@attrs.frozen
class AtomType:
    """An atom type."""

    name: str
    element: str
    mass: float
    """Mass, g/mol."""
    epsilon: float
    """Depth of the Lennard-Jones well, kcal/mol."""
    sigma: float
    """Distance of zero Lennard-Jones energy, angstrom."""
    charge: float | None = None
    """Charge, e, where the type alone decides it."""
    epsilon_14: float | None = None
    """Depth between atoms three bonds apart; None: that of any other pair."""
    sigma_14: float | None = None


@attrs.frozen
class ForceField:
    """Parameters by atom type."""

    name: str
    sources: tuple[str, ...]
    atom_types: Mapping[str, AtomType]
    bonds: Mapping[Types, tuple[float, float]]
    """K and r0 by two types."""
    angles: Mapping[Types, tuple[float, ...]]
    """K and theta0 by three types; in CHARMM's form also K and r0 of the Urey-Bradley term."""
    dihedrals: Mapping[Types, tuple[tuple[float, int, float], ...]]
    """Terms (K, n, d) by four types."""
    sha256: str
    """Hash of everything else."""
    charmm: bool = False
    """Whether it has CHARMM's form."""
    impropers: Mapping[Types, tuple[float, float]] = attrs.field(factory=dict)
    """K and chi0 by four types."""
    crossterms: Mapping[Types, int] = attrs.field(factory=dict)
    """Number of the correction map (CMAP) of a peptide's two backbone dihedrals, by five types, from 1."""

    torsionless: frozenset[str] = frozenset()
    """Types whose dihedrals have no energy."""

    def bond(self, types: Types) -> tuple[Types, tuple[float, float]]:
        """Return the key and the parameters of a bond, in whichever direction it is listed."""
        return _either_way(self.bonds, types, "bond", self.name)

    def angle(self, types: Types) -> tuple[Types, tuple[float, ...]]:
        """Return the key and the parameters of an angle, in whichever direction it is listed."""
        return _either_way(self.angles, types, "angle", self.name)

    def improper(self, types: Types) -> tuple[Types, tuple[float, float]]:
        """Return the key and the parameters of an improper."""
        return _either_way(self.impropers, types, "improper", self.name)

    def dihedral(self, types: Types) -> tuple[Types, tuple[tuple[float, int, float], ...]]:
        """Return the key and the terms of a dihedral, in whichever direction it is listed; no terms: no energy."""
        if self.torsionless.intersection(types):
            return (), ()
        return _either_way(self.dihedrals, types, "dihedral", self.name)


def _either_way(table: Mapping[Types, Any], types: Types, what: str, field: str) -> tuple[Types, Any]:
    for key in (types, types[::-1]):
        if key in table:
            return key, table[key]
    raise UnknownNameError(
        f"{field} has no {what} {'-'.join(types)}", hint="add its parameters and their source to md_sim/data"
    )


def _atom_type(name: str, raw: Mapping[str, Any]) -> AtomType:
    sigma = raw["sigma"] if "sigma" in raw else raw["minimum"] / 2 ** (1 / 6)
    well = (raw["epsilon"], sigma, raw.get("charge"), raw.get("epsilon_14"), raw.get("sigma_14"))
    return AtomType(name, raw["element"], raw["mass"], *well)


def data_file(name: str) -> Any:
    """Return the content of a JSON file in `md_sim/data`."""
    return json.loads((files("md_sim") / "data" / name).read_text(encoding="utf-8"))


@cache
def force_field(name: str) -> ForceField:
    """Return a force field that this package carries, one of `CLAY_FIELDS` and `ORGANIC_FIELDS`.

    Raises:
        UnknownNameError: If there is no such force field.
    """
    try:
        raw = data_file(f"{name}.json")
    except FileNotFoundError as error:
        raise UnknownNameError(
            f"no force field {name!r}", hint=f"choose one of {', '.join(CLAY_FIELDS + ORGANIC_FIELDS)}"
        ) from error
    silent = raw["dihedrals"] == "none"
    dihedrals = [] if silent else raw["dihedrals"]
    return ForceField(
        name=raw["name"],
        sources=(raw["source"],),
        atom_types={key: _atom_type(key, value) for key, value in raw["atom_types"].items()},
        bonds={tuple(row[:2]): (row[2], row[3]) for row in raw["bonds"]},
        angles={tuple(row[:3]): tuple(row[3:]) for row in raw["angles"]},
        dihedrals={tuple(row[:4]): tuple((k, int(n), d) for k, n, d in row[4]) for row in dihedrals},
        sha256=sha256_of_json(raw),
        charmm=raw.get("form") == "charmm",
        impropers={tuple(row[:4]): (row[4], row[5]) for row in raw.get("impropers", ())},
        crossterms={tuple(row[:5]): row[5] for row in raw.get("crossterms", ())},
        torsionless=frozenset(raw["atom_types"]) if silent else frozenset(),
    )


@cache
def element_of(type_name: str) -> str:
    """Return the element of an atom type of any force field.

    Raises:
        UnknownNameError: If no force field has such a type.
    """
    for name in CLAY_FIELDS + ORGANIC_FIELDS:
        if type_name in force_field(name).atom_types:
            return force_field(name).atom_types[type_name].element
    raise UnknownNameError(f"no force field has the atom type {type_name!r}", hint="add it to md_sim/data")


def is_clay(type_name: str) -> bool:
    """Return whether an atom type is one of the clay's."""
    return any(type_name in force_field(name).atom_types for name in CLAY_FIELDS)


def combined(fields: Iterable[ForceField]) -> ForceField:
    """Return several force fields as one; their type names have to differ, as the prefix makes them."""
    parts = tuple(fields)
    return ForceField(
        name=" + ".join(part.name for part in parts),
        sources=tuple(source for part in parts for source in part.sources),
        atom_types={key: value for part in parts for key, value in part.atom_types.items()},
        bonds={key: value for part in parts for key, value in part.bonds.items()},
        angles={key: value for part in parts for key, value in part.angles.items()},
        dihedrals={key: value for part in parts for key, value in part.dihedrals.items()},
        sha256=sha256_of_json([part.sha256 for part in parts]),
        charmm=any(part.charmm for part in parts),
        impropers={key: value for part in parts for key, value in part.impropers.items()},
        crossterms={key: value for part in parts for key, value in part.crossterms.items()},
        torsionless=frozenset().union(*(part.torsionless for part in parts)),
    )


def elements(system: System, field: ForceField) -> tuple[str, ...]:
    """Return the element of every atom."""
    return tuple(field.atom_types[name].element for name in system.types)


def density(system: System, field: ForceField) -> float:
    """Return the density, g/cm^3."""
    mass = sum(field.atom_types[name].mass for name in system.types)
    return mass / system.volume * 1.66053906660  # g/mol per cubic angstrom -> g/cm^3 (CODATA 2018)


def mass_fractions(system: System, field: ForceField) -> dict[str, float]:
    """Return the weight fractions of a dry model's materials; ions count as part of the clay, water is left out."""
    masses = np.array([field.atom_types[name].mass for name in system.types])
    there = {name: float(masses[system.in_phase(name)].sum()) for name in sorted({*system.phases} - {"ion", "water"})}
    if "MMT" in there:
        there["MMT"] += float(masses[system.in_phase("ion")].sum())
    return {name: mass / sum(there.values()) for name, mass in there.items()}


def check_types(system: System, field: ForceField) -> None:
    """Check that the force field knows every atom type of a system.

    Raises:
        InvalidInputError: If it does not; all unknown types are named.
    """
    unknown = sorted(set(system.types) - set(field.atom_types))
    if unknown:
        raise InvalidInputError(
            "the atomic model",
            [f"{field.name} does not know the atom type {name}" for name in unknown],
            hint="choose the force field that the model was built for",
        )
