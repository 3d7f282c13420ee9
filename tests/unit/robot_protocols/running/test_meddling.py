"""A robot that others use as well: in its app, at another address, with answers that get lost on their way."""

from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import httpx
import pytest

from lab.errors import BenchWaitsError
from lab.records import Charge, DishState, RunStatus
from robot_protocols.decks import Place
from robot_protocols.fake_robot.transport import InProcess
from robot_protocols.readback import differences
from robot_protocols.robot_client import Ot2Client, RunAction
from robot_protocols.running.continuing import next_step
from robot_protocols.running.facts import MARGIN_SECONDS, ending_of, latest
from robot_protocols.running.journal import Journal
from robot_protocols.running.ledger import Container
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from robot_protocols.running.places import RunFolder
from robot_protocols.running.runner import RobotRunner
from tests.integration.robot_protocols.plain_protocols import SHORT
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench
from tests.unit.robot_protocols.running.test_campaign_robot import ORDER, robot_of, told

JOB = job_of(four_film_plan(), screening())
Way = Callable[[httpx.Request, InProcess], httpx.Response]


class Killed(BaseException):
    """Our process ends here, without any goodbye."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def runner_by(bench: Bench, way: Way) -> RobotRunner:
    """Return a runner whose requests reach the robot in a way of their own."""
    wire = InProcess(bench.robot, bench.clock)
    transport = httpx.MockTransport(lambda request: way(request, wire))
    client = Ot2Client("http://robot", transport=transport, sleep=bench.clock.sleep)
    return attrs.evolve(bench.runner(), client=client)


def runner_ordering_by(bench: Bench, way: Way) -> RobotRunner:
    """Return a runner whose orders to a run (play, stop) reach the robot in a way of their own."""

    def carried(request: httpx.Request, wire: InProcess) -> httpx.Response:
        return way(request, wire) if request.url.path.endswith("/actions") else wire.handle_request(request)

    return runner_by(bench, carried)


def is_creation(request: httpx.Request) -> bool:
    return (request.method, request.url.path) == ("POST", "/runs")


def reset(request: httpx.Request) -> httpx.ReadError:
    return httpx.ReadError("the connection was reset", request=request)


def creation_unanswered(request: httpx.Request, wire: InProcess) -> httpx.Response:
    response = wire.handle_request(request)
    if is_creation(request):
        raise reset(request)
    return response


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
    outcome = runner_ordering_by(bench, way).start(JOB, START)
    assert outcome.complete, outcome
    assert differences(JOB.plan, bench.truth(JOB)) == ()
    assert charges(bench) == [Charge.COMMITTED]


def test_a_run_that_is_not_played_is_taken_away(bench: Bench):
    orders: list[bytes] = []

    def noted(request: httpx.Request, wire: InProcess) -> httpx.Response:
        orders.append(request.read())
        return refused(request, wire) if len(orders) == 1 else wire.handle_request(request)

    outcome = runner_ordering_by(bench, noted).start(JOB, START)
    assert outcome.end is RunEnd.NOT_STARTED
    assert "the door is open" in outcome.problem
    assert charges(bench) == [Charge.ROLLED_BACK]
    assert [str(RunAction.STOP) in order.decode() for order in orders] == [False, True]
    assert [run.motion.status for run in bench.robot._runs.values() if run.motion] == ["stopped"]


def killed_before(kind: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """Begin a run, and let our process end before an entry is in a journal."""
    add = Journal.add

    def dying(journal: Journal, found: str, **data: object) -> object:
        if found == kind:
            raise Killed
        return add(journal, found, **data)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Journal, "add", dying)
        bench.runner().start(JOB, START)
    return bench.folder.runs()[0]


@pytest.mark.parametrize("kind", ["created", "playing"])
@pytest.mark.parametrize("seconds", [60.0, 6000.0])
def test_a_run_that_somebody_else_played_is_not_stopped(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, kind: str, seconds: float
):
    """Our process ends before it plays the run, and whoever stands at the robot plays it in the app."""
    begun = killed_before(kind, bench, monkeypatch)
    (run,) = bench.robot._runs.values()
    bench.robot._act(run, RunAction.PLAY)
    bench.clock.sleep(seconds)

    step = next_step(bench.runner(), begun)

    assert step.outcome.complete, step.outcome
    assert step.history is not None
    assert step.history.done
    assert differences(JOB.plan, bench.truth(JOB)) == ()
    assert charges(bench) == [Charge.COMMITTED]


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize("kind", ["confirmed", "loaded", "analysed", "pending", "creating"])
def test_a_run_of_which_the_robot_was_not_told_is_begun_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, kind: str, off: bool
):
    begun = killed_before(kind, bench, monkeypatch)
    if off:
        assert next_step(bench.runner(), begun, robot_is_off=True).outcome.end is RunEnd.NOT_STARTED
    else:
        with pytest.raises(BenchWaitsError, match="was not started: the run was never played") as caught:
            robot_of(bench).run_robot(ORDER)
        assert caught.value.hint == "run: filmlab work"
    assert robot_of(bench).run_robot(ORDER).run.status is RunStatus.SUCCEEDED
    assert differences(JOB.plan, bench.truth(JOB)) == ()


def test_a_robot_that_refuses_to_go_on_with_a_deck_is_not_asked_again_before_a_person_says_so(bench: Bench):
    bench.break_with("clog@7")
    with pytest.raises(BenchWaitsError, match="suspect"):
        robot_of(bench).run_robot(ORDER)
    told(bench)
    robot = attrs.evolve(robot_of(bench), runner=runner_ordering_by(bench, refused))
    with pytest.raises(BenchWaitsError, match="run-0001-deck-001 was not gone on with") as caught:
        robot.run_robot(ORDER)
    assert "the door is open" in caught.value.message
    assert charges(bench) == [Charge.COMMITTED, Charge.ROLLED_BACK]
    with pytest.raises(BenchWaitsError, match="robot continue run-0002-deck-001-c1"):
        robot_of(bench).run_robot(ORDER)
    assert len(bench.folder.runs()) == 2


def test_a_run_that_waits_on_the_robot_is_not_settled_before_it_is_taken_away(bench: Bench):
    """It may be played there as long as it waits."""

    def killed(request: httpx.Request, wire: InProcess) -> httpx.Response:
        raise Killed

    def lost(request: httpx.Request, wire: InProcess) -> httpx.Response:
        raise httpx.ReadError("the connection was reset", request=request)

    with pytest.raises(Killed):
        runner_ordering_by(bench, killed).start(JOB, START)
    (run,) = bench.folder.runs()
    assert runner_ordering_by(bench, lost).resume(run).end is RunEnd.UNREACHABLE
    assert charges(bench) == [Charge.PENDING]
    assert bench.runner().resume(run).end is RunEnd.NOT_STARTED
    assert charges(bench) == [Charge.ROLLED_BACK]
    assert bench.tips() == []


def test_a_run_whose_creation_was_not_answered_is_found_on_the_robot(bench: Bench):
    wire = InProcess(bench.robot, bench.clock)
    # Somebody else's run waits there as well.
    others = Ot2Client("http://robot", transport=wire, sleep=bench.clock.sleep)
    protocol_id = others.upload({"other.py": SHORT})
    assert isinstance(protocol_id, str)
    others.create_run(protocol_id)

    outcome = runner_by(bench, creation_unanswered).start(JOB, START)
    assert outcome.complete, outcome
    assert len(bench.robot._runs) == 2


def test_a_run_that_may_have_been_created_is_looked_for_again(bench: Bench):
    """The answer is lost, and the robot is away after it; it may be played there meanwhile."""

    def lossy(request: httpx.Request, wire: InProcess) -> httpx.Response:
        if request.method == "GET" and request.url.path == "/runs":
            raise reset(request)
        return creation_unanswered(request, wire)

    outcome = runner_by(bench, lossy).start(JOB, START)
    assert outcome.end is RunEnd.UNREACHABLE
    assert charges(bench) == [Charge.PENDING]
    (run,) = bench.robot._runs.values()
    bench.robot._act(run, RunAction.PLAY)
    assert bench.runner().resume(bench.folder.runs()[0]).complete
    assert charges(bench) == [Charge.COMMITTED]


def test_a_run_that_was_not_created_is_not_started(bench: Bench):

    def lossy(request: httpx.Request, wire: InProcess) -> httpx.Response:
        if is_creation(request):
            raise reset(request)
        return wire.handle_request(request)

    outcome = runner_by(bench, lossy).start(JOB, START)
    assert outcome.end is RunEnd.NOT_STARTED
    assert charges(bench) == [Charge.ROLLED_BACK]


def test_of_a_robot_that_is_off_all_is_doubtful_up_to_the_moment_when_somebody_says_so(bench: Bench):
    bench.break_with("network-away@6:3000")
    assert bench.runner(patience=20.0).start(JOB, START).end is RunEnd.UNREACHABLE
    (run,) = bench.folder.runs()
    outcome = bench.runner().resume(run, robot_is_off=True)
    assert outcome.end is RunEnd.LOST
    assert outcome.reckoning is not None
    assert DishState.SUSPECT in outcome.reckoning.dishes.values()
    assert charges(bench) == [Charge.COMMITTED]
    ending = ending_of(run.entries())
    assert ending is not None
    # It was last seen before the network went; the watch ended 20 s after that, at looks 8 s apart.
    assert 20.0 < ending.unseen <= 20.0 + 3 * 8.0 + MARGIN_SECONDS


def test_who_confirmed_what_is_written_down_before_the_robot_moves(bench: Bench):
    bench.runner().start(JOB, START)
    kinds = [entry.kind for entry in bench.folder.runs()[0].entries()]
    expected = ["planned", "confirmed", "analysed", "creating", "created", "playing"]
    assert [kind for kind in kinds if kind in expected] == expected
    confirmed = latest(bench.folder.runs()[0].entries(), "confirmed")
    assert confirmed is not None
    assert confirmed.data == {"who": "Ada", "plan": JOB.plan.sha256, "fresh_deck": True}


def test_what_was_filled_up_before_a_run_counts(bench: Bench):
    bench.runner().start(JOB, START)
    (place, box) = next((place, box) for place, box in containers(bench).items() if box.stock == "water")
    start = attrs.evolve(START, fresh_deck=False, fresh_racks=(10,), refilled=((place, "water", 77_000.0),))
    refused = bench.runner().start(JOB, start)
    assert refused.end is RunEnd.NOT_STARTED
    assert "finished" in refused.problem
    assert box.left != 77_000.0
    assert containers(bench)[place].left == 77_000.0
    with bench.folder.ledger("FAKE-0001") as ledger:
        assert {tip.slot for tip in ledger.state.tips} == {11}


def containers(bench: Bench) -> Mapping[Place, Container]:
    with bench.folder.ledger("FAKE-0001") as ledger:
        return ledger.state.containers


def test_a_run_of_which_the_robot_thinks_otherwise_is_not_started(bench: Bench):
    def bent(request: httpx.Request, wire: InProcess) -> httpx.Response:
        response = wire.handle_request(request)
        if "/analyses/" not in request.url.path:
            return response
        answer = response.json()
        given = [item for item in answer["data"]["commands"] if item["commandType"] == "dispense"]
        given[-1]["params"]["volume"] += 0.2
        given[0]["params"]["labwareId"] = "something that was never loaded"
        return httpx.Response(200, json=answer)

    outcome = runner_by(bench, bent).start(JOB, START)
    assert outcome.end is RunEnd.NOT_STARTED
    assert "the robot would do something else than the plan" in outcome.problem
    assert "0:" in outcome.problem
    assert bench.robot._runs == {}
