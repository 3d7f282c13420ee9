"""A system of atoms as a value: positions, cell, force-field types, charges, bonds; angstrom and elementary charges."""

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from lab.errors import InvalidInputError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Phases that a system is made of; every atom belongs to one.
PHASES = ("CNF", "MMT", "ion")
#: Two atoms closer than this overlap, angstrom: the shortest bond in any model is O-H with 0.96.
SHORTEST_DISTANCE = 0.7
#: A total charge smaller than this is rounding, e.
NEUTRAL = 1e-6


def _indices(width: int) -> Integers:
    return np.empty((0, width), dtype=np.int64)


@attrs.frozen(eq=False)
class System:
    """Atoms in a periodic cell."""

    cell: Floats
    """(3, 3) cell vectors as rows; lower triangular, as LAMMPS wants them."""
    positions: Floats
    """(n, 3)."""
    types: tuple[str, ...]
    """Force-field type of every atom, "clayff:ob"."""
    charges: Floats
    """(n,)."""
    molecules: Integers
    """(n,) number of the molecule, chain or sheet, from 1."""
    phases: tuple[str, ...]
    """Phase of every atom, one of `PHASES`."""
    bonds: Integers = attrs.field(factory=lambda: _indices(2))
    """(b, 2) indices of bonded atoms."""
    angles: Integers = attrs.field(factory=lambda: _indices(3))
    """(a, 3) indices, the apex in the middle."""
    dihedrals: Integers = attrs.field(factory=lambda: _indices(4))
    """(d, 4) indices along the chain of bonds."""

    def __len__(self) -> int:
        return len(self.types)

    @property
    def volume(self) -> float:
        """Volume of the cell, cubic angstrom."""
        return float(abs(np.linalg.det(self.cell)))

    def in_phase(self, phase: str) -> npt.NDArray[np.bool_]:
        """Return a mask (n,) of the atoms of a phase."""
        return np.array([name == phase for name in self.phases], dtype=bool)

    def moved(self, shift: Sequence[float]) -> "System":
        """Return the system with all atoms moved by a vector."""
        return attrs.evolve(self, positions=self.positions + np.asarray(shift, dtype=float))

    def in_cell(self, cell: Floats) -> "System":
        """Return the system with the same Cartesian positions in another cell."""
        return attrs.evolve(self, cell=np.asarray(cell, dtype=float))

    def stretched_to(self, cell: Floats) -> "System":
        """Return the system with positions that follow the cell into another shape."""
        fractions = self.positions @ np.linalg.inv(self.cell)
        return attrs.evolve(self, cell=np.asarray(cell, dtype=float), positions=fractions @ cell)


def joined(systems: Sequence[System], cell: Floats) -> System:
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
    )


def nearest_image(vectors: Floats, box: Floats) -> Floats:
    """Return vectors (..., d) between nearest images in a rectangular cell with lengths (d,)."""
    return np.asarray(vectors - box * np.round(vectors / box))


def neighbours_within(points: Floats, others: Floats, box: Floats, reach: float) -> list[list[int]]:
    """Return for every point (n, 3) the indices of the others (m, 3) within a distance, in a rectangular cell (3,)."""
    if not len(points) or not len(others):
        return [[] for _ in points]
    tree = cKDTree(_wrapped(others, box), boxsize=box)
    return [sorted(tree.query_ball_point(point, reach)) for point in _wrapped(points, box)]


def _wrapped(positions: Floats, box: Floats) -> Floats:
    inside = np.mod(positions, box)
    # Rounding may leave a coordinate on the upper face, which the tree refuses.
    return np.asarray(np.where(inside >= box, 0.0, inside))


def closest_pairs(system: System, within: float) -> tuple[Integers, Floats]:
    """Return all pairs of atoms (p, 2) closer than a distance, across cell faces too, and their distances (p,).

    Args:
        system: The atoms.
        within: Distance, angstrom; less than half the cell's smallest height.
    """
    from ase.neighborlist import primitive_neighbor_list

    first, second, distance = primitive_neighbor_list(
        "ijd", [True, True, True], system.cell, system.positions, within, self_interaction=False
    )
    once = first < second
    return np.column_stack([first[once], second[once]]).astype(np.int64), np.asarray(distance[once], dtype=float)


def check_system(system: System) -> None:
    """Check that a system can be simulated.

    Raises:
        InvalidInputError: If atoms overlap, the charge is not zero, the cell is not right-handed and lower triangular,
            or a number is not finite. All faults are named at once.
    """
    faults = []
    upper = system.cell[np.triu_indices(3, 1)]
    if np.any(np.abs(upper) > 1e-9) or np.any(np.diag(system.cell) <= 0):
        faults.append("the cell is not lower triangular with a positive diagonal")
    if not np.all(np.isfinite(system.positions)):
        faults.append(f"{int(np.sum(~np.isfinite(system.positions).all(axis=1)))} atoms have no finite position")
    total = float(system.charges.sum())
    if not abs(total) < NEUTRAL:
        faults.append(f"the total charge is {total:+.6f} e and has to be zero")
    if not faults:
        pairs, distances = closest_pairs(system, SHORTEST_DISTANCE)
        if len(pairs):
            worst = int(np.argmin(distances))
            first, second = pairs[worst]
            faults.append(
                f"{len(pairs)} pairs of atoms overlap, worst {system.types[first]} {first + 1} and "
                f"{system.types[second]} {second + 1} at {distances[worst]:.2f} angstrom"
            )
    if faults:
        raise InvalidInputError("the atomic model", faults, hint="choose another size or distance between the parts")
