"""`work` is killed with SIGKILL at random moments; the campaign ends as if nothing had happened."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from lab.open_campaigns import open_campaign
from lab.records import RECORD_TYPES, Artefact, Record, Records
from lab.workspace import Workspace
from tests.end_to_end.running import COMMAND, SEED, SMALL, environment, filmlab, status, tables

pytestmark = [pytest.mark.robot, pytest.mark.slow]

KILLS = 20
MOMENTS = 11
"""Seed of the moments."""


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


@pytest.fixture(scope="module")
def expected(
    finished: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, list[object]], dict[str, bytes]]:
    """Records and tables of a campaign that nobody disturbed."""
    return _final_records(finished), tables(finished, tmp_path_factory.mktemp("undisturbed") / "tables")


def test_killing_work_at_any_moment_changes_nothing(
    tmp_path: Path, expected: tuple[dict[str, list[object]], dict[str, bytes]]
) -> None:
    moments = random.Random(MOMENTS)
    killed, campaigns = 0, 0
    while killed < KILLS:
        campaigns += 1
        workspace = tmp_path / f"killed-{campaigns}"
        filmlab("campaign", "create", "--workspace", workspace, "--file", SMALL, "--seed", SEED)
        while status(workspace)["stage"] != "done":
            patience = moments.uniform(0.3, 6.0) if killed < KILLS else 300.0
            killed += _work_for(workspace, patience)
        assert (_final_records(workspace), tables(workspace, tmp_path / f"tables-{campaigns}")) == expected


def test_two_workers_share_a_campaign_and_one_of_them_dies(
    tmp_path: Path, expected: tuple[dict[str, list[object]], dict[str, bytes]]
) -> None:
    workspace = tmp_path / "shared"
    filmlab("campaign", "create", "--workspace", workspace, "--file", SMALL, "--seed", SEED)
    workers = [_follower(workspace) for _ in range(2)]
    try:
        deadline = time.monotonic() + 300
        while (stage := status(workspace)["stage"]) != "done":
            assert time.monotonic() < deadline
            assert workers[1].poll() is None
            if stage == "loops":
                workers[0].kill()
            time.sleep(0.5)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    found = _final_records(workspace)
    assert {kind: sorted(map(repr, records)) for kind, records in found.items()} == {
        kind: sorted(map(repr, records)) for kind, records in expected[0].items()
    }
    assert tables(workspace, tmp_path / "tables") == expected[1]
    filmlab("db", "check", "--workspace", workspace)


def _follower(workspace: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "work", "--workspace", str(workspace), "--follow", "0.2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
