"""What filmlab adds to the wall time of LAMMPS: the same scripts run by `run_test` and by the bare program.

    python -m benchmarks.md_overhead [--model mmt] [--pairs 3] [--memory] [--json OUT]

Each pair runs the model once through `run_test` (building, writing, watching, reading, analysing, drawing) and once by
calling `lmp` on the scripts that it wrote, in turns, in new folders. OUT: seconds of each, and "overhead", the median
over the pairs of the share that filmlab adds; the same of processor time, which a busy machine does not change much.
--memory measures the peak memory of both programs instead, in a few steps of the model's full size.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs

from md_sim.engine import Processors
from md_sim.loader import lammps_environment
from md_sim.plans import plan_test
from md_sim.profiles import Profile, profile_named
from md_sim.runs import run_test
from md_sim.scripts import DATA_FILE, STAGES, Start

PROFILE = profile_named("demo")
"""What people run; a shorter one would be mostly starts and ends."""


@attrs.frozen
class Seconds:
    """What something took."""

    wall: float
    cpu: float
    """Of this process and those that it started."""


def now() -> Seconds:
    """Return the present reading of both clocks."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Seconds(time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in usage))


def since(began: Seconds) -> Seconds:
    """Return what has passed."""
    ended = now()
    return Seconds(ended.wall - began.wall, ended.cpu - began.cpu)


def through_filmlab(model: str, seed: int, folder: Path, profile: Profile) -> Seconds:
    """Return what `run_test` takes."""
    began = now()
    result = run_test(model, "tension", profile, seed, folder)
    taken = since(began)
    if result.status != "ok":
        raise RuntimeError(result.reason)
    return taken


def bare(model: str, seed: int, folder: Path, profile: Profile) -> Seconds:
    """Return what the bare program takes for the same scripts."""
    plan = plan_test(model, "tension", profile, seed)
    (folder / DATA_FILE).write_text(plan.data.text)
    before = (DATA_FILE, *(f"{stage}.restart" for stage in STAGES))
    for stage, start in zip(STAGES, before, strict=False):
        (folder / f"{stage}.in").write_text(plan.script(stage, Start(start)))
    began = now()
    for stage in STAGES:
        subprocess.run(
            Processors().command(f"{stage}.in", f"{stage}.log"),
            cwd=folder,
            env=lammps_environment(),
            stdin=subprocess.DEVNULL,
            check=True,
        )
    return since(began)


def measure(model: str, pairs: int, profile: Profile = PROFILE) -> dict[str, Any]:
    """Return the times of both, in turns."""
    times: dict[str, list[Seconds]] = {"filmlab": [], "bare": []}
    for seed in range(1, pairs + 1):
        for name, way in (("filmlab", through_filmlab), ("bare", bare)):
            folder = Path(tempfile.mkdtemp())
            try:
                times[name].append(way(model, seed, folder, profile))
            finally:
                shutil.rmtree(folder)
    both = list(zip(times["filmlab"], times["bare"], strict=True))
    return {
        **{f"{name}_s": [one.wall for one in found] for name, found in times.items()},
        **{f"{name}_cpu_s": [one.cpu for one in found] for name, found in times.items()},
        "overhead": statistics.median(ours.wall / theirs.wall - 1 for ours, theirs in both),
        "overhead_cpu": statistics.median(ours.cpu / theirs.cpu - 1 for ours, theirs in both),
        "model": model,
        "pairs": pairs,
    }


def memory(model: str) -> dict[str, Any]:
    """Return the peak memory of a few steps of a model of full size, MB."""
    few = attrs.evolve(
        PROFILE, heating=0.02, relaxation=0.02, strain=0.0006, points=3, frames=3, minimisation=5, pictures=True
    )
    folder = Path(tempfile.mkdtemp())
    try:
        result = run_test(model, "tension", few, 1, folder)
    finally:
        shutil.rmtree(folder)
    if result.status != "ok":
        raise RuntimeError(result.reason)
    # Linux counts in KiB.
    peak = {
        "lammps_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6,
        "filmlab_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }
    return {**peak, "model": model, "atoms": result.atoms}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mmt")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = memory(arguments.model) if arguments.memory else measure(arguments.model, arguments.pairs)
    print(json.dumps(found, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
