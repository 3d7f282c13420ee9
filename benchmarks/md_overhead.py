"""What filmlab adds to the wall time of LAMMPS: the same scripts run by `run_test` and by the bare program.

    python -m benchmarks.md_overhead [--model mmt] [--pairs 3] [--json OUT]

Each pair runs the model once through `run_test` (building, writing, watching, reading, analysing, drawing) and once by
calling `lmp` on the scripts that it wrote, in turns, in new folders. OUT: seconds of each, and "overhead", the median
over the pairs of the share that filmlab adds.
"""

import argparse
import json
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

#: A demo with a tenth of its loading: long enough that a second of filmlab's is a small share, as in real use.
PROFILE = attrs.evolve(profile_named("demo"), name="benchmark", relaxation=2.0, strain=0.03, points=15)


def through_filmlab(model: str, seed: int, folder: Path, profile: Profile) -> float:
    """Return the seconds that `run_test` takes."""
    began = time.perf_counter()
    result = run_test(model, "tension", profile, seed, folder)
    seconds = time.perf_counter() - began
    if result.status != "ok":
        raise RuntimeError(result.reason)
    return seconds


def bare(model: str, seed: int, folder: Path, profile: Profile) -> float:
    """Return the seconds that the bare program takes for the same scripts."""
    plan = plan_test(model, "tension", profile, seed)
    (folder / DATA_FILE).write_text(plan.data.text)
    before = (DATA_FILE, *(f"{stage}.restart" for stage in STAGES))
    for stage, start in zip(STAGES, before, strict=False):
        (folder / f"{stage}.in").write_text(plan.script(stage, Start(start)))
    began = time.perf_counter()
    for stage in STAGES:
        subprocess.run(
            Processors().command(f"{stage}.in", f"{stage}.log"),
            cwd=folder,
            env=lammps_environment(),
            stdin=subprocess.DEVNULL,
            check=True,
        )
    return time.perf_counter() - began


def measure(model: str, pairs: int, profile: Profile = PROFILE) -> dict[str, Any]:
    """Return the times of both, in turns."""
    times: dict[str, list[float]] = {"filmlab_s": [], "bare_s": []}
    for seed in range(1, pairs + 1):
        for name, way in (("filmlab_s", through_filmlab), ("bare_s", bare)):
            folder = Path(tempfile.mkdtemp())
            try:
                times[name].append(way(model, seed, folder, profile))
            finally:
                shutil.rmtree(folder)
    shares = [ours / theirs - 1 for ours, theirs in zip(times["filmlab_s"], times["bare_s"], strict=True)]
    return {**times, "overhead": statistics.median(shares), "model": model, "pairs": pairs}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mmt")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.model, arguments.pairs)
    print(json.dumps(found, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
