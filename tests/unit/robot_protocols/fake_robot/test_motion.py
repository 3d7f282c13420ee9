"""Commands of the imaginary robot in time, and what it does of one that is cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest

from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.fake_robot.listing import Listing, Task
from robot_protocols.fake_robot.messages import Request
from robot_protocols.fake_robot.motion import Motion
from robot_protocols.fake_robot.options import RobotOptions
from robot_protocols.fake_robot.robot import LOST_ANSWERS, FakeRobot
from robot_protocols.fake_robot.transport import InProcess, NumberClock
from robot_protocols.fake_robot.world import World
from robot_protocols.robot_client import Ot2Client, RobotFailure, RunAction, RunPhase
from robot_protocols.robot_client.values import RunView
from tests.integration.robot_protocols.plain_protocols import LONG, SHORT

WELL = {"pipetteId": "pipette-left", "labwareId": "labware-5", "wellName": "A1"}
TASKS = (
    Task("comment", {"message": "step 3 | x"}, 0.0, 3),
    Task("aspirate", {**WELL, "volume": 100.0}, 10.0, 3),
    Task("waitForDuration", {"seconds": 5.0}, 5.0, 3),
)


def motion(*faults: Fault, speed: float = 1.0) -> Motion:
    made = Motion("r", Listing(TASKS), World(), list(faults), lambda fault: None, speed)
    made.play(0.0)
    made.advance(0.0)
    return made


def drawn(moved: Motion) -> list[float]:
    return [event["volume"] for event in moved.world.events]


@pytest.mark.parametrize("cut", [lambda moved, now: moved.stop(now), lambda moved, now: moved.cut_power(now)])
@pytest.mark.parametrize(("now", "volumes"), [(0.0, []), (4.0, [40.0]), (9.5, [95.0]), (12.0, [100.0])])
def test_what_is_cut_off_has_moved_its_share(cut: Callable[[Motion, float], None], now: float, volumes: list[float]):
    moved = motion()
    moved.advance(now)
    cut(moved, now)
    assert drawn(moved) == pytest.approx(volumes)
    assert moved.commands[-1]["status"] == "failed"


@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_commands_take_their_time(speed: float):
    moved = motion(speed=speed)
    told = []
    for now in (9.9, 10.1, 14.9, 15.1):
        moved.advance(now / speed)
        told.append((len(moved.commands), moved.status))
    assert told == [(2, "running"), (3, "running"), (3, "running"), (3, "succeeded")]
    assert [command["status"] for command in moved.commands] == ["succeeded"] * 3


def test_a_pause_comes_after_the_command_that_is_running():
    moved = motion()
    moved.pause()
    moved.advance(9.0)
    assert (moved.status, drawn(moved)) == ("pause-requested", [])
    moved.advance(50.0)
    assert (moved.status, drawn(moved), len(moved.commands)) == ("paused", [100.0], 2)
    moved.play(60.0)
    moved.advance(64.9)
    assert moved.status == "running"
    moved.advance(65.1)
    assert moved.status == "succeeded"


@pytest.mark.parametrize(("step", "strikes"), [(2, True), (3, True), (4, False)])
def test_a_fault_strikes_at_its_step_or_later(step: int, strikes: bool):
    moved = motion(Fault(FaultKind.DRAW_FAILED, step))
    moved.advance(20.0)
    assert moved.status == ("failed" if strikes else "succeeded")
    assert drawn(moved) == ([50.0] if strikes else [100.0])
    assert bool(moved.errors) == strikes
    assert ("error" in moved.commands[-1]) == strikes


def client_of(robot: FakeRobot, clock: NumberClock) -> Ot2Client:
    return Ot2Client("http://robot", transport=InProcess(robot, clock), sleep=clock.sleep)


def test_a_robot_that_starts_again_knows_its_protocols_and_has_lost_its_runs(tmp_path: Path):
    clock = NumberClock()
    client = client_of(FakeRobot(RobotOptions(), clock, tmp_path), clock)
    protocol_id = client.upload({"p.py": LONG})
    assert isinstance(protocol_id, str)
    run = client.create_run(protocol_id)
    assert isinstance(run, RunView)
    again = client_of(FakeRobot(RobotOptions(), clock, tmp_path), clock)
    lost = again.run(run.run_id)
    assert isinstance(lost, RunView)
    assert (lost.phase, lost.protocol_id) == (RunPhase.LOST, protocol_id)
    new = again.create_run(protocol_id)
    assert isinstance(new, RunView)
    assert new.run_id != run.run_id


@pytest.mark.parametrize("action", [None, RunAction.PLAY, RunAction.PAUSE])
def test_only_a_run_that_was_played_keeps_others_away(action: RunAction | None):
    clock = NumberClock()
    client = client_of(FakeRobot(RobotOptions(), clock), clock)
    protocol_id = client.upload({"p.py": LONG})
    assert isinstance(protocol_id, str)
    run = client.create_run(protocol_id)
    assert isinstance(run, RunView)
    if action is not None:
        client.act(run.run_id, RunAction.PLAY)
    if action is RunAction.PAUSE:
        client.act(run.run_id, RunAction.PAUSE)
        clock.sleep(1000.0)
    assert isinstance(client.create_run(protocol_id), RobotFailure) == (action is not None)


def test_requests_without_a_version_are_refused_and_answers_are_lost_three_times():
    robot = FakeRobot(RobotOptions(), NumberClock())
    assert robot.handle(Request("GET", "/health")).status == 422
    robot._strike_network(Fault(FaultKind.CONNECTION_RESET))
    assert robot._lose_answers == LOST_ANSWERS
    client = client_of(robot, NumberClock())
    assert isinstance(client.upload({"notes.txt": "x", "p.py": SHORT}), str)
    assert robot._lose_answers == 0
    assert isinstance(client.upload({"notes.txt": "x"}), RobotFailure)
