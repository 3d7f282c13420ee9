"""Angles and dihedrals that follow from bonds."""

import numpy as np

from lab.arrays import Integers


def angles_and_dihedrals(bonds: Integers) -> tuple[Integers, Integers]:
    """Return every angle (a, 3) and every proper dihedral (d, 4) of a graph of bonds (b, 2), each once.

    Four atoms in a ring of three are no dihedral; such rings do not occur here.
    """
    near: dict[int, list[int]] = {}
    for first, second in bonds.tolist():
        near.setdefault(first, []).append(second)
        near.setdefault(second, []).append(first)
    angles = [
        (left, apex, right)
        for apex, bonded in sorted(near.items())
        for n, left in enumerate(bonded)
        for right in bonded[n + 1 :]
    ]
    dihedrals = [
        (start, first, second, end)
        for first, second in bonds.tolist()
        for start in near[first]
        for end in near[second]
        if start != second and end not in {first, start}
    ]
    return (
        np.array(angles, dtype=np.int64).reshape(-1, 3),
        np.array(dihedrals, dtype=np.int64).reshape(-1, 4),
    )
