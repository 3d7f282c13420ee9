"""Running LAMMPS as a program of its own: stages, checkpoints, and what went wrong where it did."""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import attrs

from lab.errors import InvalidInputError, OptionalPackageError
from lab.files import workspace_error, write_atomically
from md_sim.loader import EXTRA, lammps_binary, lammps_environment, mpiexec
from md_sim.scripts import DATA_FILE, STAGES, Start

Progress = Callable[[str, float], None]
"""Called with the stage and its share that is done, 0 to 1."""

_TIMINGS = "timings.json"
_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent dies."""


@attrs.frozen
class Processors:
    """How many processes and threads a simulation uses, and how politely.

    One process with one thread is the default: several are faster only where each has a core of its own.

    Args:
        processes: MPI processes of a simulation.
        threads: OpenMP threads of a process.
        nice: How much lower than others' its priority is, 0 to 19.
        starter: Command that starts the processes, for example ``("srun",)`` on a cluster; LAMMPS' command line is
            appended. Empty for the `mpiexec` that is installed with LAMMPS.
    """

    processes: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    threads: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    nice: int = attrs.field(default=0, validator=[attrs.validators.ge(0), attrs.validators.le(19)])
    starter: tuple[str, ...] = ()

    def command(self, script: str, log: str) -> list[str]:
        """Return the command line that runs a script.

        Raises:
            OptionalPackageError: If LAMMPS, or MPI where it is asked for, is not installed.
        """
        command = []
        if self.nice:
            command += ["nice", "-n", str(self.nice)]
        if self.starter:
            command += self.starter
        elif self.processes > 1:
            starter = mpiexec()
            if starter is None:
                raise OptionalPackageError("mpich", EXTRA)
            command += [str(starter), "-n", str(self.processes)]
        command += [str(lammps_binary()), "-in", script, "-log", log, "-screen", "none", "-nocite"]
        if self.threads > 1:
            return [*command, "-sf", "omp", "-pk", "omp", str(self.threads)]
        return [*command, "-sf", "opt"]


ONE_PROCESS = Processors()
"""The default."""


def check_cores(processors: Processors, simulations: int = 1) -> None:
    """Check that every process and thread that is started on this computer has a core of its own.

    Args:
        processors: Of each simulation; those with a starter of their own run elsewhere.
        simulations: How many run side by side.

    Raises:
        InvalidInputError: If there are fewer cores. MPI's processes wait for each other by turning round: with more of
            them than cores a simulation is many times slower, and with thousands the computer stands still.
    """
    there = os.cpu_count() or 1
    wanted = simulations * processors.processes * processors.threads
    if processors.starter or wanted <= there:
        return
    raise InvalidInputError(
        "the processors",
        [
            f"{simulations} x {processors.processes} processes x {processors.threads} threads need {wanted} cores, "
            f"and this computer has {there}"
        ],
        hint="choose fewer; each has to have a core of its own",
    )


class StageFailedError(Exception):
    """LAMMPS stopped. A fact about the simulation, which `runs.run_test` records.

    Args:
        stage: The stage.
        reason: LAMMPS' own words, or how it ended.
        log: Name of the log file.
        lasting: Whether the same run would fail again; not where it was killed or the disk was full.
    """

    def __init__(self, stage: str, reason: str, log: str, *, lasting: bool) -> None:
        super().__init__(f"{stage}: {reason}")
        self.lasting = lasting
        self.stage = stage
        self.reason = reason
        self.log = log


def stage_done(folder: Path, stage: str) -> bool:
    """Return whether a stage has ended well."""
    return (folder / f"{stage}.restart").exists()


def stage_starts(folder: Path, stage: str) -> list[Start]:
    """Return where a stage can start from, best first: its newest checkpoint, the other one, its beginning."""
    segment = len(list(folder.glob(f"{stage}.log.*")))
    checkpoints = [path for name in "ab" if (path := folder / f"{stage}.{name}.restart").exists()]
    checkpoints.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    before = STAGES.index(stage)
    first = DATA_FILE if before == 0 else f"{STAGES[before - 1]}.restart"
    starts = [Start(path.name, resumed=True, segment=segment) for path in checkpoints]
    return [*starts, Start(first, segment=segment)]


def run_stage(
    folder: Path,
    stage: str,
    script: Callable[[Start], str],
    *,
    steps: int,
    processors: Processors = ONE_PROCESS,
    progress: Progress | None = None,
) -> None:
    """Run a stage to its end, from its newest usable checkpoint; does nothing where it is done.

    Args:
        folder: Folder of the simulation.
        stage: One of `STAGES`.
        script: Makes the input script for a start.
        steps: Time step at which the stage ends, for the progress.
        processors: Processes and threads.
        progress: Told about twice a second.

    Raises:
        StageFailedError: If LAMMPS stops with an error.
        InvalidInputError: If this computer does not have the starter of the processes.
        OptionalPackageError: If LAMMPS is not installed.
        WorkspaceError: If the disk is full.
    """
    if stage_done(folder, stage):
        return
    starts = stage_starts(folder, stage)
    for attempt, start in enumerate(starts):
        current = attrs.evolve(start, segment=start.segment + attempt)
        log = f"{stage}.log.{current.segment}"
        write_atomically(folder / f"{stage}.in", script(current))
        code = _run(folder, stage, log, steps=steps, processors=processors, progress=progress)
        if code == 0 and stage_done(folder, stage):
            return
        reason = failure_reason(folder, log, code)
        lasting = _DISK_FULL not in reason and (_crashed(code) or bool(_errors(folder, log)))
        unreadable = current.resumed and lasting and last_step(folder / log) == 0
        if not unreadable:
            raise StageFailedError(stage, reason, log, lasting=lasting)
        # A kill while LAMMPS wrote this checkpoint; the other one, or the stage's beginning, is whole.
        (folder / current.file).unlink(missing_ok=True)


def _die_with_parent() -> None:
    """Ask Linux to kill LAMMPS when this process dies, so that a killed run leaves no second writer behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _run(
    folder: Path,
    stage: str,
    log: str,
    *,
    steps: int,
    processors: Processors,
    progress: Progress | None,
) -> int:
    """Run LAMMPS on the stage's input script and return its exit code."""
    command = processors.command(f"{stage}.in", log)
    began = time.monotonic()
    try:
        with (folder / f"{stage}.out").open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=lammps_environment(processors.threads),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  no threads are held here, and nothing is imported
            )
    except OSError as error:
        if error.filename == command[0]:
            fault = f"{command[0]} cannot be started: {error.strerror}"
            raise InvalidInputError("the processors", [fault], hint="name a starter that this computer has") from error
        raise workspace_error(folder, error) from error
    try:
        while True:
            try:
                return process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                if progress is not None:
                    progress(stage, min(1.0, last_step(folder / log) / max(1, steps)))
    finally:
        if process.poll() is None:
            # Interrupted: LAMMPS, and its MPI processes, must not live on.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        _add_time(folder, stage, time.monotonic() - began)


def _add_time(folder: Path, stage: str, seconds: float) -> None:
    times = wall_times(folder)
    times[stage] = times.get(stage, 0.0) + seconds
    write_atomically(folder / _TIMINGS, json.dumps(times, indent=1))


def wall_times(folder: Path) -> dict[str, float]:
    """Return the wall time of every stage so far, s, over all its starts."""
    path = folder / _TIMINGS
    if not path.exists():
        return {}
    return {str(key): float(value) for key, value in json.loads(path.read_text()).items()}


def last_step(log: Path) -> int:
    """Return the last time step that a log file tells of; 0 where there is none yet."""
    if not log.exists():
        return 0
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        tail = file.read().decode(errors="replace")
    found = re.findall(r"^\s*(\d+)(?:\s+[-+.\deE]+){5,}\s*$", tail, re.MULTILINE)
    return int(found[-1]) if found else 0


_DISK_FULL = "the disk is full"
_ADVICE = (
    ("Lost atoms", "atoms left the cell: the model exploded"),
    ("Out of range atoms", "atoms moved too far in one step: the model exploded"),
    ("Shake determinant", "rigid bonds were torn apart: the model exploded"),
    ("Bond atoms", "bonded atoms flew apart: the model exploded"),
    ("Bond atom missing", "bonded atoms flew apart: the model exploded"),
    ("Non-numeric", "a pressure or position is not a number: the model exploded"),
    ("Fix halt condition", "the temperature rose beyond the limit"),
    ("No space left", _DISK_FULL),
)


def failure_reason(folder: Path, log: str, code: int) -> str:
    """Return why LAMMPS stopped: the last error in its log in its own words, with what it means."""
    errors = _errors(folder, log)
    if not errors:
        ended = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"LAMMPS ended with {ended} and no message"
    for pattern, meaning in _ADVICE:
        if pattern in errors[0]:
            return f"{meaning} ({errors[0]})"
    return errors[0]


def _errors(folder: Path, log: str) -> list[str]:
    """Return the errors that LAMMPS tells in a log or on its screen; none where it was killed."""
    texts = [path.read_text(errors="replace") for path in (folder / log, *folder.glob("*.out")) if path.exists()]
    return [line.strip() for text in texts for line in text.splitlines() if line.startswith("ERROR")]


_CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE})
"""How a program ends that has read nonsense; other signals come from outside."""


def _crashed(code: int) -> bool:
    """Whether an exit code is that of a crash: Python's, a shell's (128 more) or MPI's (the signal's own number)."""
    return {-code, code - 128, code} & _CRASHES != set()
