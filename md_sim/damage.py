"""What a test has done to a model, read from its snapshots: torn sheets, chains that slip, gaps that open."""

from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array, Integers
from md_sim.clay_atoms import BOND_REACH
from md_sim.forcefields import element_of
from md_sim.frames import Frame
from md_sim.neighbours import near_pairs, nearest_vectors
from md_sim.systems import System

BROKEN = 1.15
"""A bond between cation and oxygen counts as broken beyond this multiple of the reach that made it a bond."""


Ends = tuple[Integers, Integers]
"""Atoms at the first and at the last end of a molecule of finite length along x."""


@attrs.frozen
class Damage:
    """The state of a model at one snapshot of a test."""

    strain: float
    crack: float | None
    """Broken cation-oxygen bonds over the number that a plane across the loading cuts: 1 is one clean crack through the
    sheet. None where there is no sheet."""
    chain_strain: float | None
    """Mean strain of the chains between their ends, along x; None where there are no finite chains."""
    platelet_strain: float | None
    """The same of the platelets; None where there are none of finite length."""
    opening: float
    """How much the widest empty layer across z has grown, angstrom."""
    widest_between: tuple[str, str]
    """Phases on both sides of that layer."""


@attrs.frozen(eq=False)
class Observer:
    """Compares snapshots with the first one."""

    system: System
    first: Frame
    sheet_bonds: Integers
    """(b, 2) cation and oxygen."""
    crossing: float
    """Number of sheet bonds that a plane across x cuts, on average."""
    chains: tuple[Ends, ...]
    platelets: tuple[Ends, ...]
    gap: float
    """Widest empty layer across z, angstrom."""

    def damage(self, frame: Frame, strain: float) -> Damage:
        """Return the damage at a snapshot."""
        width, sides = widest_layer(frame, self.system)
        return Damage(
            strain=strain,
            crack=self._crack(frame) if len(self.sheet_bonds) else None,
            chain_strain=self._strain(frame, self.chains),
            platelet_strain=self._strain(frame, self.platelets),
            opening=width - self.gap,
            widest_between=sides,
        )

    def _crack(self, frame: Frame) -> float:
        vectors = _bond_vectors(frame, self.sheet_bonds)
        reach = np.array([BOND_REACH[element_of(self.system.types[cation])] for cation in self.sheet_bonds[:, 0]])
        broken = np.linalg.norm(vectors, axis=1) > BROKEN * reach
        return float(broken.sum() / self.crossing)

    def _strain(self, frame: Frame, members: Sequence[Ends]) -> float | None:
        if not members:
            return None
        return float(np.mean([_span(frame, ends) / _span(self.first, ends) - 1 for ends in members]))


def _bond_vectors(frame: Frame, bonds: Integers) -> Array:
    return nearest_vectors(frame.positions[bonds[:, 1]] - frame.positions[bonds[:, 0]], frame.cell)


def _span(frame: Frame, ends: Ends) -> float:
    """Distance along x between the middles of both ends."""
    first, last = ends
    return float(frame.positions[last, 0].mean() - frame.positions[first, 0].mean())


def observer(system: System, first: Frame) -> Observer:
    """Return an observer that compares with a first snapshot."""
    bonds = sheet_bonds(system, first)
    vectors = _bond_vectors(first, bonds)
    return Observer(
        system=system,
        first=first,
        sheet_bonds=bonds,
        crossing=float(np.abs(vectors[:, 0]).sum() / first.cell[0, 0]) or 1.0,
        chains=finite_chains(system),
        platelets=finite_platelets(system),
        gap=widest_layer(first, system)[0],
    )


def sheet_bonds(system: System, frame: Frame) -> Integers:
    """Return the bonds (b, 2) between the sheet's cations and oxygens in a snapshot."""
    elements = np.array([element_of(name) for name in system.types])
    clay = system.in_phase("MMT")
    oxygens = np.flatnonzero(clay & (elements == "O"))
    found = []
    for element in ("Si", "Al", "Mg"):
        cations = np.flatnonzero(clay & (elements == element))
        if not len(cations):
            continue
        pairs, _ = near_pairs(frame.positions[cations], frame.positions[oxygens], frame.cell, BOND_REACH[element])
        found.append(np.column_stack([cations[pairs[:, 0]], oxygens[pairs[:, 1]]]))
    return np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)


_HEAD, _TAIL = 22, 23
"""Atoms of GLYCAM's 0GB and, at a chain's end, of the last 4GB with ROH."""


def finite_chains(system: System) -> tuple[Ends, ...]:
    """Return the atoms of the first and the last residue of every capped chain of cellulose."""
    ends = []
    for molecule in np.unique(system.molecules[system.in_phase("CNF")]):
        atoms = np.flatnonzero(system.molecules == molecule)
        hydroxyl_ends = len(atoms) % 21 == 3  # n residues of 21 atoms, and 3 more of the caps
        if hydroxyl_ends:
            ends.append((atoms[:_HEAD], atoms[-_TAIL:]))
    return tuple(ends)


_END, _GAP = 5.0, 5.0
"""Atoms of a platelet this near to its ends belong to them; endless sheets leave no gap this wide, angstrom."""


def finite_platelets(system: System) -> tuple[Ends, ...]:
    """Return the atoms at the first and the last edge of every platelet of finite length."""
    ends = []
    for molecule in np.unique(system.molecules[system.in_phase("MMT")]):
        atoms = np.flatnonzero(system.molecules == molecule)
        x = system.positions[atoms, 0]
        if np.ptp(x) < system.cell[0, 0] - _GAP:
            ends.append((atoms[x < x.min() + _END], atoms[x > x.max() - _END]))
    return tuple(ends)


def widest_layer(frame: Frame, system: System) -> tuple[float, tuple[str, str]]:
    """Return the widest layer across z without any nucleus, angstrom, and the phases below and above it.

    Ions do not bridge a gap: they stay on one side of it.
    """
    solid = ~system.in_phase("ion")
    height = frame.cell[2, 2]
    z = np.mod(frame.positions[solid, 2], height)
    order = np.argsort(z)
    gaps = np.diff(z[order], append=z[order[0]] + height)
    widest = int(np.argmax(gaps))
    phases = np.array(system.phases)[solid][order]
    return float(gaps[widest]), (str(phases[widest]), str(phases[(widest + 1) % len(phases)]))


def damages(system: System, frames: Sequence[Frame], strains: Array) -> tuple[Damage, ...]:
    """Return the damage at every snapshot against the first."""
    if not frames:
        return ()
    watch = observer(system, frames[0])
    return tuple(watch.damage(frame, float(strain)) for frame, strain in zip(frames, strains, strict=True))
