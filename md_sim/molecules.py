"""Small molecules of the films: water and glycerol, with CHARMM36's types and charges."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from lab.arrays import Array, Integers
from md_sim.forcefields import data_file
from md_sim.systems import System
from md_sim.topology import angles_and_dihedrals

_GLYCEROL = (
    ("C1", "", "", "", 0.0, 0.0, 0.0),
    ("C2", "C1", "", "", 1.49, 0.0, 0.0),
    ("C3", "C2", "C1", "", 1.49, 111.0, 0.0),
    ("O1", "C1", "C2", "C3", 1.42, 109.5, 180.0),
    ("O2", "C2", "C1", "O1", 1.42, 109.5, 60.0),
    ("O3", "C3", "C2", "C1", 1.42, 109.5, 180.0),
    ("H11", "C1", "C2", "C3", 1.11, 109.5, 60.0),
    ("H12", "C1", "C2", "C3", 1.11, 109.5, -60.0),
    ("H2", "C2", "C1", "O1", 1.11, 109.5, -60.0),
    ("H31", "C3", "C2", "C1", 1.11, 109.5, 60.0),
    ("H32", "C3", "C2", "C1", 1.11, 109.5, -60.0),
    ("HO1", "O1", "C1", "C2", 0.96, 109.5, 180.0),
    ("HO2", "O2", "C2", "C1", 0.96, 109.5, 180.0),
    ("HO3", "O3", "C3", "C2", 0.96, 109.5, 180.0),
)
"""Each atom of glycerol with the three atoms that it is placed from, and its distance, angle and dihedral, angstrom and
degrees: lengths as in CHARMM36, angles tetrahedral, the backbone extended. Minimisation does the rest.
"""
_WATER = (0.9572, 104.52)
"""CHARMM's TIP3P: length of the bond, angstrom, and angle, degrees."""
_ROOM = 10.0
"""Edge of the cell of a molecule on its own, angstrom."""


@cache
def water() -> System:
    """Return a molecule of water (TIP3P as CHARMM has it)."""
    length, angle = _WATER
    half = np.radians(angle / 2)
    arm = length * np.array([np.sin(half), np.cos(half), 0.0])
    return molecule("water", {"OH2": np.zeros(3), "H1": arm, "H2": arm * [-1.0, 1.0, 1.0]})


@cache
def glycerol() -> System:
    """Return a molecule of glycerol with an extended backbone."""
    return molecule("glycerol", placed(_GLYCEROL))


def placed(rows: tuple[tuple[str, str, str, str, float, float, float], ...]) -> dict[str, Array]:
    """Return positions by name from internal coordinates.

    Args:
        rows: Name, the names of three atoms before it, nearest first, distance from the first, angle with the second
            and dihedral with the third. The first atom is at the origin, the second on x, the third in the x-y plane.
    """
    places: dict[str, Array] = {}
    for name, bonded, second, third, length, angle, dihedral in rows:
        if not bonded:
            places[name] = np.zeros(3)
            continue
        if not second:
            places[name] = places[bonded] + [length, 0.0, 0.0]
            continue
        along = unit(places[bonded] - places[second])
        side = places[second] - places[third] if third else np.array([0.0, 1.0, 0.0])
        normal = unit(np.cross(side, along))
        bend, turn = np.radians(angle), np.radians(dihedral)
        across = np.cos(turn) * np.cross(normal, along) + np.sin(turn) * normal
        places[name] = places[bonded] + length * (np.sin(bend) * across - np.cos(bend) * along)
    return places


def unit(vector: Array) -> Array:
    """Return a vector of length 1."""
    return np.asarray(vector / np.linalg.norm(vector))


def molecule(name: str, places: Mapping[str, Array]) -> System:
    """Return a molecule of CHARMM36's file, its atoms at the given places by name, its middle at the origin."""
    template: Mapping[str, Any] = data_file("charmm36.json")["residues"][name]
    index = {atom: n for n, (atom, _, _) in enumerate(template["atoms"])}
    bonds = np.array([(index[first], index[second]) for first, second in template["bonds"]], dtype=np.int64)
    angles, dihedrals = angles_and_dihedrals(bonds)
    positions = np.array([places[atom] for atom in index])
    return System(
        cell=_ROOM * np.eye(3),
        positions=positions - positions.mean(axis=0),
        types=tuple(kind for _, kind, _ in template["atoms"]),
        charges=np.array([charge for _, _, charge in template["atoms"]]),
        molecules=np.ones(len(index), dtype=np.int64),
        phases=(name,) * len(index),
        bonds=bonds,
        angles=angles,
        dihedrals=dihedrals,
        impropers=_rows(template, "impropers", index, 4),
        crossterms=_rows(template, "crossterms", index, 5),
    )


def _rows(template: Mapping[str, Any], what: str, index: Mapping[str, int], width: int) -> Integers:
    rows = [[index[atom] for atom in row] for row in template.get(what, ())]
    return np.array(rows, dtype=np.int64).reshape(-1, width)
