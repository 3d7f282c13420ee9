"""Atoms of a clay before a force field gives them types, and the bonds between its cations and oxygens."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from lab.arrays import Array, Integers, Mask
from md_sim.neighbours import near_pairs

CATIONS = {"Si": (4, 4), "Al": (3, 6), "Mg": (2, 6), "H": (1, 1)}
"""Formal charge and coordination number of the cations."""
BOND_REACH = {"Si": 2.0, "Al": 2.4, "Mg": 2.4, "H": 1.2}
"""Bonds to oxygen are shorter than this, angstrom: in the crystal Si-O is 1.62, Al-O 1.92, O-H 1.0, and next
neighbours are beyond 2.5.
"""

Bonded = Mapping[int, Sequence[int]]
"""The cations and hydrogens (indices) bonded to every oxygen (index)."""


@attrs.frozen(eq=False)
class Atoms:
    """Atoms of a clay before they are typed, in a rectangular cell."""

    elements: tuple[str, ...]
    """Si, Al, Mg, O, H or Na; sodium is an ion between the sheets."""
    positions: Array
    """(n, 3), angstrom."""
    box: Array
    """(3,) cell lengths, angstrom."""
    sites: tuple[str, ...]
    """Place of every atom in pyrophyllite's unit cell, "Si1+"; empty where it has none there."""

    def indices(self, *elements: str) -> Integers:
        """Return the indices of the atoms of some elements."""
        return np.flatnonzero(np.isin(np.array(self.elements), elements))

    def only(self, chosen: Sequence[int]) -> "Atoms":
        """Return some of the atoms in the same cell."""
        return attrs.evolve(
            self,
            elements=tuple(self.elements[n] for n in chosen),
            positions=self.positions[np.asarray(chosen, dtype=np.int64)],
            sites=tuple(self.sites[n] for n in chosen),
        )

    def plus(self, element: str, positions: Array) -> "Atoms":
        """Return the atoms with others (m, 3) of an element that have no site in the crystal."""
        return attrs.evolve(
            self,
            elements=(*self.elements, *[element] * len(positions)),
            positions=np.concatenate([self.positions, positions]),
            sites=(*self.sites, *[""] * len(positions)),
        )

    def are(self, element: str) -> Mask:
        """Return a mask (n,) of the atoms of an element."""
        return np.array(self.elements) == element


def bonded_oxygens(atoms: Atoms) -> dict[int, list[int]]:
    """Return the cations and hydrogens (indices) bonded to every oxygen (index)."""
    oxygens = atoms.indices("O")
    bonded: dict[int, list[int]] = {int(index): [] for index in oxygens}
    for element, reach in BOND_REACH.items():
        cations = atoms.indices(element)
        pairs, _ = near_pairs(atoms.positions[cations], atoms.positions[oxygens], np.diag(atoms.box), reach)
        for cation, oxygen in pairs.tolist():
            bonded[int(oxygens[oxygen])].append(int(cations[cation]))
    return bonded
