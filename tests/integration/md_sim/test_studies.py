"""A study through Parsl, in a process of its own: Parsl's threads outlive a test."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.md, pytest.mark.slow]

CODE = """
import json, sys
from pathlib import Path
from md_sim.sites import Site
from md_sim.studies import run_study, tasks_of

if __name__ == "__main__":
    told = []
    tasks = tasks_of("smoke", models=["mmt"], tests=["tension", "peel"], seeds=[1])
    outcomes = run_study(tasks, Path(sys.argv[1]), site=Site(workers=2), progress=told.append)
    again = run_study(tasks[:1], Path(sys.argv[1]))
    print(json.dumps({
        "status": [outcome.result.status for outcome in outcomes],
        "tests": [outcome.task.test for outcome in outcomes],
        "told": len(told),
        "same": again[0].result == outcomes[0].result,
    }))
"""


def test_a_study_runs_side_by_side_and_reads_what_is_done(tmp_path):
    pytest.importorskip("parsl", reason="Parsl (extra md) is not installed")
    script = tmp_path / "study.py"
    script.write_text(CODE)
    answer = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "out")], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found == {"status": ["ok", "ok"], "tests": ["tension", "peel"], "told": 2, "same": True}
