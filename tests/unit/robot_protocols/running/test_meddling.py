"""A robot that others use as well: in its app, at another address, with answers that get lost on their way."""

from collections.abc import Callable
from pathlib import Path

import attrs
import httpx
import pytest

from lab.records import Charge
from robot_protocols.fake_robot.transport import InProcess
from robot_protocols.readback import differences
from robot_protocols.robot_client import Ot2Client, RunAction
from robot_protocols.running.continuing import next_step
from robot_protocols.running.journal import Journal
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from robot_protocols.running.runner import RobotRunner
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())
Way = Callable[[httpx.Request, InProcess], httpx.Response]


class Killed(BaseException):
    """Our process ends here, without any goodbye."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def runner_by(bench: Bench, way: Way) -> RobotRunner:
    """Return a runner whose orders to a run (play, stop) reach the robot in a way of their own."""
    wire = InProcess(bench.robot, bench.clock)

    def carried(request: httpx.Request) -> httpx.Response:
        return way(request, wire) if request.url.path.endswith("/actions") else wire.handle_request(request)

    client = Ot2Client("http://robot", transport=httpx.MockTransport(carried), sleep=bench.clock.sleep)
    return attrs.evolve(bench.runner(), client=client)


def twice(request: httpx.Request, wire: InProcess) -> httpx.Response:
    wire.handle_request(request)
    return wire.handle_request(request)


def done_and_then_an_error(request: httpx.Request, wire: InProcess) -> httpx.Response:
    wire.handle_request(request)
    return httpx.Response(500, json={"errors": [{"id": "UnexpectedError"}]})


def refused(request: httpx.Request, wire: InProcess) -> httpx.Response:
    return httpx.Response(409, json={"errors": [{"id": "RunActionNotAllowed", "detail": "the door is open"}]})


def charges(bench: Bench) -> list[Charge]:
    with bench.folder.ledger("FAKE-0001") as ledger:
        return list(ledger.state.runs.values())


@pytest.mark.parametrize("way", [twice, done_and_then_an_error])
def test_a_run_that_moves_is_watched_though_the_order_to_play_was_refused(bench: Bench, way: Way):
    outcome = runner_by(bench, way).start(JOB, START)
    assert outcome.complete, outcome
    assert differences(JOB.plan, bench.truth(JOB)) == ()
    assert charges(bench) == [Charge.COMMITTED]


def test_a_run_that_is_not_played_is_taken_away(bench: Bench):
    orders: list[bytes] = []

    def noted(request: httpx.Request, wire: InProcess) -> httpx.Response:
        orders.append(request.read())
        return refused(request, wire) if len(orders) == 1 else wire.handle_request(request)

    outcome = runner_by(bench, noted).start(JOB, START)
    assert outcome.end is RunEnd.NOT_STARTED
    assert "the door is open" in outcome.problem
    assert charges(bench) == [Charge.ROLLED_BACK]
    assert [str(RunAction.STOP) in order.decode() for order in orders] == [False, True]
    assert [run.motion.status for run in bench.robot._runs.values() if run.motion] == ["stopped"]


def test_a_run_that_somebody_else_played_is_not_stopped(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Our process ends before it plays the run, and whoever stands at the robot plays it in the app."""
    add = Journal.add

    def killed_at_play(journal: Journal, kind: str, **data: object) -> object:
        if kind == "playing":
            raise Killed
        return add(journal, kind, **data)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Journal, "add", killed_at_play)
        bench.runner().start(JOB, START)
    (run,) = bench.robot._runs.values()
    bench.robot._act(run, RunAction.PLAY)
    bench.clock.sleep(60.0)

    step = next_step(bench.runner(), bench.folder.runs()[0])

    assert step.outcome.complete, step.outcome
    assert step.history is not None
    assert step.history.done
    assert differences(JOB.plan, bench.truth(JOB)) == ()
    assert charges(bench) == [Charge.COMMITTED]


def test_a_run_that_waits_on_the_robot_is_not_settled_before_it_is_taken_away(bench: Bench):
    """It may be played there as long as it waits."""

    def killed(request: httpx.Request, wire: InProcess) -> httpx.Response:
        raise Killed

    def lost(request: httpx.Request, wire: InProcess) -> httpx.Response:
        raise httpx.ReadError("the connection was reset", request=request)

    with pytest.raises(Killed):
        runner_by(bench, killed).start(JOB, START)
    (run,) = bench.folder.runs()
    assert runner_by(bench, lost).resume(run).end is RunEnd.UNREACHABLE
    assert charges(bench) == [Charge.PENDING]
    assert bench.runner().resume(run).end is RunEnd.NOT_STARTED
    assert charges(bench) == [Charge.ROLLED_BACK]
    assert bench.tips() == []
