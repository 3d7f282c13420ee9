"""Room on the disk: LAMMPS goes on without a word when it cannot write, so it is asked for before and checked after."""

import shutil
from pathlib import Path

from lab.errors import WorkspaceError
from md_sim.curves import read_curve
from md_sim.engine import stage_done
from md_sim.frames import read_frames
from md_sim.plans import Plan

_SNAPSHOT, _CHECKPOINTS, _REST = 100, 3500, 20_000_000
"""Bytes of an atom in a snapshot, and in all checkpoints together; bytes of everything else."""


def room_needed(plan: Plan) -> int:
    """Return about how many bytes a simulation writes."""
    return len(plan.system) * (_SNAPSHOT * plan.profile.frames + _CHECKPOINTS) + _REST


def check_room(plan: Plan, folder: Path) -> None:
    """Check that a simulation has room for its files.

    Raises:
        WorkspaceError: If it has not.
    """
    free, needed = shutil.disk_usage(folder).free, room_needed(plan)
    if free < needed:
        raise WorkspaceError(
            f"the disk of {folder} has {free / 1e6:.0f} MB left, and this simulation needs about {needed / 1e6:.0f} MB",
            hint="make room, or choose another folder; what was computed is kept",
        )


def forget_incomplete(plan: Plan, folder: Path) -> bool:
    """Undo a test whose files do not hold all of it, so that it is run again from the relaxed model.

    Returns:
        Whether there was one.
    """
    if not stage_done(folder, "load"):
        return False
    steps = plan.profile.loading_steps
    snapshots = steps // max(1, steps // plan.profile.frames) + 1
    if len(read_curve(folder, "load")["step"]) >= plan.profile.points and len(read_frames(folder)) >= snapshots:
        return False
    for path in folder.glob("load.*"):
        path.unlink()
    return True
