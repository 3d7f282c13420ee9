"""Running a mechanical test on a model, once: a finished run is found again by the hash of what decides it."""

import json
from pathlib import Path

import attrs
import numpy as np
from filelock import FileLock, Timeout

from lab.errors import WorkspaceError
from lab.files import write_atomically
from lab.hashing import sha256_of_json
from lab.seeds import derived_seed
from md_sim.curves import FIT_END, FIT_POINTS, GPA_PER_ATM, mechanics, read_curve, stress_strain
from md_sim.engine import ONE_PROCESS, Processors, Progress, StageFailedError, run_stage, wall_times
from md_sim.forcefields import ForceField, density
from md_sim.lammps_data import DataFile, data_file
from md_sim.load_cases import LoadCase, load_case_named
from md_sim.loader import lammps_version
from md_sim.models import model_named
from md_sim.profiles import TIMESTEP, Profile, profile_named
from md_sim.results import Relaxed, Result, read_result, write_result
from md_sim.scripts import DATA_FILE, Start, heat_script, load_script, relax_script, sample_interval
from md_sim.systems import System

SPECIFICATION_FILE = "run.json"


@attrs.frozen(eq=False)
class Plan:
    """A simulation that is fully decided, before anything is computed."""

    model: str
    case: LoadCase
    profile: Profile
    seed: int
    system: System
    field: ForceField
    data: DataFile
    processes: int

    def script(self, stage: str, start: Start) -> str:
        """Return the input script of a stage."""
        if stage == "heat":
            # LAMMPS takes seeds below 2^31.
            velocity_seed = 1 + derived_seed(self.seed, "velocities") % 900_000_000
            return heat_script(self.data, self.profile, start, velocity_seed)
        if stage == "relax":
            return relax_script(self.data, self.profile, start)
        return load_script(self.data, self.profile, self.case, start)

    @property
    def specification(self) -> dict[str, object]:
        """Everything that decides the outcome."""
        scripts = {stage: self.script(stage, Start(DATA_FILE)) for stage in ("heat", "relax", "load")}
        return {
            "model": self.model,
            "test": self.case.name,
            "profile": attrs.asdict(self.profile),
            "seed": self.seed,
            "force_field": self.field.sha256,
            "data": self.data.text,
            "scripts": scripts,
            "lammps": lammps_version(),
            "processes": self.processes,
        }

    @property
    def key(self) -> str:
        """Hash of the specification."""
        return sha256_of_json(self.specification)

    @property
    def folder_name(self) -> str:
        """Name of the simulation's folder."""
        return f"{self.model}-{self.case.name}-{self.profile.name}-seed{self.seed}-{self.key[:8]}"


def plan_test(model: str, test: str, profile: Profile, seed: int, processes: int = 1) -> Plan:
    """Build a model and decide everything about its test.

    Raises:
        UnknownNameError: If there is no such model or test.
        InvalidInputError: If the model cannot be simulated.
        OptionalPackageError: If LAMMPS is not installed.
    """
    chosen = model_named(model)
    system = chosen.system(large=profile.large, seed=seed)
    field = chosen.field()
    return Plan(
        model=model,
        case=load_case_named(test),
        profile=profile,
        seed=seed,
        system=system,
        field=field,
        data=data_file(system, field),
        processes=processes,
    )


def run_test(
    model: str,
    test: str,
    profile: str | Profile,
    seed: int,
    out: Path,
    *,
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
        processors: Processes and threads; more than one only where each has a core of its own.
        progress: Told about stage and share done, about twice a second.

    Returns:
        The result; where the simulation failed, with status "failed" and the reason, and what was computed before.

    Raises:
        UnknownNameError: If there is no such model, test or profile.
        OptionalPackageError: If LAMMPS is not installed.
        WorkspaceError: If the folder cannot be written or another process works in it.
    """
    chosen = profile_named(profile) if isinstance(profile, str) else profile
    plan = plan_test(model, test, chosen, seed, processors.processes)
    folder = out / plan.folder_name
    write_atomically(folder / ".keep", "")
    try:
        with FileLock(folder / "run.lock", timeout=0):
            return _run_locked(plan, folder, processors, progress)
    except Timeout as error:
        raise WorkspaceError(
            f"another process is running this simulation in {folder}", hint="wait for it, or choose another --out"
        ) from error


def _run_locked(plan: Plan, folder: Path, processors: Processors, progress: Progress | None) -> Result:
    finished = read_result(folder)
    if finished is not None and finished.key == plan.key:
        return finished
    specification = {name: value for name, value in plan.specification.items() if name != "data"}
    write_atomically(folder / SPECIFICATION_FILE, json.dumps({**specification, "key": plan.key}, indent=1))
    write_atomically(folder / DATA_FILE, plan.data.text)
    heat = plan.profile.steps(plan.profile.heating)
    ends = {
        "heat": heat,
        "relax": heat + plan.profile.steps(plan.profile.relaxation),
        "load": plan.profile.loading_steps,
    }
    reason = ""
    try:
        for stage, steps in ends.items():
            run_stage(
                folder,
                stage,
                lambda start, stage=stage: plan.script(stage, start),  # type: ignore[misc]
                steps=steps,
                processors=processors,
                progress=progress,
            )
    except StageFailedError as error:
        reason = f"{error.stage}: {error.reason}; see {error.log}"
    result = analysed(plan, folder, reason)
    write_result(folder, result)
    return result


def analysed(plan: Plan, folder: Path, reason: str = "") -> Result:
    """Return the result of what a simulation's folder holds.

    Args:
        plan: What was simulated.
        folder: Its folder.
        reason: Why it ended early; empty where it ended well.
    """
    load = read_curve(folder, "load")
    sample = sample_interval(plan.profile.loading_steps // plan.profile.points)
    curve = stress_strain(load, plan.case, plan.profile.rate, TIMESTEP, sample)
    fitted = int(np.sum(curve.strain <= FIT_END))
    return Result(
        key=plan.key,
        model=plan.model,
        test=plan.case.name,
        profile=plan.profile.name,
        seed=plan.seed,
        status="failed" if reason else "ok",
        reason=reason,
        force_field=plan.field.name,
        force_field_sources=plan.field.sources,
        atoms=len(plan.system),
        cell=(float(plan.system.cell[0, 0]), float(plan.system.cell[1, 1]), float(plan.system.cell[2, 2])),
        rate_per_s=plan.profile.rate,
        temperature_k=plan.profile.temperature,
        timestep_fs=TIMESTEP,
        versions={"lammps": lammps_version()},
        processes=plan.processes,
        wall_s=sum(wall_times(folder).values()),
        relaxed=_relaxed(plan, folder),
        mechanics=mechanics(curve) if fitted >= FIT_POINTS else None,
    )


def _relaxed(plan: Plan, folder: Path) -> Relaxed | None:
    """The cell at rest: means over the second half of the relaxation."""
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
    )
