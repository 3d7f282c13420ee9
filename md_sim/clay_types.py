"""ClayFF types and charges of a clay's atoms, from the bonds that are there.

Charges follow ClayFF's rule: a cation of formal charge z, partial charge q and coordination number n takes (z - q) / n
from each of its oxygens, which starts from -2. The rule gives the tabulated oxygen charges (ob -1.05, oh -0.95, obos
-1.1808, ohs -1.0808) to their rounding, holds for any other neighbourhood, and makes the total charge exactly that of
the formula as long as every cation has all its oxygens.
"""

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from lab.errors import InvalidInputError
from md_sim.arrays import Floats, Integers
from md_sim.forcefields import force_field
from md_sim.neighbours import near_pairs
from md_sim.systems import System

#: Formal charge and coordination number of the cations, by ClayFF type.
CATIONS = {"clayff:st": (4, 4), "clayff:ao": (3, 6), "clayff:mgo": (2, 6), "clayff:ho": (1, 1)}
#: Bonds to oxygen are shorter than this, angstrom: in the crystal Si-O is 1.62, Al-O 1.92, O-H 1.0, and next
#: neighbours are beyond 2.5.
BOND_REACH = {"clayff:st": 2.0, "clayff:ao": 2.4, "clayff:mgo": 2.4, "clayff:ho": 1.2}
#: Types of the elements other than oxygen.
TYPE_OF_ELEMENT = {"Si": "clayff:st", "Al": "clayff:ao", "Mg": "clayff:mgo", "H": "clayff:ho", "Na": "clayff:Na"}


@attrs.frozen(eq=False)
class Atoms:
    """Atoms of a clay before they are typed, in a rectangular cell."""

    elements: tuple[str, ...]
    """Si, Al, Mg, O, H or Na; sodium is an ion between the sheets."""
    positions: Floats
    """(n, 3), angstrom."""
    box: Floats
    """(3,) cell lengths, angstrom."""

    def indices(self, *elements: str) -> Integers:
        """Return the indices of the atoms of some elements."""
        return np.flatnonzero(np.isin(np.array(self.elements), elements))


def oxygen_charge(neighbours: Sequence[str]) -> float:
    """Return the charge of an oxygen, e, from the ClayFF types of the cations and hydrogens bonded to it."""
    types = force_field("clayff").atom_types
    charge = -2.0
    for name in neighbours:
        formal, coordination = CATIONS[name]
        charge += (formal - float(types[name].charge or 0.0)) / coordination
    return charge


def oxygen_type(neighbours: Sequence[str]) -> str:
    """Return the ClayFF type of an oxygen from the types of the cations and hydrogens bonded to it."""
    if list(neighbours).count("clayff:ho") == 2:
        return "clayff:oh2"
    substituted = "clayff:mgo" in neighbours
    if "clayff:ho" in neighbours:
        return "clayff:ohs" if substituted else "clayff:oh"
    return "clayff:obos" if substituted else "clayff:ob"


def bonded_oxygens(atoms: Atoms) -> dict[int, list[int]]:
    """Return the cations and hydrogens (indices) bonded to every oxygen (index)."""
    oxygens = atoms.indices("O")
    bonded: dict[int, list[int]] = {int(index): [] for index in oxygens}
    for element in ("Si", "Al", "Mg", "H"):
        reach = BOND_REACH[TYPE_OF_ELEMENT[element]]
        cations = atoms.indices(element)
        pairs, _ = near_pairs(atoms.positions[cations], atoms.positions[oxygens], np.diag(atoms.box), reach)
        for cation, oxygen in pairs.tolist():
            bonded[int(oxygens[oxygen])].append(int(cations[cation]))
    return bonded


def typed(atoms: Atoms) -> System:
    """Return the atoms with types, charges and O-H bonds; the clay is molecule 1, its ions are 2, 3, ...

    Raises:
        InvalidInputError: If a cation does not have all its oxygens, or a hydrogen not one.
    """
    bonded = bonded_oxygens(atoms)
    types = [TYPE_OF_ELEMENT.get(element, "") for element in atoms.elements]
    _check_coordination(types, bonded)
    field = force_field("clayff").atom_types
    neighbours = {oxygen: [types[cation] for cation in cations] for oxygen, cations in bonded.items()}
    for oxygen, names in neighbours.items():
        types[oxygen] = oxygen_type(names)
    charges = np.array([float(field[name].charge or 0.0) for name in types])
    for oxygen, names in neighbours.items():
        charges[oxygen] = oxygen_charge(names)
    pairs = [
        (oxygen, cation) for oxygen, cations in bonded.items() for cation in cations if types[cation] == "clayff:ho"
    ]
    ions: npt.NDArray[np.bool_] = np.array([element == "Na" for element in atoms.elements])
    molecules = np.where(ions, 1 + np.cumsum(ions), 1).astype(np.int64)
    return System(
        cell=np.diag(atoms.box),
        positions=atoms.positions,
        types=tuple(types),
        charges=charges,
        molecules=molecules,
        phases=tuple("ion" if ion else "MMT" for ion in ions),
        bonds=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        angles=_water_angles(types, bonded),
    )


def _water_angles(types: Sequence[str], bonded: dict[int, list[int]]) -> Integers:
    """Return the angles (a, 3) of the water that is bonded to edges."""
    found = []
    for oxygen, cations in bonded.items():
        hydrogens = [n for n in cations if types[n] == "clayff:ho"]
        if len(hydrogens) == 2:
            found.append((hydrogens[0], oxygen, hydrogens[1]))
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def _check_coordination(types: Sequence[str], bonded: dict[int, list[int]]) -> None:
    count = {index: 0 for index, name in enumerate(types) if name in CATIONS}
    for cations in bonded.values():
        for cation in cations:
            count[cation] += 1
    wrong = [index for index, number in count.items() if number != CATIONS[types[index]][1]]
    if wrong:
        raise InvalidInputError(
            "the clay",
            [
                f"{types[index]} {index + 1} has {count[index]} oxygens instead of {CATIONS[types[index]][1]}"
                for index in wrong
            ],
        )
