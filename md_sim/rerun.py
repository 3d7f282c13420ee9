"""Second passes of LAMMPS over stored snapshots: interaction energies and pictures."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lab.arrays import Mask
from md_sim.engine import ONE_PROCESS, Processors, failure_reason
from md_sim.frames import frame_files
from md_sim.lammps_data import DataFile
from md_sim.loader import lammps_environment
from md_sim.scripts import DATA_FILE, interactions_of, kspace_of, reading_of
from md_sim.systems import System


class RerunFailedError(Exception):
    """LAMMPS stopped while it read snapshots again."""


def interaction_script(data: DataFile, system: System, dumps: Sequence[str]) -> str:
    """Return a script that computes the energy between clay, with its ions, and cellulose at every snapshot.

    The clay and its ions are neutral together, and so is the cellulose, so that the energy in reciprocal space is that
    of two neutral groups.
    """
    groups = {
        "clay": _ranges(system.in_phase("MMT") | system.in_phase("ion")),
        "cellulose": _ranges(system.in_phase("CNF")),
    }
    return "\n".join(
        [
            "units real",
            "atom_style full",
            *interactions_of(data),
            *reading_of(data, DATA_FILE),
            kspace_of(),
            *(f"group {group} id {ids}" for group, ids in groups.items()),
            "compute between cellulose group/group clay kspace yes",
            "thermo_style custom step c_between",
            "thermo 1",
            f"rerun {' '.join(dumps)} dump x y z box yes",
            "",
        ]
    )


def _ranges(chosen: Mask) -> str:
    """The numbers of atoms in LAMMPS' words: first:last of every run of neighbours."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(int)))
    return " ".join(f"{first + 1}:{last}" for first, last in edges.reshape(-1, 2).tolist())


def interaction_energies(folder: Path, data: DataFile, system: System) -> dict[int, float]:
    """Return the energy between clay and cellulose, kcal/mol, by time step of the snapshots of the test.

    Raises:
        RerunFailedError: If LAMMPS stops.
    """
    dumps = [path.name for path in frame_files(folder)]
    log = "interaction.log"
    (folder / "interaction.in").write_text(interaction_script(data, system, dumps), encoding="utf-8")
    run_again(folder, "interaction.in", log, ONE_PROCESS)
    rows = re.findall(r"^\s*(\d+)\s+(-?[\d.]+(?:[eE][-+]?\d+)?)\s*$", (folder / log).read_text(), re.MULTILINE)
    return {int(step): float(energy) for step, energy in rows}


def run_again(folder: Path, script: str, log: str, processors: Processors) -> None:
    """Run a script in a folder.

    Raises:
        RerunFailedError: If LAMMPS stops.
    """
    answer = subprocess.run(
        processors.command(script, log),
        cwd=folder,
        env=lammps_environment(processors.threads),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if answer.returncode:
        raise RerunFailedError(f"{log}: {failure_reason(folder, log, answer.returncode)}")
