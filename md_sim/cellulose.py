"""Cellulose I-beta: chains of the crystal, endless through the cell's faces or finite, capped and staggered.

The chain axis c lies on x, a on y, and b, tilted by gamma, in the y-z plane.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from md_sim.forcefields import data_file
from md_sim.systems import System
from md_sim.topology import angles_and_dihedrals

HYDROXYL_LENGTH = 0.96
"""Length of an O-H bond in GLYCAM06, angstrom."""
KINDS = ("origin", "centre")
"""Chains of the unit cell."""


@attrs.frozen
class Lattice:
    """Cell parameters of cellulose I-beta, angstrom and degrees."""

    a: float
    b: float
    c: float
    gamma: float

    @property
    def vectors(self) -> Array:
        """(3, 3): the crystal's a, b and c as rows, in the axes of the simulation."""
        angle = np.radians(self.gamma)
        return np.array([[0.0, self.a, 0.0], [0.0, self.b * np.cos(angle), self.b * np.sin(angle)], [self.c, 0.0, 0.0]])

    def cell(self, cells: tuple[int, int, int]) -> Array:
        """Return the simulation cell (3, 3) of a block of unit cells along c, a and b."""
        a, b, c = self.vectors
        return np.array([c * cells[0], a * cells[1], b * cells[2]])


@attrs.frozen
class Chain:
    """A chain of the crystal."""

    kind: str
    """"origin" or "centre"."""
    along_a: int
    along_b: int
    gap_at: int | None = None
    """Residue at which the gap of a finite chain begins; None for an endless chain."""


@cache
def _crystal() -> Mapping[str, Any]:
    return data_file("cellulose_ibeta.json")


@cache
def _templates(field: str) -> Mapping[str, Any]:
    return data_file(f"{field}.json")["residues"]


@cache
def experimental_lattice() -> Lattice:
    """Return the cell parameters that were measured at room temperature."""
    raw = _crystal()
    return Lattice(a=raw["a"], b=raw["b"], c=raw["c"], gamma=raw["gamma"])


def staggered(cells: tuple[int, int, int]) -> tuple[Chain, ...]:
    """Return finite chains for a block: each begins half a chain's length away from its neighbours along a and b."""
    return tuple(
        Chain(kind, i, j, gap_at=((i + j) % 2) * cells[0])
        for j in range(cells[2])
        for i in range(cells[1])
        for kind in KINDS
    )


def endless(cells: tuple[int, int, int]) -> tuple[Chain, ...]:
    """Return chains for a block that go on through the faces of the cell."""
    return tuple(Chain(kind, i, j) for j in range(cells[2]) for i in range(cells[1]) for kind in KINDS)


def chains_of(
    cells: tuple[int, int, int], chains: Iterable[Chain], *, gap: int = 1, field: str = "glycam06j"
) -> System:
    """Build chains of cellulose I-beta.

    Args:
        cells: Unit cells along c (x), a (y) and b (z).
        chains: Which chains, for example `endless(cells)` or `staggered(cells)`; any other choice makes a fibril of
            another shape.
        gap: Residues that are left out at the gap of a finite chain.
        field: Force field whose types and charges the atoms get.

    Returns:
        The chains in the block's cell, each a molecule.

    Raises:
        InvalidInputError: If the block is empty or the chains are shorter than two residues.
    """
    chosen = tuple(chains)
    faults = []
    if min(cells) < 1 or not chosen:
        faults.append(f"{cells[0]} x {cells[1]} x {cells[2]} unit cells with {len(chosen)} chains hold no cellulose")
    if any(chain.gap_at is not None for chain in chosen) and not 1 <= gap <= 2 * cells[0] - 2:
        faults.append(f"a gap of {gap} in {2 * cells[0]} residues leaves no chain of at least two")
    if faults:
        raise InvalidInputError("cellulose", faults, hint="choose a longer block or a smaller gap")
    cell = experimental_lattice().cell(cells)
    return _joined([_chain(chain, cells[0], gap, field) for chain in chosen], cell)


@attrs.define(eq=False)
class _Builder:
    """A chain in the making: residues are added one after the other."""

    field: str
    types: list[str] = attrs.field(factory=list)
    charges: list[float] = attrs.field(factory=list)
    positions: list[Array] = attrs.field(factory=list)
    bonds: list[tuple[int, int]] = attrs.field(factory=list)

    def add(self, residue: str, atoms: Mapping[str, Array]) -> dict[str, int]:
        """Append a residue's atoms and inner bonds; return the index of each atom by name."""
        template = _templates(self.field)[residue]
        index = {}
        for name, kind, charge in template["atoms"]:
            index[name] = len(self.types)
            self.types.append(kind)
            self.charges.append(charge)
            self.positions.append(atoms[name])
        self.bonds += [(index[first], index[second]) for first, second in template["bonds"]]
        return index


def _joined(chains: Sequence[_Builder], cell: Array) -> System:
    first = np.cumsum([0, *(len(chain.types) for chain in chains)])
    bonds = np.array([(i + n, j + n) for chain, n in zip(chains, first, strict=False) for i, j in chain.bonds])
    angles, dihedrals = angles_and_dihedrals(bonds)
    return System(
        cell=cell,
        positions=np.concatenate([np.array(chain.positions) for chain in chains]),
        types=tuple(name for chain in chains for name in chain.types),
        charges=np.array([charge for chain in chains for charge in chain.charges]),
        molecules=np.repeat(np.arange(1, len(chains) + 1), [len(chain.types) for chain in chains]),
        phases=("CNF",) * int(first[-1]),
        bonds=bonds.astype(np.int64),
        angles=angles,
        dihedrals=dihedrals,
    )


def residue_atoms(chain: Chain, number: int) -> dict[str, Array]:
    """Return the atoms of a residue of the crystal, by GLYCAM's names.

    Args:
        chain: The chain.
        number: Which residue; half of a unit cell each, any integer.
    """
    vectors = experimental_lattice().vectors
    turned = number % 2 == 1
    middle = np.array([1.0, 1.0, 0.0]) if chain.kind == "centre" else np.zeros(3)
    shift = np.array([chain.along_a, chain.along_b, (number - turned) / 2])
    atoms = {}
    for name, fraction in _crystal()[chain.kind].items():
        place = np.array(fraction)
        if turned:
            place = middle + place * [-1.0, -1.0, 1.0] + [0.0, 0.0, 0.5]
        atoms[name] = (place + shift) @ vectors
    return atoms


def _chain(chain: Chain, cells: int, gap: int, field: str) -> _Builder:
    """Build a chain residue by residue, C1 bonded to O4 of the next."""
    built, period = _Builder(field), 2 * cells
    # In CHARMM the last residue has charges of its own.
    end = "last" if "last" in _templates(field) else "4GB"
    if chain.gap_at is None:
        index = [built.add("4GB", residue_atoms(chain, number)) for number in range(period)]
        built.bonds.append((index[-1]["C1"], index[0]["O4"]))
    else:
        first, last = chain.gap_at + gap, chain.gap_at + period - 1
        head = residue_atoms(chain, first)
        head["H4O"] = _towards(head["O4"], residue_atoms(chain, first - 1)["C1"])
        index = [built.add("0GB", head)]
        index += [
            built.add("4GB" if number < last else end, residue_atoms(chain, number))
            for number in range(first + 1, last + 1)
        ]
        after = residue_atoms(chain, last + 1)
        cap = built.add("ROH", {"O1": after["O4"], "HO1": _towards(after["O4"], after["C4"])})
        built.bonds.append((index[-1]["C1"], cap["O1"]))
    built.bonds += [(left["C1"], right["O4"]) for left, right in pairwise(index)]
    return built


def _towards(oxygen: Array, other: Array) -> Array:
    """Return the place of a hydrogen on an oxygen, in the direction of the atom whose place it takes."""
    bond = other - oxygen
    return np.asarray(oxygen + HYDROXYL_LENGTH * bond / np.linalg.norm(bond))
