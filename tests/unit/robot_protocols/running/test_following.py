"""What the watch of a run writes down, tells and orders."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import attrs
import httpx
import pytest

from robot_protocols.fake_robot.transport import InProcess
from robot_protocols.robot_client import Ot2Client
from robot_protocols.running.following import Progress
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())
STEPS = 20


class Killed(BaseException):
    """Our process ends here, without any goodbye."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_looks_that_show_nothing_new_are_written_down_at_every_heartbeat_only(bench: Bench):
    poll, heartbeat = 0.5, 4.0
    assert bench.runner(poll=poll, heartbeat=heartbeat).start(JOB, START).complete
    looks = [entry for entry in bench.folder.runs()[0].entries() if entry.kind in {"commands", "seen"}]
    times = [datetime.fromisoformat(entry.data["asked"]) for entry in looks]
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert max(gaps) <= heartbeat + poll
    quiet = [gap for gap, entry in zip(gaps, looks[1:], strict=True) if entry.kind == "seen"]
    assert quiet
    assert min(quiet) >= heartbeat


def test_how_far_a_run_is_is_told(bench: Bench):
    told: list[Progress] = []
    bench.break_with("network-away@6:60")
    assert attrs.evolve(bench.runner(poll=2.0), show=told.append).start(JOB, START).complete
    assert {progress.phase for progress in told} == {"running", "no contact", "succeeded"}
    assert {progress.last_step for progress in told} == {STEPS}
    steps = [progress.step for progress in told]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, STEPS)
    films = JOB.plan.film_of_step
    assert all(progress.film == films.get(progress.step, "") for progress in told)
    left = [progress.minutes_left for progress in told]
    assert left == sorted(left, reverse=True)
    assert left[0] == pytest.approx(JOB.plan.minutes, rel=0.05)


@pytest.mark.parametrize("look", [3, 20])
def test_a_watch_that_is_taken_up_writes_down_what_is_new(bench: Bench, look: int):
    looks = 0

    def killed() -> None:
        nonlocal looks
        looks += 1
        if looks == look:
            raise Killed

    bench.on_sleep = killed
    with pytest.raises(Killed):
        bench.runner(poll=2.0).start(JOB, START)
    (run,) = bench.folder.runs()
    assert bench.runner().resume(run).complete
    commands = [item for entry in run.entries() if entry.kind == "commands" for item in entry.data["commands"]]
    assert set(Counter((item[0], item[3]) for item in commands).values()) == {1}


def test_a_run_that_cannot_be_played_is_given_up_and_taken_away(bench: Bench):
    wire, orders = InProcess(bench.robot, bench.clock), Counter[str]()

    def lossy(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/actions"):
            orders["play" if b"play" in request.read() else "stop"] += 1
            if b"play" in request.read():
                raise httpx.ReadError("the connection was reset", request=request)
        return wire.handle_request(request)

    client = Ot2Client("http://robot", transport=httpx.MockTransport(lossy), sleep=bench.clock.sleep)
    outcome = attrs.evolve(bench.runner(), client=client).start(JOB, START)
    assert outcome.end is RunEnd.NOT_STARTED
    # At the start and three times after that; every order was written down before it was given.
    assert orders == {"play": 4, "stop": 1}
    assert [entry.kind for entry in bench.folder.runs()[0].entries()].count("playing") == orders["play"]
    with bench.folder.ledger("FAKE-0001") as ledger:
        assert not ledger.state.pending
        assert not ledger.state.tips


def test_a_run_whose_commands_are_not_there_is_looked_at_again(bench: Bench):
    wire, asked = InProcess(bench.robot, bench.clock), 0

    def forgetful(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        if request.url.path.endswith("/commands"):
            asked += 1
            if asked == 2:
                return httpx.Response(404, json={"errors": [{"id": "RunNotFound"}]})
        return wire.handle_request(request)

    client = Ot2Client("http://robot", transport=httpx.MockTransport(forgetful), sleep=bench.clock.sleep)
    assert attrs.evolve(bench.runner(), client=client).start(JOB, START).complete
