"""`work` is killed with SIGKILL at random moments; the campaign ends as if nothing had happened."""

import random
import subprocess
from pathlib import Path

import pytest

from lab.open_campaigns import open_campaign
from lab.records import RECORD_TYPES, Artefact, Record, Records
from lab.workspace import Workspace
from tests.end_to_end.running import COMMAND, SMALL, environment, filmlab, status, tables

pytestmark = [pytest.mark.robot, pytest.mark.slow]

KILLS = 20
SEED = 11


def _final_records(workspace: Path) -> dict[str, list[object]]:
    """Return all records without their times; the report's hash is left out, as the report prints times."""
    with open_campaign(Workspace.open(workspace)) as campaign:
        records = campaign.records()
    found: dict[str, list[object]] = {kind.kind: _without_report(records, kind) for kind in RECORD_TYPES}
    found["event"] = [(e.key, e.who, e.source, e.simulated) for e in records.events.values()]
    return found


def _without_report(records: Records, kind: type[Record]) -> list[object]:
    return [r for r in records.of(kind) if not (isinstance(r, Artefact) and r.name == "report.html")]


def _work_for(workspace: Path, seconds: float) -> bool:
    """Let `work` run for a while, then kill it; return whether it was killed before it ended."""
    process = subprocess.Popen(
        [*COMMAND, "work", "--workspace", str(workspace)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    try:
        _, stderr = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()  # SIGKILL: no handler runs
        process.communicate()
        return True
    assert process.returncode == 0, stderr.decode()
    return False


def test_killing_work_at_any_moment_changes_nothing(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    filmlab("campaign", "create", "--workspace", whole, "--file", SMALL, "--seed", str(SEED))
    filmlab("work", "--workspace", whole)
    expected, expected_tables = _final_records(whole), tables(whole, tmp_path / "whole-tables")

    moments = random.Random(SEED)
    killed, campaigns = 0, 0
    while killed < KILLS:
        campaigns += 1
        workspace = tmp_path / f"killed-{campaigns}"
        filmlab("campaign", "create", "--workspace", workspace, "--file", SMALL, "--seed", str(SEED))
        while status(workspace)["stage"] != "done":
            patience = moments.uniform(0.3, 6.0) if killed < KILLS else 300.0
            killed += _work_for(workspace, patience)
        assert _final_records(workspace) == expected
        assert tables(workspace, tmp_path / f"tables-{campaigns}") == expected_tables
