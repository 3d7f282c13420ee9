"""A study through SLURM's commands; stand-ins for them start every job here at once."""

import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.md, pytest.mark.slow]

SBATCH = """#!/bin/sh
setsid sh "$1" > "$1.stdout" 2> "$1.stderr" &
echo "$!" >> "$QUEUE/jobs"
echo "Submitted batch job $!"
"""
STATES = """#!/bin/sh
for job in $(cat "$QUEUE/jobs"); do kill -0 "$job" 2>/dev/null && echo "$job R" || echo "$job CD"; done
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- "-$job"; done
"""
CODE = """
import sys
from pathlib import Path
from md_sim.engine import Processors
from md_sim.sites import Site
from md_sim.studies import run_study, tasks_of

if __name__ == "__main__":
    tasks = tasks_of("smoke", models=["mmt"], tests=["tension", "peel"], seeds=[1])
    starter = Processors(starter=("env", "-u", "NOTHING"))
    setup = f"export PATH={Path(sys.executable).parent}:$PATH"
    site = Site(kind="slurm", jobs=2, address="127.0.0.1", processors=starter, setup=setup)
    print([outcome.result.status for outcome in run_study(tasks, Path(sys.argv[1]), site=site)])
"""


def test_a_study_asks_a_queue_for_as_many_jobs_as_it_may_have(tmp_path):
    pytest.importorskip("parsl", reason="Parsl (extra md) is not installed")
    for name, script in (("sbatch", SBATCH), ("squeue", STATES), ("sacct", STATES), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "study.py").write_text(CODE)
    answer = subprocess.run(
        [sys.executable, str(tmp_path / "study.py"), str(tmp_path / "out")],
        env={**os.environ, "QUEUE": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == "['ok', 'ok']"
    assert len((tmp_path / "jobs").read_text().split()) == 2
