"""Snapshots for other programs: extended XYZ files, an ASE database, and a three-dimensional view."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lab.errors import WorkspaceError
from md_sim.analysis import Analysis
from md_sim.forcefields import elements
from md_sim.frames import Frame, read_frames
from md_sim.plans import Plan
from md_sim.profiles import TIMESTEP
from md_sim.results import Result

ATOMS_FILE = "snapshots.extxyz"
MOMENTS = ("start", "peak", "end")
"""Moments of the test that are written."""


def to_ase(plan: Plan, frame: Frame, **info: Any) -> Any:
    """Return a snapshot as `ase.Atoms`, with types, charges, molecules and phases as arrays."""
    from ase import Atoms

    system = plan.system
    atoms = Atoms(
        symbols=list(elements(system, plan.field)), positions=frame.positions, cell=frame.cell, pbc=True, info=info
    )
    atoms.wrap()
    atoms.set_initial_charges(system.charges)
    atoms.set_array("type", np.array(system.types))
    atoms.set_array("molecule", system.molecules)
    atoms.set_array("phase", np.array(system.phases))
    return atoms


def write_snapshots(plan: Plan, folder: Path, analysis: Analysis) -> None:
    """Write the snapshots at the start, at the highest stress and at the end of the test as one extended XYZ file."""
    from ase.io import write

    frames = read_frames(folder)
    if not frames:
        return
    strains = [frame.step * TIMESTEP * plan.profile.rate * 1e-15 for frame in frames]
    at_peak = analysis.mechanics.strain_at_strength if analysis.mechanics else strains[-1]
    chosen = (0, int(np.argmin(np.abs(np.array(strains) - at_peak))), len(frames) - 1)
    about = {"model": plan.model, "test": plan.case.name, "profile": plan.profile.name, "seed": plan.seed}
    images = [
        to_ase(plan, frames[n], **about, strain=strains[n], moment=moment)
        for n, moment in zip(chosen, MOMENTS, strict=True)
    ]
    write(folder / ATOMS_FILE, images, format="extxyz")


def read_snapshots(folder: Path) -> dict[str, Any]:
    """Return a simulation's snapshots as `ase.Atoms` by moment; empty where none were written."""
    from ase.io import read

    path = folder / ATOMS_FILE
    if not path.exists():
        return {}
    return {atoms.info["moment"]: atoms for atoms in read(path, index=":", format="extxyz")}


def write_database(path: Path, runs: Sequence[tuple[Path, Result]]) -> int:
    """Write simulations into an ASE database (SQLite), one row for each, with its last snapshot.

    Rows can be searched by model, test, profile, seed, status and the numbers of `Result.summary`. A simulation that is
    in the database already is left as it is.

    Args:
        path: The database, ``md.db``; made where it is missing.
        runs: Folders and results.

    Returns:
        Number of rows added.

    Raises:
        WorkspaceError: If it cannot be written, as where the disk is full.
    """
    try:
        return _write_database(path, runs)
    except sqlite3.Error as error:
        raise WorkspaceError(
            f"cannot write {path}: {error}", hint="check the disk, then run the same command again"
        ) from error


def _write_database(path: Path, runs: Sequence[tuple[Path, Result]]) -> int:
    from ase.db import connect

    added = 0
    with connect(path) as database:
        for folder, result in runs:
            images = read_snapshots(folder)
            run_key = f"sha256:{result.key}"
            if not images or database.count(run_key=run_key):
                continue
            summary = result.summary()
            plain = {
                name: value
                for name, value in summary.items()
                if isinstance(value, int | float | str) and value != "" and name != "atoms"
            }
            database.write(images["end"], run_key=run_key, data={"summary": summary}, **plain)
            added += 1
    return added
