"""Hydrogen bonds by geometry, counted by the kinds of molecules that they join.

A donor oxygen D with its hydrogen H is bonded to an acceptor oxygen A where D-A is at most 3.5 angstrom and the angle
D-H-A at least 150 degrees, the criterion of MDAnalysis' HydrogenBondAnalysis with these cutoffs, which a test compares.
"""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from lab.arrays import Integers
from md_sim.forcefields import ForceField, elements
from md_sim.frames import Frame
from md_sim.neighbours import near_pairs
from md_sim.systems import System

DISTANCE, ANGLE = 3.5, 150.0
"""Longest distance between donor and acceptor, angstrom, and smallest angle at the hydrogen, degrees."""


@attrs.frozen(eq=False)
class Donors:
    """What can form hydrogen bonds in a system."""

    pairs: Integers
    """(d, 2) indices of a donor oxygen and its hydrogen."""
    acceptors: Integers
    """(a,) indices of oxygens."""


def donors_of(system: System, field: ForceField) -> Donors:
    """Return the O-H bonds and the oxygens of a system."""
    names = elements(system, field)
    pairs = []
    for first, second in system.bonds.tolist():
        for oxygen, hydrogen in ((first, second), (second, first)):
            if names[oxygen] == "O" and names[hydrogen] == "H":
                pairs.append((oxygen, hydrogen))
    oxygens = [index for index, name in enumerate(names) if name == "O"]
    return Donors(np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(oxygens, dtype=np.int64))


@attrs.frozen(eq=False)
class HydrogenBonds:
    """The hydrogen bonds of a snapshot."""

    atoms: Integers
    """(h, 3) indices of donor, hydrogen and acceptor."""
    shifts: Integers
    """(h, 3) faces of the cell that lie between donor and acceptor along each cell vector, of whole molecules."""

    def __len__(self) -> int:
        return len(self.atoms)


def hydrogen_bonds(frame: Frame, donors: Donors) -> HydrogenBonds:
    """Return the hydrogen bonds of a snapshot."""
    found, to_acceptor = near_pairs(
        frame.positions[donors.pairs[:, 0]], frame.positions[donors.acceptors], frame.cell, DISTANCE
    )
    donor, hydrogen = donors.pairs[found[:, 0]].T
    acceptor = donors.acceptors[found[:, 1]]
    # Molecules are whole, so the hydrogen is beside its oxygen.
    to_hydrogen = frame.positions[hydrogen] - frame.positions[donor]
    onwards = to_acceptor - to_hydrogen
    lengths = np.linalg.norm(to_hydrogen, axis=1) * np.linalg.norm(onwards, axis=1)
    cosine = -(to_hydrogen * onwards).sum(axis=1) / np.maximum(lengths, 1e-12)
    bonded = (donor != acceptor) & (cosine <= np.cos(np.radians(ANGLE)))
    direct = frame.positions[acceptor] - frame.positions[donor]
    shifts = np.round((to_acceptor - direct) @ np.linalg.inv(frame.cell)).astype(np.int64)
    return HydrogenBonds(np.column_stack([donor, hydrogen, acceptor])[bonded], shifts[bonded])


_ENDLESS = {"CNF": 1, "MMT": 2}
"""Cell vectors along which a molecule of a phase goes on through the cell's faces: chains by x, sheets by x and y."""


def _kind(donor: int, acceptor: int, shift: Sequence[int], system: System) -> str:
    phases = sorted((system.phases[donor], system.phases[acceptor]))
    same = system.molecules[donor] == system.molecules[acceptor]
    inside = same and not any(shift[_ENDLESS.get(phases[0], 0) :])
    return f"{phases[0]} inside" if inside else "-".join(phases)


def bonds_by_kind(bonds: HydrogenBonds, system: System) -> Mapping[str, frozenset[tuple[int, int]]]:
    """Return the hydrogen bonds, as pairs of hydrogen and acceptor, by kind.

    Kinds are the phases on both sides in alphabetic order, "CNF-CNF", "CNF-MMT", "MMT-MMT", for bonds between two
    chains or sheets, a periodic image beside or above being another one, and "CNF inside", "MMT inside" for those
    within a chain or sheet.
    """
    found: dict[str, set[tuple[int, int]]] = {}
    for (donor, hydrogen, acceptor), shift in zip(bonds.atoms.tolist(), bonds.shifts.tolist(), strict=True):
        found.setdefault(_kind(donor, acceptor, shift, system), set()).add((hydrogen, acceptor))
    return {kind: frozenset(found[kind]) for kind in sorted(found)}


def between(kinds: Mapping[str, frozenset[tuple[int, int]]]) -> frozenset[tuple[int, int]]:
    """Return the bonds between molecules."""
    return frozenset().union(*(bonds for kind, bonds in kinds.items() if not kind.endswith(" inside")))
