"""The client against an imaginary robot's real HTTP server, and against the robot at OT2_TEST_URL where that is set.

A robot-server with a simulated OT-2 will do; a real robot moves (it homes) in these tests.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from robot_protocols.robot_client import FailureCode, Ot2Client, RobotFailure, RobotIdentity, RunAction, RunPhase
from robot_protocols.robot_client.identity import identify
from robot_protocols.robot_client.values import LabwareOffset, RunView
from tests.imaginary_robot import FakeRobotProcess
from tests.integration.robot_protocols.plain_protocols import LONG, RAISES, SHORT, protocol

ROBOT = os.environ.get("OT2_TEST_URL", "")


@pytest.fixture(scope="module", params=["imaginary", "OT2_TEST_URL"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "imaginary":
        with FakeRobotProcess(tmp_path_factory.mktemp("robot"), "--speed", "20") as robot:
            yield robot.url
    elif ROBOT:
        yield ROBOT
    else:
        pytest.skip("OT2_TEST_URL names no robot")


@pytest.fixture
def client(url: str) -> Iterator[Ot2Client]:
    with Ot2Client(url) as opened:
        yield opened
        runs = opened.runs()
        for run in runs if isinstance(runs, tuple) else ():
            if not run.phase.over and run.phase is not RunPhase.IDLE:
                opened.act(run.run_id, RunAction.STOP)


def uploaded(client: Ot2Client, text: str, name: str = "protocol.py") -> str:
    found = client.upload({name: text})
    assert isinstance(found, str), found
    return found


def new_run(client: Ot2Client, text: str) -> RunView:
    protocol_id = uploaded(client, text)
    client.analysis(protocol_id)
    run = client.create_run(protocol_id)
    assert isinstance(run, RunView), run
    assert run.phase is RunPhase.IDLE
    return run


def wait_for(client: Ot2Client, run_id: str, wanted: Callable[[RunView], bool], seconds: float = 60) -> RunView:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run = client.run(run_id)
        if isinstance(run, RunView) and wanted(run):
            return run
        time.sleep(0.05)
    raise AssertionError(f"the run never got there: {run}")


def test_it_is_an_ot2(client: Ot2Client):
    found = identify(client)
    assert isinstance(found, RobotIdentity), found
    assert "OT-2" in found.health.model
    assert set(found.facts.pipettes) <= {"left", "right"}


def test_another_serial_number_is_refused(client: Ot2Client):
    found = identify(client, serial="not this one")
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.WRONG_SERIAL


def test_the_same_file_is_known_again(client: Ot2Client):
    assert uploaded(client, SHORT) == uploaded(client, SHORT)


@pytest.mark.parametrize("text", ["x = (", protocol("pass", level="2.99")])
def test_what_is_no_protocol_is_refused(client: Ot2Client, text: str):
    found = client.upload({"protocol.py": text})
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.PROTOCOL_INVALID


def test_an_analysis_that_fails_is_a_failure(client: Ot2Client):
    found = client.analysis(uploaded(client, RAISES))
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.ANALYSIS_NOT_OK
    assert "not like this" in found.message


def test_a_run_from_play_to_its_end(client: Ot2Client):
    run = new_run(client, SHORT)
    assert client.act(run.run_id, RunAction.PLAY) is None
    assert wait_for(client, run.run_id, lambda run: run.phase.over).phase is RunPhase.SUCCEEDED
    commands = client.commands_from(run.run_id, 0)
    assert isinstance(commands, tuple)
    assert [command.index for command in commands] == list(range(len(commands)))
    assert all(command.finished for command in commands)
    assert [c.params["message"] for c in commands if c.kind == "comment"] == ["step one", "step two"]
    assert client.commands_from(run.run_id, len(commands)) == ()
    assert client.commands_from(run.run_id, len(commands) - 1) == commands[-1:]


def test_a_run_that_ended_is_not_played_again(client: Ot2Client):
    run = new_run(client, SHORT)
    client.act(run.run_id, RunAction.PLAY)
    wait_for(client, run.run_id, lambda run: run.phase.over)
    refused = client.act(run.run_id, RunAction.PLAY)
    assert refused is not None
    assert refused.code is FailureCode.ACTION_REFUSED


def test_pause_go_on_and_stop(client: Ot2Client):
    run = new_run(client, LONG)
    assert client.act(run.run_id, RunAction.PLAY) is None
    wait_for(client, run.run_id, lambda run: run.phase is RunPhase.MOVING)
    assert client.act(run.run_id, RunAction.PAUSE) is None
    wait_for(client, run.run_id, lambda run: run.phase is RunPhase.PAUSED)
    assert client.act(run.run_id, RunAction.PLAY) is None
    wait_for(client, run.run_id, lambda run: run.phase is RunPhase.MOVING)
    assert client.act(run.run_id, RunAction.STOP) is None
    assert wait_for(client, run.run_id, lambda run: run.phase.over).phase is RunPhase.STOPPED


def test_a_second_run_beside_a_moving_one_is_refused(client: Ot2Client):
    run = new_run(client, LONG)
    client.act(run.run_id, RunAction.PLAY)
    wait_for(client, run.run_id, lambda run: run.phase is RunPhase.MOVING)
    second = client.create_run(uploaded(client, SHORT))
    assert isinstance(second, RobotFailure)
    assert second.code is FailureCode.RUN_ALREADY_ACTIVE
    client.act(run.run_id, RunAction.STOP)


def test_a_run_that_fails_says_why(client: Ot2Client):
    run = new_run(client, RAISES)
    client.act(run.run_id, RunAction.PLAY)
    failed = wait_for(client, run.run_id, lambda run: run.phase.over)
    assert failed.phase is RunPhase.FAILED
    assert any("not like this" in error for error in failed.errors)


def test_offsets_are_taken(client: Ot2Client):
    protocol_id = uploaded(client, SHORT)
    offset = LabwareOffset("opentrons/corning_24_wellplate_3.4ml_flat/1", 1, 0.1, -0.2, 0.3)
    run = client.create_run(protocol_id, [offset])
    assert isinstance(run, RunView), run


def test_what_is_not_there_is_not_found(client: Ot2Client):
    for found in (client.run("nothing/../here?x=1"), client.create_run("nothing"), client.commands("nothing", 0)):
        assert isinstance(found, RobotFailure)
        assert found.code is FailureCode.NOT_FOUND


def test_twenty_runs_are_kept(tmp_path: Path):
    with FakeRobotProcess(tmp_path, "--speed", "1000") as robot, Ot2Client(robot.url) as client:
        runs = [new_run(client, SHORT) for _ in range(21)]
        gone = client.run(runs[0].run_id)
        assert isinstance(gone, RobotFailure)
        assert gone.code is FailureCode.NOT_FOUND
        assert isinstance(client.run(runs[1].run_id), RunView)


def test_a_killed_server_forgets_the_commands_of_its_run(tmp_path: Path):
    with FakeRobotProcess(tmp_path, "--speed", "20") as robot, Ot2Client(robot.url) as client:
        run = new_run(client, LONG)
        client.act(run.run_id, RunAction.PLAY)
        wait_for(client, run.run_id, lambda run: run.phase is RunPhase.MOVING)
        robot.kill()
        unreachable = client.act(run.run_id, RunAction.STOP)
        assert unreachable is not None
        assert unreachable.may_pass
        robot.start()
        lost = client.run(run.run_id)
        assert isinstance(lost, RunView)
        assert lost.phase is RunPhase.LOST
        assert client.commands_from(run.run_id, 0) == ()
        refused = client.act(run.run_id, RunAction.PLAY)
        assert refused is not None
        assert refused.code is FailureCode.ACTION_REFUSED


def test_a_slow_creation_is_waited_for_and_a_too_slow_one_is_not(tmp_path: Path):
    from robot_protocols.robot_client.transport import Limits

    with FakeRobotProcess(tmp_path, "--creation-seconds", "0.5") as robot:
        with Ot2Client(robot.url) as client:
            new_run(client, SHORT)
        with Ot2Client(robot.url, limits=Limits(slow_answer=0.1)) as client:
            found = client.create_run(uploaded(client, SHORT))
            assert isinstance(found, RobotFailure)
            assert found.code is FailureCode.TIMED_OUT
