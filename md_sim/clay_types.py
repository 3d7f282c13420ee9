"""Types, charges and springs of a clay's atoms in a force field, from the bonds that are there.

Charges follow ClayFF's rule: a cation of formal charge z, partial charge q and coordination number n takes (z - q) / n
from each of its oxygens, which starts from -2. With ClayFF's cations the rule gives its tabulated oxygen charges (ob
-1.05, oh -0.95, obos -1.1808, ohs -1.0808) to their rounding, with INTERFACE's cations those of INTERFACE (-0.55,
-0.758, -0.683; beside magnesium -0.867, -0.792); it holds for any other neighbourhood, and makes the total charge
exactly that of the formula as long as every cation has all its oxygens.

ClayFF holds a clay together by charges; INTERFACE by a spring along every bond and across every angle, whose rest
lengths belong to the places of the atoms in the crystal.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import attrs
import numpy as np

from lab.errors import InvalidInputError
from md_sim.clay_atoms import CATIONS, Atoms, Bonded, bonded_oxygens
from md_sim.forcefields import data_file, force_field
from md_sim.systems import System
from md_sim.topology import angles_and_dihedrals

CLAYFF_TYPES = {"Si": "clayff:st", "Al": "clayff:ao", "Mg": "clayff:mgo", "H": "clayff:ho", "Na": "clayff:Na"}
"""ClayFF's types of the elements other than oxygen."""


@cache
def cation_charges(field: str) -> Mapping[str, float]:
    """Return the charge, e, of every element but oxygen in a force field."""
    types = force_field(field).atom_types.values()
    return {kind.element: kind.charge for kind in types if kind.element != "O" and kind.charge is not None}


def oxygen_charge(neighbours: Sequence[str], field: str = "clayff") -> float:
    """Return the charge of an oxygen, e, from the elements of the cations and hydrogens bonded to it."""
    charge = -2.0
    for element in neighbours:
        formal, coordination = CATIONS[element]
        charge += (formal - cation_charges(field)[element]) / coordination
    return charge


def clayff_oxygen(neighbours: Sequence[str]) -> str:
    """Return the ClayFF type of an oxygen from the elements of the cations and hydrogens bonded to it."""
    if list(neighbours).count("H") == 2:
        return "clayff:oh2"
    substituted = "Mg" in neighbours
    if "H" in neighbours:
        return "clayff:ohs" if substituted else "clayff:oh"
    return "clayff:obos" if substituted else "clayff:ob"


def _clayff_types(atoms: Atoms, bonded: Bonded) -> list[str]:
    types = [CLAYFF_TYPES.get(element, "") for element in atoms.elements]
    for oxygen, cations in bonded.items():
        types[oxygen] = clayff_oxygen([atoms.elements[n] for n in cations])
    return types


def _interface_types(atoms: Atoms, _: Bonded) -> list[str]:
    """INTERFACE's types by the places in the crystal.

    Raises:
        InvalidInputError: If there are atoms that it has no types for, such as those of edges.
    """
    table = data_file("interface.json")["types_of_sites"]
    keys = [f"{element} {site}".rstrip() for element, site in zip(atoms.elements, atoms.sites, strict=True)]
    unknown = sorted(set(keys) - set(table))
    if unknown:
        raise InvalidInputError(
            "the clay",
            [f"INTERFACE has no type for {key.split()[0]} at an edge" for key in unknown],
            hint="choose ClayFF for platelets",
        )
    return [f"interface:{table[key]}" for key in keys]


@attrs.frozen
class _Naming:
    """How a force field sees a clay."""

    types: Callable[[Atoms, Bonded], list[str]]
    springs: bool
    """Whether every bond and angle is a spring; otherwise those of hydrogen are."""


_NAMINGS = {"clayff": _Naming(_clayff_types, springs=False), "interface": _Naming(_interface_types, springs=True)}


def typed(atoms: Atoms, field: str = "clayff") -> System:
    """Return the atoms with types, charges and springs; the clay is molecule 1, its ions are 2, 3, ...

    Args:
        atoms: The clay and its ions.
        field: "clayff" or "interface".

    Raises:
        InvalidInputError: If a cation does not have all its oxygens, or a hydrogen not one, or the force field has no
            type for an atom.
    """
    bonded = bonded_oxygens(atoms)
    _check_coordination(atoms, bonded)
    naming = _NAMINGS[field]
    charges = [cation_charges(field).get(element, 0.0) for element in atoms.elements]
    for oxygen, cations in bonded.items():
        charges[oxygen] = oxygen_charge([atoms.elements[n] for n in cations], field)
    ions = atoms.are("Na")
    pairs = [
        (oxygen, cation)
        for oxygen, cations in bonded.items()
        for cation in cations
        if naming.springs or atoms.elements[cation] == "H"
    ]
    bonds = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    angles, dihedrals = angles_and_dihedrals(bonds)
    return System(
        cell=np.diag(atoms.box),
        positions=atoms.positions,
        types=tuple(naming.types(atoms, bonded)),
        charges=np.array(charges),
        molecules=np.where(ions, 1 + np.cumsum(ions), 1).astype(np.int64),
        phases=tuple("ion" if ion else "MMT" for ion in ions),
        bonds=bonds,
        angles=angles,
        dihedrals=dihedrals,
    )


def _check_coordination(atoms: Atoms, bonded: Bonded) -> None:
    count = {index: 0 for index, element in enumerate(atoms.elements) if element in CATIONS}
    for cations in bonded.values():
        for cation in cations:
            count[cation] += 1
    wrong = [index for index, number in count.items() if number != CATIONS[atoms.elements[index]][1]]
    if wrong:
        raise InvalidInputError(
            "the clay",
            [
                f"{atoms.elements[index]} {index + 1} has {count[index]} oxygens instead of "
                f"{CATIONS[atoms.elements[index]][1]}"
                for index in wrong
            ],
        )
