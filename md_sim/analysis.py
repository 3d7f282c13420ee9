"""From the files of a simulation to its result: curve, hydrogen bonds, energies, damage, failure mode."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from lab.arrays import Array
from lab.csv_files import write_csv
from md_sim.curves import (
    FIT_END,
    FIT_POINTS,
    GPA_PER_ATM,
    Mechanics,
    StressStrain,
    mechanics,
    read_curve,
    stress_strain,
)
from md_sim.damage import Damage, damages
from md_sim.failure import Failure, failure
from md_sim.forcefields import density
from md_sim.frames import Frame, read_frames
from md_sim.hydrogen_bonds import between, bonds_by_kind, donors_of, hydrogen_bonds
from md_sim.models import model_named
from md_sim.plans import Plan
from md_sim.profiles import TIMESTEP
from md_sim.rerun import RerunFailedError, interaction_energies
from md_sim.scripts import sample_interval

Bonds = Mapping[str, frozenset[tuple[int, int]]]

CURVE_FILE = "curve.csv"
SNAPSHOT_FILE = "snapshots.csv"
ENERGIES = ("ebond", "eangle", "edihed", "evdwl", "ecoul", "elong")
"""Energies that the curve file carries, kcal/mol."""


@attrs.frozen
class LatticeLength:
    """A repeat of a crystal after relaxation, beside the measured one."""

    name: str
    relaxed: float
    measured: float

    @property
    def error(self) -> float:
        """Relative difference."""
        return self.relaxed / self.measured - 1


@attrs.frozen
class Relaxed:
    """The model at rest, before the test."""

    lengths: tuple[float, float, float]
    """Cell lengths, angstrom, mean over the second half of the relaxation."""
    density: float
    """Density, g/cm^3."""
    stress_gpa: tuple[float, float, float]
    """Remaining normal stresses, tension positive."""
    lattice: tuple[LatticeLength, ...]
    """The crystals' repeats."""


@attrs.frozen
class Snapshot:
    """What was counted in a snapshot of the test."""

    strain: float
    hydrogen_bonds: Mapping[str, int]
    """Number by kind, see `hydrogen_bonds.bonds_by_kind`; "between", the number between molecules; "kept", how many of
    these were there at the start."""
    damage: Damage
    interaction: float | None = None
    """Energy between clay and cellulose, kcal/mol; None where there are not both."""


@attrs.frozen
class Analysis:
    """Everything that was read from a simulation's files."""

    relaxed: Relaxed | None
    mechanics: Mechanics | None
    failure: Failure | None
    hydrogen_bonds: Mapping[str, Mapping[str, int]]
    """See `Snapshot.hydrogen_bonds`, at "start", "peak" and "end"; empty where there are no snapshots."""
    energies: Mapping[str, Mapping[str, float]]
    """Change of each energy term from the start to the "peak" and to the "end", kcal/mol."""
    interaction: float | None
    """Energy between clay and cellulose at the start of the test, kcal/mol; None where there are not both."""
    notes: tuple[str, ...]
    """What could not be computed or means little, and why."""


def analyse(plan: Plan, folder: Path) -> Analysis:
    """Read a simulation's files, as far as it came, and write its tables.

    Args:
        plan: What was simulated.
        folder: Its folder; gets `CURVE_FILE` and `SNAPSHOT_FILE`.
    """
    columns = read_curve(folder, "load")
    sample = sample_interval(plan.profile.loading_steps // plan.profile.points)
    curve = stress_strain(columns, plan.case, plan.profile.rate, TIMESTEP, sample)
    notes: list[str] = []
    snapshots = _snapshots(plan, folder, notes)
    fitted = int(np.sum((curve.strain <= FIT_END) & np.isfinite(curve.stress)))
    found = mechanics(curve) if fitted >= FIT_POINTS and np.all(np.isfinite(curve.stress)) else None
    notes.extend(found.doubts() if found else ())
    _write_curve(folder, curve, columns)
    _write_snapshots(folder, snapshots)
    return Analysis(
        relaxed=_relaxed(plan, folder),
        mechanics=found,
        failure=failure(found, [snapshot.damage for snapshot in snapshots], plan.case) if found else None,
        hydrogen_bonds=_bonds_at(snapshots, found) if found else {},
        energies=_energies_at(curve, columns, found) if found else {},
        interaction=snapshots[0].interaction if snapshots else None,
        notes=tuple(notes),
    )


def _relaxed(plan: Plan, folder: Path) -> Relaxed | None:
    columns = read_curve(folder, "relax")
    half = len(columns["step"]) // 2
    if not half:
        return None
    mean = {name: float(values[half:].mean()) for name, values in columns.items()}
    lengths = (mean["lx"], mean["ly"], mean["lz"])
    return Relaxed(
        lengths=lengths,
        density=density(plan.system.in_cell(np.diag(lengths)), plan.field),
        stress_gpa=(-mean["pxx"] * GPA_PER_ATM, -mean["pyy"] * GPA_PER_ATM, -mean["pzz"] * GPA_PER_ATM),
        lattice=tuple(
            LatticeLength(repeat.name, lengths[repeat.axis] / repeat.count, repeat.measured)
            for repeat in model_named(plan.model).repeats(plan.profile.large)
        ),
    )


def _snapshots(plan: Plan, folder: Path, notes: list[str]) -> tuple[Snapshot, ...]:
    frames = read_frames(folder)
    strains = np.array([_strain(plan, frame) for frame in frames])
    donors = donors_of(plan.system, plan.field)
    energies: Mapping[int, float] = {}
    if frames and {"CNF", "MMT"} <= set(plan.system.phases):
        try:
            energies = interaction_energies(folder, plan.data, plan.system)
        except RerunFailedError as error:
            notes.append(f"no interaction energies: {error}")
    kinds = [bonds_by_kind(hydrogen_bonds(frame, donors), plan.system) for frame in frames]
    return tuple(
        Snapshot(
            strain=damage.strain,
            hydrogen_bonds=_counts(bonds, first=kinds[0]),
            damage=damage,
            interaction=energies.get(frame.step),
        )
        for frame, bonds, damage in zip(frames, kinds, damages(plan.system, frames, strains), strict=True)
    )


def _counts(bonds: Bonds, first: Bonds) -> dict[str, int]:
    there = between(bonds)
    counts = {kind: len(pairs) for kind, pairs in bonds.items()}
    return {**counts, "between": len(there), "kept": len(there & between(first))}


def _strain(plan: Plan, frame: Frame) -> float:
    return frame.step * TIMESTEP * plan.profile.rate * 1e-15


def _nearest(strains: Sequence[float] | Array, strain: float) -> int:
    return int(np.argmin(np.abs(np.asarray(strains) - strain)))


def _bonds_at(snapshots: Sequence[Snapshot], found: Mechanics) -> dict[str, Mapping[str, int]]:
    if not snapshots:
        return {}
    peak = _nearest([snapshot.strain for snapshot in snapshots], found.strain_at_strength)
    chosen = {"start": snapshots[0], "peak": snapshots[peak], "end": snapshots[-1]}
    return {name: snapshot.hydrogen_bonds for name, snapshot in chosen.items()}


def _energies_at(curve: StressStrain, columns: Mapping[str, Array], found: Mechanics) -> dict[str, dict[str, float]]:
    """Changes of the energy terms against the beginning, each a mean over a window of half the modulus' fit."""
    strain, width = curve.strain, FIT_END / 2
    windows = {
        "start": strain <= width,
        "peak": np.abs(strain - found.strain_at_strength) <= width / 2,
        "end": strain >= strain[-1] - width,
    }
    means = {at: {name: float(columns[name][inside].mean()) for name in ENERGIES} for at, inside in windows.items()}
    return {at: {name: means[at][name] - means["start"][name] for name in ENERGIES} for at in ("peak", "end")}


def _write_curve(folder: Path, curve: StressStrain, columns: Mapping[str, Array]) -> None:
    names = ("strain", "stress_gpa", "temperature_k", *(f"{name}_kcal_mol" for name in ENERGIES))
    values = np.column_stack([curve.strain, curve.stress, columns["temp"], *(columns[name] for name in ENERGIES)])
    write_csv(folder / CURVE_FILE, names, [[f"{value:.6g}" for value in row] for row in values.tolist()])


def _write_snapshots(folder: Path, snapshots: Sequence[Snapshot]) -> None:
    kinds = sorted({kind for snapshot in snapshots for kind in snapshot.hydrogen_bonds})
    names = ("strain", *kinds, "crack", "chain_strain", "platelet_strain", "opening_angstrom", "interaction_kcal_mol")
    rows = [
        [
            f"{snapshot.strain:.6g}",
            *(snapshot.hydrogen_bonds.get(kind, 0) for kind in kinds),
            *(
                "" if value is None else f"{value:.6g}"
                for value in (
                    snapshot.damage.crack,
                    snapshot.damage.chain_strain,
                    snapshot.damage.platelet_strain,
                    snapshot.damage.opening,
                    snapshot.interaction,
                )
            ),
        ]
        for snapshot in snapshots
    ]
    write_csv(folder / SNAPSHOT_FILE, names, rows)
