"""A campaign whose robot fails: every film is made in the end, and no failure is taken for a bad recipe."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from lab.records import Charge, LoadAct, Records, RunStatus
from robot_protocols.calibration import Calibration, CalibrationPoint
from robot_protocols.calibration_files import calibrations_to_json
from tests.end_to_end.running import COMMAND, SMALL, environment, filmlab, status
from tests.factories import records_of
from tests.imaginary_robot import FakeRobotProcess

pytestmark = pytest.mark.robot
SPEED = "2000"


def assert_as_asked(records: Records, count: int) -> None:
    """Every film was made of its recipe: what the robot spoilt is in no as-made record."""
    assert len(records.as_made) == count
    for label, made in records.as_made.items():
        for name, asked in records.films[label].asked.items():
            assert made.composition[name] == pytest.approx(asked, abs=0.01), label


def test_a_virtual_campaign_with_robot_failures_makes_every_film(tmp_path: Path) -> None:
    filmlab("campaign", "create", "--workspace", tmp_path, "--file", SMALL, "--seed", "3")
    faults = ("tip-missing@5", "power-cut@20", "clog@47")
    filmlab("work", "--workspace", tmp_path, "--until", "library", *(w for f in faults for w in ("--fault", f)))
    records = records_of(tmp_path)
    assert_as_asked(records, 12)
    assert "no tip" in records.runs["deck-001"].note
    assert all(event.simulated for event in records.events.values())
    assert {charge.state for charge in records.run_charges.values()} == {Charge.COMMITTED}
    assert LoadAct.LOADED in {load.act for load in records.deck_loads.values()}


def test_a_campaign_plans_its_decks_with_calibrations(tmp_path: Path) -> None:
    file = tmp_path / "calibrations.json"
    points = [CalibrationPoint(100.0, 95.0, 0.5, 8), CalibrationPoint(1000.0, 950.0, 2.0, 8)]
    file.write_text(calibrations_to_json([Calibration("CNF-10", "p1000_single_gen2", tuple(points))]))
    lab = tmp_path / "lab"
    filmlab("campaign", "create", "--workspace", lab, "--file", SMALL, "--seed", "3")
    filmlab("work", "--workspace", lab, "--max-actions", "4", "--calibrations", file)
    records = records_of(lab)
    assert_as_asked(records, 12)
    strokes = [t for t in records.transfers if t.stock == "CNF-10" and t.pipette == "p1000_single_gen2"]
    assert strokes
    assert {round(stroke.delivered / stroke.requested, 3) for stroke in strokes} == {0.95}


def test_a_fault_that_is_none_is_refused(tmp_path: Path) -> None:
    filmlab("campaign", "create", "--workspace", tmp_path, "--file", SMALL, "--seed", "3")
    assert "tip-missing" in filmlab("work", "--workspace", tmp_path, "--fault", "gremlins@3", expect=1).stderr


def test_a_robot_at_an_address_runs_the_decks_of_a_campaign(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    state = str(tmp_path / "state")
    filmlab("campaign", "create", "--workspace", lab, "--file", SMALL, "--seed", "3")
    nobody = filmlab("work", "--workspace", lab, "--robot", "http://127.0.0.1:9", expect=1, XDG_STATE_HOME=state)
    assert "cannot be reached" in nobody.stderr
    with FakeRobotProcess(tmp_path / "robot", "--speed", SPEED, "--fault", "tip-missing@14") as robot:
        words = ("work", "--workspace", lab, "--robot", robot.url, "--speed", SPEED, "--until", "library")
        waits = filmlab(*words, expect=1, XDG_STATE_HOME=state)
        assert "filmlab robot continue run-0001-deck-001" in waits.stderr
        assert status(lab)["films"]["made"] == 0
        assert [load.act for load in records_of(lab).deck_loads.values()] == [LoadAct.LOADED]
        filmlab(
            "robot", "continue", "run-0001-deck-001", "--workspace", lab, "--yes", "--who", "Ada", XDG_STATE_HOME=state
        )
        filmlab(*words, XDG_STATE_HOME=state)
    records = records_of(lab)
    assert_as_asked(records, 12)
    assert records.runs["deck-001"].status is RunStatus.SUCCEEDED
    assert "Ada" in {records.event_of(load).who for load in records.deck_loads.values()}


def test_work_that_is_killed_while_the_robot_moves_takes_the_run_up_again(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    state = str(tmp_path / "state")
    filmlab("campaign", "create", "--workspace", lab, "--file", SMALL, "--seed", "3")
    with FakeRobotProcess(tmp_path / "robot", "--speed", "300") as robot:
        words = ("work", "--workspace", str(lab), "--robot", robot.url, "--speed", "300", "--until", "library")
        with subprocess.Popen(
            [*COMMAND, *words], stderr=subprocess.DEVNULL, env=environment(XDG_STATE_HOME=state)
        ) as working:
            journal = lab / "robot" / "runs" / "run-0001-deck-001" / "journal.jsonl"
            until = time.monotonic() + 120
            while not (journal.exists() and b"step 3 |" in journal.read_bytes()):
                assert time.monotonic() < until
                time.sleep(0.1)
            working.send_signal(signal.SIGKILL)
        filmlab(*words, XDG_STATE_HOME=state)
        world = (robot.folder / "world.jsonl").read_text()
    records = records_of(lab)
    assert_as_asked(records, 12)
    assert len(records.run_charges) == 1
    assert world.count('"do": "pickUpTip"') == len(records.run_charges["FAKE-0001", "run-0001-deck-001"].tips)
