"""A study through Parsl, in a process of its own: Parsl's threads outlive a test."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lab.open_campaigns import open_campaign
from lab.workspace import Workspace
from md_sim.campaign_studies import recorded_files

SMALL = Path(__file__).parents[2] / "data" / "small.toml"

pytestmark = [pytest.mark.md, pytest.mark.slow]

ODD = "M\u00fcller's films; $HOME"
"""A folder that a shell would take for several words."""
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
        [sys.executable, str(script), str(tmp_path / ODD)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found == {"status": ["ok", "ok"], "tests": ["tension", "peel"], "told": 2, "same": True}


def _working_for(folder):
    """Processes that work in a folder or name it in their command."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "cwd", "name"])
        if str(folder) in " ".join([process.info["cwd"] or "", *(process.info["cmdline"] or [])])
    ]


def test_a_study_that_is_killed_leaves_nobody_working(tmp_path):
    pytest.importorskip("parsl", reason="Parsl (extra md) is not installed")
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv (util-linux) is not installed")
    script = tmp_path / "study.py"
    script.write_text(CODE)
    study = psutil.Popen([sys.executable, str(script), str(tmp_path / "out")])
    try:
        end = time.monotonic() + 120
        # Short-lived helpers may be gone before they can be asked, so names are those seen when listed.
        while not any(process.info["name"] == "lmp" for process in _working_for(tmp_path)):
            assert time.monotonic() < end, "no simulation was started in time"
            time.sleep(0.1)
        # Workers are nobody's children.
        others = [*study.children(recursive=True), *(one for one in _working_for(tmp_path) if one != study)]
    finally:
        study.kill()
        study.wait()
    _, alive = psutil.wait_procs(others, timeout=120)
    assert not alive


def test_a_study_goes_into_the_records_of_a_campaign(tmp_path):
    pytest.importorskip("parsl", reason="Parsl (extra md) is not installed")
    workspace = tmp_path / "lab"

    def filmlab(*words):
        answer = subprocess.run(
            [sys.executable, "-m", "cli", *words, "--workspace", str(workspace)],
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.returncode, answer.stdout, answer.stderr

    for words in (["init"], ["campaign", "create", "--file", str(SMALL)]):
        code, _, errors = filmlab(*words)
        assert code == 0, errors
    study = ("md", "study", "--profile", "smoke", "--model", "mmt", "--test", "tension", "--seed", "1", "--json")
    code, out, errors = filmlab(*study)
    assert code == 0, errors
    assert "1/1 mmt tension, seed 1" in errors
    found = json.loads(out)
    assert found["recorded"] == 1
    assert Path(found["report"]).is_file()
    with open_campaign(Workspace.open(workspace)) as campaign:
        (simulation,) = campaign.records().simulations.values()
        assert simulation.numbers["modulus_gpa"] == found["runs"][0]["modulus_gpa"]
        assert dict(simulation.composition) == {"MMT": 1.0}
        files = recorded_files(campaign, simulation.label)
    assert {"result.json", "curve.csv", "snapshots.csv", "snapshots.extxyz"} <= set(files)
    from ase.db import connect

    (row,) = connect(workspace / "md" / "md.db").select(model="mmt")
    assert row.strength_gpa == found["runs"][0]["strength_gpa"]
    # Again: nothing is computed, nothing is added.
    code, out, errors = filmlab(*study)
    assert code == 0, errors
    again = json.loads(out)
    assert again["recorded"] == 0
    assert again["runs"] == found["runs"]
