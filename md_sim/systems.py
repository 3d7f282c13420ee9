"""A system of atoms as a value: positions, cell, force-field types, charges, bonds; angstrom and elementary charges."""

from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array, Integers, Mask


def _indices(width: int) -> Integers:
    return np.empty((0, width), dtype=np.int64)


@attrs.frozen(eq=False)
class System:
    """Atoms in a periodic cell."""

    cell: Array
    """(3, 3) cell vectors as rows; lower triangular, as LAMMPS wants them."""
    positions: Array
    """(n, 3)."""
    types: tuple[str, ...]
    """Force-field type of every atom, "clayff:ob"."""
    charges: Array
    """(n,)."""
    molecules: Integers
    """(n,) number of the molecule, chain or sheet, from 1."""
    phases: tuple[str, ...]
    """Phase of every atom: CNF, MMT, ion, water, glycerol or gelatin."""
    bonds: Integers = attrs.field(factory=lambda: _indices(2))
    """(b, 2) indices of bonded atoms."""
    angles: Integers = attrs.field(factory=lambda: _indices(3))
    """(a, 3) indices, the apex in the middle."""
    dihedrals: Integers = attrs.field(factory=lambda: _indices(4))
    """(d, 4) indices along the chain of bonds."""
    impropers: Integers = attrs.field(factory=lambda: _indices(4))
    """(i, 4) indices; the angle is that between the planes of the first and of the last three."""
    crossterms: Integers = attrs.field(factory=lambda: _indices(5))
    """(x, 5) indices of a peptide's backbone: C, N, CA, C, N, whose two dihedrals have an energy together."""

    def __len__(self) -> int:
        return len(self.types)

    @property
    def volume(self) -> float:
        """Volume of the cell, cubic angstrom."""
        return float(abs(np.linalg.det(self.cell)))

    def in_phase(self, phase: str) -> Mask:
        """Return a mask (n,) of the atoms of a phase."""
        return np.array([name == phase for name in self.phases], dtype=bool)

    def moved(self, shift: Array | Sequence[float]) -> "System":
        """Return the system with all atoms moved by a vector (3,), or each by its own (n, 3)."""
        return attrs.evolve(self, positions=self.positions + np.asarray(shift, dtype=float))

    def in_cell(self, cell: Array) -> "System":
        """Return the system with the same Cartesian positions in another cell."""
        return attrs.evolve(self, cell=np.asarray(cell, dtype=float))


def joined(systems: Sequence[System], cell: Array) -> System:
    """Return several systems as one, in a common cell; molecules are numbered on.

    Args:
        systems: At least one system; positions are kept as they are.
        cell: (3, 3) cell vectors of the whole.
    """
    atoms = np.cumsum([0, *(len(system) for system in systems)])
    molecules = np.cumsum([0, *(int(system.molecules.max(initial=0)) for system in systems)])
    parts = list(zip(systems, atoms, molecules, strict=False))
    return System(
        cell=np.asarray(cell, dtype=float),
        positions=np.concatenate([system.positions for system in systems]),
        types=tuple(name for system in systems for name in system.types),
        charges=np.concatenate([system.charges for system in systems]),
        molecules=np.concatenate([system.molecules + first for system, _, first in parts]),
        phases=tuple(name for system in systems for name in system.phases),
        bonds=np.concatenate([system.bonds + first for system, first, _ in parts]),
        angles=np.concatenate([system.angles + first for system, first, _ in parts]),
        dihedrals=np.concatenate([system.dihedrals + first for system, first, _ in parts]),
        impropers=np.concatenate([system.impropers + first for system, first, _ in parts]),
        crossterms=np.concatenate([system.crossterms + first for system, first, _ in parts]),
    )
