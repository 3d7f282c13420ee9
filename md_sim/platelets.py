"""Montmorillonite platelets of finite length, their edges closed with hydroxyl groups and water.

A platelet is cut along b between unit cells, which gives the {010} edges of smectites, and goes on without end along a.
Every cation keeps all its oxygens. Bonds that are cut leave oxygens with too little bond valence (Pauling: a cation of
charge z and coordination n gives z / n to each oxygen, which wants 2): those that lack one or more get hydrogens until
the platelet is neutral. So this edge gets two Si-OH, one Al-OH2 and one bare Si-O-Al group for each repeat along a, as
in the edge model of White & Zelazny, Clays and Clay Minerals 36, 141 (1988).
"""

import attrs
import numpy as np

from lab.arrays import Array, Integers
from lab.errors import InvalidInputError
from md_sim.clay_atoms import CATIONS, Atoms, bonded_oxygens
from md_sim.montmorillonite import HYDROXYL_LENGTH
from md_sim.neighbours import nearest_vectors

WANTED, HYDROGEN = 2.0, 1.0
"""Valence that an oxygen wants, and what a hydrogen gives."""
NARROWEST = 100.0
"""Smallest angle between a new O-H bond and another bond of its oxygen, degrees: between 100 and 115 in hydroxyls."""
# Formal charges by element, e.
FORMAL_CHARGES = {"Si": 4, "Al": 3, "Mg": 2, "H": 1, "Na": 1, "O": -2}
_DIRECTIONS = 400


def platelet(atoms: Atoms, cells: int, period: float) -> Atoms:
    """Cut a platelet out of a periodic sheet and close its edges.

    Args:
        atoms: A sheet without substitutions or ions, periodic along x, with a boundary between unit cells at x = 0.
        cells: Length of the platelet along x, in repeats of the sheet.
        period: The sheet's repeat along x, angstrom.

    Returns:
        The platelet in the same cell; its first edge is at x = 0.

    Raises:
        InvalidInputError: If the platelet is empty or leaves no gap.
    """
    there = round(float(atoms.box[0]) / period)
    if not 1 <= cells < there:
        raise InvalidInputError("the platelet", [f"{cells} of {there} unit cells leave no platelet with a gap"])
    inside = np.mod(atoms.positions[:, 0] + 1e-6, atoms.box[0]) < cells * period
    bonded = bonded_oxygens(atoms)
    kept_cations = {n for n in atoms.indices("Si", "Al", "Mg").tolist() if inside[n]}
    kept_oxygens = [n for n, near in bonded.items() if kept_cations & set(near)]
    hydrogens = [n for oxygen in kept_oxygens for n in bonded[oxygen] if atoms.elements[n] == "H"]
    chosen = sorted({*kept_cations, *kept_oxygens, *hydrogens})
    return _closed(_made_whole(atoms.only(chosen)))


def _made_whole(atoms: Atoms) -> Atoms:
    """Move atoms by whole cells along x so that the platelet does not cross the face of the cell."""
    x = atoms.positions[:, 0]
    order = np.sort(np.mod(x, atoms.box[0]))
    gaps = np.diff(order, append=order[0] + atoms.box[0])
    start = order[(int(np.argmax(gaps)) + 1) % len(order)]
    positions = atoms.positions.copy()
    positions[:, 0] = start + np.mod(x - start, atoms.box[0])
    return attrs.evolve(atoms, positions=positions)


def missing_valence(atoms: Atoms) -> dict[int, float]:
    """Return the valence that every oxygen lacks; negative where it has too much."""
    valence = {}
    for oxygen, near in bonded_oxygens(atoms).items():
        there = 0.0
        for n in near:
            formal, coordination = CATIONS[atoms.elements[n]]
            there += formal / coordination
        valence[oxygen] = WANTED - there
    return valence


def formal_charge(atoms: Atoms) -> int:
    """Return the charge of the formula, e."""
    return sum(FORMAL_CHARGES[element] for element in atoms.elements)


def _closed(atoms: Atoms) -> Atoms:
    """Add hydrogens to the oxygens that lack most valence, until the platelet is neutral."""
    missing = missing_valence(atoms)
    silicon = set(atoms.indices("Si").tolist())
    bridging = {oxygen for oxygen, near in bonded_oxygens(atoms).items() if silicon & set(near)}
    while formal_charge(atoms) < 0:
        # The weakest oxygen first; among equals one that has no silicon, as aluminium rather binds water.
        oxygen = max(missing, key=lambda n: (round(missing[n], 6), n not in bridging, -n))
        atoms = _with_hydrogen(atoms, oxygen)
        missing[oxygen] -= HYDROGEN
    return atoms


def _with_hydrogen(atoms: Atoms, oxygen: int) -> Atoms:
    """Add a hydrogen in the direction that is farthest from other atoms and not too near the oxygen's own bonds."""
    cell = np.diag(atoms.box)
    vectors = nearest_vectors(atoms.positions - atoms.positions[oxygen], cell)
    lengths = np.linalg.norm(vectors, axis=1)
    near = bonded_oxygens(atoms)[oxygen]
    others = np.flatnonzero((lengths < 6.0) & (np.arange(len(lengths)) != oxygen))
    directions = _sphere(_DIRECTIONS)
    bonds = vectors[near] / lengths[near, None]
    free = np.all(directions @ bonds.T <= np.cos(np.radians(NARROWEST)) + 1e-9, axis=1)
    candidates = directions[free] if free.any() else directions
    ends = HYDROXYL_LENGTH * candidates
    distances = np.linalg.norm(vectors[others][None] - ends[:, None], axis=2).min(axis=1)
    place = atoms.positions[oxygen] + ends[int(np.argmax(np.round(distances, 9)))]
    return atoms.plus("H", place[None])


def _sphere(count: int) -> Array:
    """Return directions (count, 3) spread evenly over the sphere (Fibonacci lattice)."""
    n: Integers = np.arange(count)
    z = 1 - (2 * n + 1) / count
    angle = np.pi * (1 + 5**0.5) * n
    radius = np.sqrt(1 - z**2)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), z])
