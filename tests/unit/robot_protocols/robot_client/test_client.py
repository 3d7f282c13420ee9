import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from robot_protocols.fake_robot.documents import command_page
from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.fake_robot.options import RobotOptions
from robot_protocols.fake_robot.robot import FakeRobot
from robot_protocols.fake_robot.transport import InProcess, NumberClock
from robot_protocols.robot_client import FailureCode, Ot2Client, RobotFailure, RunAction
from robot_protocols.robot_client.addresses import robot_address
from robot_protocols.robot_client.client import ANALYSIS_SECONDS, PAGE
from robot_protocols.robot_client.identity import identify
from robot_protocols.robot_client.transport import Limits
from robot_protocols.robot_client.values import Analysis, RunView
from tests.integration.robot_protocols.plain_protocols import SHORT


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> Ot2Client:
    return Ot2Client("http://robot", transport=httpx.MockTransport(handler), sleep=lambda _: None)


def saying(body: object) -> Ot2Client:
    return answering(lambda _: httpx.Response(200, json=body))


def imaginary(**options) -> tuple[Ot2Client, FakeRobot]:
    clock = NumberClock()
    robot = FakeRobot(RobotOptions(**options), clock)
    return Ot2Client("http://robot", transport=InProcess(robot, clock), sleep=clock.sleep), robot


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("http://robot", "http://robot:31950"),
        (" http://10.0.0.7:8080/ ", "http://10.0.0.7:8080"),
        ("https://robot.lab", "https://robot.lab:443"),
        ("http://[fe80::1]:31950", "http://[fe80::1]:31950"),
    ],
)
def test_addresses(given: str, plain: str):
    assert robot_address(given) == plain


@pytest.mark.parametrize(
    "url",
    ["", "robot", "file:///etc/passwd", "ftp://robot", "http://", "http://a:b@robot", "http://robot/runs",
     "http://a@robot", "http://:b@robot",
     "http://robot?x=1", "http://robot:99999", "http://[robot"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str):
    with pytest.raises(InvalidInputError):
        robot_address(url)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, text="<html>a printer</html>"),
        httpx.Response(200, json={"status": "ok"}),
        httpx.Response(404, json={"errors": [{"id": "x"}]}),
        httpx.Response(200, json=[1, 2, 3]),
        httpx.Response(302, headers={"location": "http://evil/health"}),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, content=b"[" * 100_000),
    ],
)
def test_what_is_no_robot_is_refused(response: httpx.Response):
    found = identify(answering(lambda _: response))
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.NOT_A_ROBOT
    assert found.hint


def test_no_redirect_is_followed():
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"location": "http://evil/"})

    answering(handler).health()
    assert asked == ["robot"]


def test_a_flex_and_an_old_robot_are_refused_saying_what_was_found():
    flex = identify(imaginary(model="OT-3 Standard", name="flexi")[0])
    assert isinstance(flex, RobotFailure)
    assert flex.code is FailureCode.WRONG_MODEL
    assert "OT-3 Standard" in flex.message
    old = identify(imaginary(software="6.3.1", api_level=(2, 13))[0])
    assert isinstance(old, RobotFailure)
    assert old.code is FailureCode.TOO_OLD
    assert "6.3.1" in old.message
    assert "2.13" in old.message


def test_a_booting_robot_is_waited_for():
    client, _ = imaginary(boot_seconds=18.0)
    found = client.health()
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.BOOTING
    assert found.may_pass


@pytest.mark.parametrize("status", [502, 503, 504])
def test_the_web_server_before_a_robot_that_starts_is_no_refusal(status: int):
    client = answering(lambda _: httpx.Response(status, text="<html>Bad Gateway</html>"))
    for found in (client.health(), client.run("r"), client.commands("r", 0), client.act("r", RunAction.PLAY)):
        assert isinstance(found, RobotFailure)
        assert found.code is FailureCode.BOOTING
        assert found.may_pass


def test_every_request_names_its_version():
    versions = []

    def handler(request: httpx.Request) -> httpx.Response:
        versions.append(request.headers.get("Opentrons-Version"))
        return httpx.Response(404, json={"errors": [{"id": "x"}]})

    client = answering(handler)
    client.health()
    client.upload({"p.py": "x"})
    client.create_run("p")
    assert versions == ["4", "4", "4"]


def failing(error: type[httpx.TransportError]) -> tuple[Ot2Client, list[str]]:
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        raise error("no", request=request)

    return answering(handler), asked


def test_questions_are_repeated_a_few_times_and_orders_are_not():
    client, asked = failing(httpx.ReadError)
    assert isinstance(client.run("r"), RobotFailure)
    assert asked == ["GET /runs/r"] * 4
    asked.clear()
    assert client.act("r", RunAction.PLAY) is not None
    assert isinstance(client.create_run("p"), RobotFailure)
    assert asked == ["POST /runs/r/actions", "POST /runs"]


@pytest.mark.parametrize("host", ["192.168..5", "xn--a"])
def test_a_host_that_no_network_can_have_is_not_reached(host: str):
    with Ot2Client(f"http://{host}", sleep=lambda _: None) as client:
        failure = client.health()
    assert isinstance(failure, RobotFailure)
    assert failure.code is FailureCode.NOT_SENT


def test_an_order_that_was_never_sent_is_repeated():
    client, asked = failing(httpx.ConnectError)
    failure = client.act("r", RunAction.PLAY)
    assert failure is not None
    assert failure.code is FailureCode.NOT_SENT
    assert len(asked) == 4


def test_a_lost_answer_to_a_creation_leaves_one_run():
    client, robot = imaginary()
    protocol_id = client.upload({"protocol.py": SHORT})
    assert isinstance(protocol_id, str)
    robot.add_fault(Fault(FaultKind.SLOW_NETWORK, seconds=1000.0))
    lost = client.create_run(protocol_id)
    assert isinstance(lost, RobotFailure)
    assert lost.code is FailureCode.TIMED_OUT
    robot._faults.clear()
    runs = client.runs()
    assert isinstance(runs, tuple)
    assert [run.protocol_id for run in runs] == [protocol_id]


def test_ids_from_a_robot_stay_inside_their_path():
    paths = []

    def handler(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(404, json={"errors": [{"id": "x"}]})

    answering(handler).run("../../evil?a=b#c")
    assert paths == [b"/runs/..%2F..%2Fevil%3Fa%3Db%23c"]


def test_a_cursor_past_the_end_gives_nothing_twice():
    client, robot = imaginary()
    protocol_id = client.upload({"protocol.py": SHORT})
    assert isinstance(protocol_id, str)
    run = client.create_run(protocol_id)
    assert isinstance(run, RunView)
    client.act(run.run_id, RunAction.PLAY)
    robot.clock.sleep(60.0)  # type: ignore[attr-defined]
    everything = client.commands_from(run.run_id, 0)
    assert isinstance(everything, tuple)
    assert len(everything) == 3
    assert client.commands_from(run.run_id, 3) == ()


def test_the_environment_cannot_redirect_requests(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    client = Ot2Client(
        "http://robot", transport=httpx.MockTransport(lambda _: httpx.Response(200, text=json.dumps({})))
    )
    found = client.health()
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.NOT_A_ROBOT


def test_an_analysis_is_waited_for():
    client, robot = imaginary(analysis_seconds=45.0)
    protocol_id = client.upload({"protocol.py": SHORT})
    assert isinstance(protocol_id, str)
    assert isinstance(client.analysis(protocol_id), Analysis)
    # Looks come 5 s apart in the end.
    assert 45.0 <= robot.clock() <= 50.5


def test_an_analysis_is_not_waited_for_without_an_end():
    client, robot = imaginary(analysis_seconds=10_000.0)
    protocol_id = client.upload({"protocol.py": SHORT})
    assert isinstance(protocol_id, str)
    found = client.analysis(protocol_id)
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.ANALYSIS_SLOW
    assert ANALYSIS_SECONDS <= robot.clock() <= ANALYSIS_SECONDS + 5.5


def test_a_robot_that_goes_away_is_not_waited_for_as_an_analysis():
    client, asked = failing(httpx.ConnectError)
    found = client.analysis("p")
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.NOT_SENT
    assert asked == ["GET /protocols/p"] * 4


@given(st.integers(0, 3 * PAGE), st.integers(0, 3 * PAGE), st.integers(0, 50))
def test_every_command_comes_once_and_in_order_whatever_the_pages(total: int, start: int, more: int):
    """The robot goes on meanwhile: `more` commands are there after the first page."""
    there, pages = total, 0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal there, pages
        pages += 1
        answer = command_page([{"id": str(n), "commandType": "home", "status": "running"} for n in range(there)],
                              dict(request.url.params.items()))  # fmt: skip
        there = total + more
        return httpx.Response(200, json=answer)

    found = answering(handler).commands_from("r", start)
    assert isinstance(found, tuple)
    indices = [command.index for command in found]
    assert indices == list(range(start, start + len(indices)))
    assert [command.command_id for command in found] == [str(index) for index in indices]
    assert start + len(indices) >= total or start >= total
    assert pages <= len(indices) // PAGE + 2


def test_an_answer_without_data_is_none_of_a_robot_s():
    for body in ({}, [1], "run", {"run": 1}):
        found = saying(body).run("r")
        assert isinstance(found, RobotFailure)
        assert (found.code, found.may_pass) == (FailureCode.UNEXPECTED_ANSWER, False)
        assert "has no data" in str(found)
        assert found.hint in str(found)


def test_what_is_wrong_in_a_list_is_named_with_its_place():
    good = {"id": "r1", "status": "idle"}
    for item, place in (({"status": "idle"}, "id: "), (1, "answer: ")):
        found = saying({"data": [good, item]}).runs()
        assert isinstance(found, RobotFailure)
        assert place in found.message
    assert isinstance(answering(lambda _: httpx.Response(404)).runs(), RobotFailure)
    assert isinstance(answering(lambda _: httpx.Response(404)).instruments(), RobotFailure)
    assert isinstance(saying({"data": [{"mount": 1}]}).instruments(), RobotFailure)


def test_repeats_come_at_growing_distances():
    waits: list[float] = []

    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("no", request=request)

    limits = Limits(attempts=4, pause=0.5)
    client = Ot2Client("http://robot", limits=limits, transport=httpx.MockTransport(handler), sleep=waits.append)
    client.run("r")
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(("largest", "seconds"), [(1000, 60.0), (10**9, 0.05)])
def test_an_answer_without_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, largest: int, seconds: float):
    def trickle() -> Iterator[bytes]:
        while True:
            time.sleep(0.001)
            yield b"x" * 100

    monkeypatch.setattr("robot_protocols.robot_client.transport._LARGEST_ANSWER", largest)
    endless = httpx.MockTransport(lambda _: httpx.Response(200, content=trickle()))
    with Ot2Client("http://robot", limits=Limits(answer=seconds, attempts=1), transport=endless) as client:
        found = client.run("r")
    assert isinstance(found, RobotFailure)
    assert found.code is FailureCode.TIMED_OUT
    assert "without an end" in found.message


def test_only_what_mends_itself_is_said_to_pass():
    passing = {code for code in FailureCode if RobotFailure(code, "", "").may_pass}
    assert passing == {FailureCode.UNREACHABLE, FailureCode.NOT_SENT, FailureCode.TIMED_OUT, FailureCode.BOOTING}


def test_connections_are_closed():
    with answering(lambda _: httpx.Response(404)) as client:
        client.run("r")
    with pytest.raises(RuntimeError, match="closed"):
        client.run("r")


def test_a_broken_connection_says_how_it_broke():
    for text, told in (("reset by peer", "broke: reset by peer"), ("", "broke: ReadError")):

        def handler(request: httpx.Request, text: str = text) -> httpx.Response:
            raise httpx.ReadError(text, request=request)

        found = answering(handler).run("r")
        assert isinstance(found, RobotFailure)
        assert found.message.endswith(told)
