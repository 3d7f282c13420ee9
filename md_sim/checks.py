"""Checks that a system can be simulated."""

import numpy as np

from lab.errors import InvalidInputError
from md_sim.neighbours import near_pairs
from md_sim.systems import System

SHORTEST_DISTANCE = 0.7
"""Two atoms closer than this overlap, angstrom: the shortest bond in any model is O-H with 0.96."""
NEUTRAL = 1e-6
"""A total charge smaller than this is rounding, e."""


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
        faults += _overlaps(system)
    if faults:
        raise InvalidInputError("the atomic model", faults, hint="choose another size or distance between the parts")


def _overlaps(system: System) -> list[str]:
    pairs, vectors = near_pairs(system.positions, system.positions, system.cell, SHORTEST_DISTANCE)
    distances = np.linalg.norm(vectors, axis=1)
    # Every atom is near itself, and every pair is found from both sides.
    found = np.flatnonzero((pairs[:, 0] < pairs[:, 1]) | ((pairs[:, 0] == pairs[:, 1]) & (distances > 0)))
    if not len(found):
        return []
    worst = int(found[np.argmin(distances[found])])
    first, second = pairs[worst]
    return [
        f"{len(found)} pairs of atoms overlap, worst {system.types[first]} {first + 1} and "
        f"{system.types[second]} {second + 1} at {distances[worst]:.2f} angstrom"
    ]
