"""Running a mechanical test on a model, once: a finished run is found again by the hash of what decides it."""

import importlib.metadata
import json
from functools import partial
from pathlib import Path

import attrs
from filelock import FileLock, Timeout

from lab.errors import WorkspaceError
from lab.files import workspace_error, write_atomically
from md_sim.analysis import analyse
from md_sim.atom_files import write_snapshots
from md_sim.engine import ONE_PROCESS, Processors, Progress, StageFailedError, check_cores, run_stage, wall_times
from md_sim.forcefields import mass_fractions
from md_sim.frames import forget_cut_frames, frame_files
from md_sim.lammps_data import CMAP_FILE
from md_sim.loader import lammps_version, potential_file
from md_sim.pictures import draw, movie
from md_sim.plans import Plan, plan_test
from md_sim.profiles import TIMESTEP, Profile, profile_named
from md_sim.rerun import RerunFailedError
from md_sim.results import Result, read_result, write_result
from md_sim.room import check_room, forget_incomplete
from md_sim.scripts import DATA_FILE

SPECIFICATION_FILE = "run.json"
MOVIE_FILE = "movie.gif"


def run_test(
    model: str,
    test: str,
    profile: str | Profile,
    seed: int,
    out: Path,
    *,
    field: str | None = None,
    processors: Processors = ONE_PROCESS,
    progress: Progress | None = None,
) -> Result:
    """Put a model through a mechanical test; a finished one is read, a killed one goes on from its checkpoint.

    Args:
        model: One of `models.MODELS`.
        test: One of `load_cases.LOAD_CASES`.
        profile: One of `profiles.PROFILES`, or one of your own.
        seed: Seed of the substitution and the velocities.
        out: Folder that gets a folder for this simulation.
        field: Set of force fields, one of the model's `fields`; the default if left out.
        processors: Processes and threads; more than one only where each has a core of its own.
        progress: Told about stage and share done, about twice a second.

    Returns:
        The result; where the simulation failed, with status "failed" and the reason, and what was computed before.

    Raises:
        UnknownNameError: If there is no such model, test or profile, or the model has no such force field.
        InvalidInputError: If the computer has fewer cores than are asked for, or not the starter.
        OptionalPackageError: If LAMMPS is not installed.
        WorkspaceError: If the disk is full, the folder cannot be written or another process works in it.
    """
    chosen = profile_named(profile) if isinstance(profile, str) else profile
    return run_plan(plan_test(model, test, chosen, seed, processors.processes, field=field), out, processors, progress)


def run_plan(plan: Plan, out: Path, processors: Processors = ONE_PROCESS, progress: Progress | None = None) -> Result:
    """Run a simulation that is decided; see `run_test`.

    Raises:
        InvalidInputError: If the computer has fewer cores than are asked for, or not the starter.
        OptionalPackageError: If LAMMPS is not installed.
        WorkspaceError: If the disk is full, the folder cannot be written or another process works in it.
    """
    check_cores(processors)
    folder = out / plan.folder_name
    write_atomically(folder / ".keep", "")
    try:
        with FileLock(folder / "run.lock", timeout=0):
            return _run_locked(plan, folder, processors, progress)
    except Timeout as error:
        raise WorkspaceError(
            f"another process is running this simulation in {folder}", hint="wait for it, or choose another --out"
        ) from error
    except OSError as error:  # the disk has filled up while something was written; what is there is whole
        raise workspace_error(folder, error) from error


def _run_locked(plan: Plan, folder: Path, processors: Processors, progress: Progress | None) -> Result:
    finished = read_result(folder)
    if finished is not None and finished.key == plan.key and finished.lasting:
        return finished
    specification = {name: value for name, value in plan.specification.items() if name != "data"}
    write_atomically(folder / SPECIFICATION_FILE, json.dumps({**specification, "key": plan.key}, indent=1))
    write_atomically(folder / DATA_FILE, plan.data.text)
    if plan.data.has_crossterms:
        write_atomically(folder / CMAP_FILE, potential_file(CMAP_FILE).read_text(encoding="utf-8"))
    heat = plan.profile.steps(plan.profile.heating)
    ends = {
        "heat": heat,
        "relax": heat + plan.profile.steps(plan.profile.relaxation),
        "load": plan.profile.loading_steps,
    }
    reason, lasting = "", True
    forget_incomplete(plan, folder)
    check_room(plan, folder)
    try:
        for stage, steps in ends.items():
            run_stage(
                folder,
                stage,
                partial(plan.script, stage),
                steps=steps,
                processors=processors,
                progress=progress,
            )
        if forget_incomplete(plan, folder):
            reason, lasting = "load: LAMMPS has not written all its files; is the disk full?", False
    except StageFailedError as error:
        reason, lasting = f"{error.stage}: {error.reason}; see {error.log}", error.lasting
    result = _result(plan, folder, reason, lasting)
    write_result(folder, result)
    return result


def _result(plan: Plan, folder: Path, reason: str, lasting: bool) -> Result:
    """Return the result of what a simulation's folder holds, ended well or not."""
    forget_cut_frames(folder)
    analysis = analyse(plan, folder)
    write_snapshots(plan, folder, analysis)
    if plan.profile.pictures and frame_files(folder):
        try:
            movie(draw(folder, plan.data), folder / MOVIE_FILE)
        except RerunFailedError as error:
            analysis = attrs.evolve(analysis, notes=(*analysis.notes, f"no pictures: {error}"))
    lengths = plan.system.cell.diagonal().tolist()
    return Result(
        key=plan.key,
        model=plan.model,
        test=plan.case.name,
        profile=plan.profile.name,
        seed=plan.seed,
        status="failed" if reason else "ok",
        reason=reason,
        lasting=lasting,
        composition=mass_fractions(plan.system, plan.field),
        force_field=plan.field.name,
        force_field_sources=plan.field.sources,
        force_field_sha256=plan.field.sha256,
        atoms=len(plan.system),
        cell=(lengths[0], lengths[1], lengths[2]),
        rate_per_s=plan.profile.rate,
        temperature_k=plan.profile.temperature,
        timestep_fs=TIMESTEP,
        versions={"lammps": lammps_version(), "filmlab": importlib.metadata.version("filmlab")},
        processes=plan.processes,
        wall_s=sum(wall_times(folder).values()),
        analysis=analysis,
    )
