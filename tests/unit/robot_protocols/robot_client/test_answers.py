"""Answers as a robot-server 8.1.0 words them, and what is read from them."""

from typing import Any

import httpx
import pytest

from robot_protocols.robot_client import FailureCode, Ot2Client, RobotFailure, RobotIdentity, RunPhase, identify
from robot_protocols.robot_client.values import Analysis, Command, CommandPage, Instrument, RobotHealth, RunView

HEALTH = {
    "name": "bench",
    "robot_model": "OT-2 Standard",
    "api_version": "8.1.0",
    "fw_version": "v1.1.0-25e5cea",
    "robot_serial": "OT2CEP1",
    "maximum_protocol_api_version": [2, 20],
    "links": {"apiLog": "/logs/api.log"},
}
LOST = {"id": "RunDataError", "errorCode": "4008", "title": "lost", "detail": "no engine state data"}


def robot(**answers: Any) -> Ot2Client:
    """Return a client of a robot that gives an answer by the last part of a path."""

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answers[request.url.path.rpartition("/")[2]])

    return Ot2Client("http://robot", transport=httpx.MockTransport(handler), sleep=lambda _: None)


def test_health_tells_who_answers():
    assert robot(health=HEALTH).health() == RobotHealth(
        name="bench",
        model="OT-2 Standard",
        serial="OT2CEP1",
        software="8.1.0",
        api_level="2.20",
        firmware="v1.1.0-25e5cea",
    )


@pytest.mark.parametrize("unknown", [{"robot_serial": None, "fw_version": None}, {}])
def test_a_robot_without_a_serial_number_goes_by_its_name(unknown: dict[str, None]):
    known = {key: value for key, value in HEALTH.items() if key not in {"robot_serial", "fw_version"}}
    found = identify(robot(health=known | unknown, instruments={"data": []}))
    assert isinstance(found, RobotIdentity)
    assert (found.health.serial, found.health.firmware, found.key) == ("", "", "bench")
    named = identify(robot(health=HEALTH, instruments={"data": []}))
    assert isinstance(named, RobotIdentity)
    assert named.key == "OT2CEP1"


@pytest.mark.parametrize(
    ("firmware", "simulated", "no_motion"),
    [("Virtual Smoothie", True, True), ("imaginary", True, False), ("v1.1.0-25e5cea", False, False)],
)
def test_a_robot_without_hardware_is_known_by_its_firmware(firmware: str, simulated: bool, no_motion: bool):
    found = robot(health=HEALTH | {"fw_version": firmware}).health()
    assert isinstance(found, RobotHealth)
    assert (found.simulated, found.no_motion) == (simulated, no_motion)


def test_pipettes_that_are_out_of_order_are_left_out():
    good = {"mount": "right", "instrumentType": "pipette", "instrumentName": "p300_single_gen2", "serialNumber": "P3"}
    broken = {"mount": "left", "subsystem": "pipette_left", "ok": False}
    assert robot(instruments={"data": [broken, good]}).instruments() == (Instrument("right", "p300_single_gen2", "P3"),)
    mute = {key: value for key, value in good.items() if key != "serialNumber"}
    assert robot(instruments={"data": [mute]}).instruments() == (Instrument("right", "p300_single_gen2", ""),)


def run_answer(**more: Any) -> dict[str, Any]:
    return {"id": "r1", "ok": True, "current": True, "status": "running", "protocolId": "p1", "errors": [], **more}


def test_a_run_tells_what_is_loaded_where():
    labware = [
        {"id": "a", "loadName": "x", "location": {"slotName": "11"}},
        {"id": "b", "loadName": "x", "location": "offDeck"},
        {"id": "c", "loadName": "x", "location": {"moduleId": "m"}},
        {"id": "d", "loadName": "x", "location": {"slotName": "A1"}},
        {"id": "fixedTrash", "loadName": "x", "location": {"slotName": "12"}},
    ]
    pipettes = [{"id": "l", "pipetteName": "p1000_single_gen2", "mount": "left"}]
    found = robot(r1={"data": run_answer(labware=labware, pipettes=pipettes)}).run("r1")
    assert found == RunView(
        "r1", "p1", "running", RunPhase.MOVING, True, (), {"a": 11, "fixedTrash": 12}, {"l": "p1000_single_gen2"}
    )


@pytest.mark.parametrize(
    ("more", "phase"),
    [
        ({"status": "idle"}, RunPhase.IDLE),
        ({"status": "running"}, RunPhase.MOVING),
        ({"status": "pause-requested"}, RunPhase.MOVING),
        ({"status": "stop-requested"}, RunPhase.MOVING),
        ({"status": "finishing"}, RunPhase.MOVING),
        ({"status": "a word of a later version"}, RunPhase.MOVING),
        ({"status": "paused"}, RunPhase.PAUSED),
        ({"status": "blocked-by-open-door"}, RunPhase.PAUSED),
        ({"status": "stopped"}, RunPhase.STOPPED),
        ({"status": "failed"}, RunPhase.FAILED),
        ({"status": "succeeded"}, RunPhase.SUCCEEDED),
        # After a restart: in either of these words the robot has forgotten what the run did.
        ({"status": "stopped", "ok": False}, RunPhase.LOST),
        ({"status": "stopped", "dataError": LOST}, RunPhase.LOST),
    ],
)
def test_every_word_of_a_run_has_its_phase(more: dict[str, Any], phase: RunPhase):
    found = robot(r1={"data": run_answer(**more)}).run("r1")
    assert isinstance(found, RunView)
    assert found.phase is phase
    assert found.phase.over == (phase.name in {"STOPPED", "FAILED", "SUCCEEDED", "LOST"})
    assert found.errors == (("RunDataError: no engine state data",) if "dataError" in more else ())


def test_errors_are_told_with_their_causes():
    inner = {"id": "2", "errorType": "StallError", "detail": "plunger", "wrappedErrors": []}
    outer = {"id": "1", "errorType": "ExceptionInProtocolError", "detail": "line 7", "wrappedErrors": [inner]}
    found = robot(r1={"data": run_answer(errors=[outer, {"id": "3"}])}).run("r1")
    assert isinstance(found, RunView)
    assert found.errors == ("ExceptionInProtocolError: line 7 <- StallError: plunger", "3")


def analysed(**more: Any) -> Analysis | RobotFailure:
    summaries = [{"id": "old", "status": "completed"}, {"id": "new", "status": "completed"}]
    answer = {"id": "new", "status": "completed", "result": "ok", "errors": [], "commands": [], **more}
    return robot(p1={"data": {"id": "p1", "analysisSummaries": summaries}}, new={"data": answer}).analysis("p1")


def test_an_analysis_tells_what_the_robot_would_do():
    command = {"commandType": "home", "status": "succeeded", "params": {}}
    found = analysed(
        commands=[command],
        labware=[{"id": "a", "location": {"slotName": "3"}}],
        pipettes=[{"id": "l", "pipetteName": "p1000_single_gen2"}],
        liquids=[{"id": "w", "displayName": "water"}],
    )
    assert isinstance(found, Analysis)
    assert found == Analysis(True, found.errors, (command,), {"a": 3}, {"w": "water"}, {"l": "p1000_single_gen2"})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"result": "not-ok", "errors": [{"errorType": "NoTip", "detail": "line 3"}]}, "NoTip: line 3"),
        ({"result": "ok", "errors": [{"errorType": "NoTip", "detail": "line 3"}]}, "NoTip: line 3"),
        ({"result": "parameter-value-required"}, "its result is 'parameter-value-required'"),
    ],
)
def test_an_analysis_that_is_not_ok_says_why(more: dict[str, Any], said: str):
    found = analysed(**more)
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.ANALYSIS_NOT_OK
    assert said in found.message


def test_commands_are_numbered_from_the_place_that_the_robot_names():
    done = {"id": "c4", "commandType": "aspirate", "status": "succeeded", "params": {"volume": 5.0}}
    done |= {"startedAt": "2026-11-02T09:00:00Z", "completedAt": "2026-11-02T09:00:01Z"}
    failed = {"id": "c5", "commandType": "home", "status": "failed", "error": {"errorType": "Stall", "detail": "y"}}
    page = {"data": [done, failed], "meta": {"cursor": 4, "totalLength": 9}}
    expected = Command(
        4, "c4", "aspirate", "succeeded", {"volume": 5.0}, "2026-11-02T09:00:00Z", "2026-11-02T09:00:01Z"
    )
    last = Command(5, "c5", "home", "failed", {}, error="Stall: y")
    assert robot(commands=page).commands("r1", 4) == CommandPage((expected, last), 9)
    # The robot goes back from a place that it does not have.
    assert robot(commands=page).commands("r1", 5) == CommandPage((last,), 9)


@pytest.mark.parametrize(
    ("status", "name", "code"),
    [
        (422, "ProtocolFilesInvalid", FailureCode.PROTOCOL_INVALID),
        (409, "RunAlreadyActive", FailureCode.RUN_ALREADY_ACTIVE),
        (409, "RunStopped", FailureCode.ACTION_REFUSED),
        (404, "RunNotFound", FailureCode.NOT_FOUND),
        (422, "InvalidRequest", FailureCode.REFUSED),
        (400, "BadRequest", FailureCode.REFUSED),
        (500, "UnexpectedError", FailureCode.REFUSED),
    ],
)
def test_a_refusal_has_its_kind_and_the_robot_s_words(status: int, name: str, code: FailureCode):
    answer = httpx.Response(status, json={"errors": [{"id": name, "title": "t", "detail": "the reason"}]})
    client = Ot2Client("http://robot", transport=httpx.MockTransport(lambda _: answer), sleep=lambda _: None)
    found = client.run("r1")
    assert isinstance(found, RobotFailure)
    assert (found.code, found.may_pass) == (code, False)
    assert f"{name}: the reason" in found.message
    mute = httpx.Response(status, text="no JSON")
    client = Ot2Client("http://robot", transport=httpx.MockTransport(lambda _: mute), sleep=lambda _: None)
    assert f"HTTP status {status}" in str(client.run("r1"))
