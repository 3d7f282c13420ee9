"""Orders to a run from another terminal, and how a run is told to stand."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

from lab.errors import FilmlabError, StoreError
from lab.records import DishState
from robot_protocols.fake_robot.transport import InProcess
from robot_protocols.robot_client import Ot2Client, RunAction
from robot_protocols.running.facts import latest
from robot_protocols.running.journal import Journal, read_journal
from robot_protocols.running.loading import job_of
from robot_protocols.running.orders import give_order, latest_run, status_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_order_is_written_down_first_and_keeps_nobody_from_stopping_the_robot_while_it_waits(bench: Bench):
    bench.runner().start(JOB, START)
    (run,) = bench.folder.runs()
    file = run.root / "orders.jsonl"

    def connect(url: str) -> Ot2Client:
        assert url == "http://robot:31950"
        assert [(entry.kind, entry.data["who"]) for entry in read_journal(file)] == [("order", "Bo")]
        Journal(file).close()  # another terminal may write to it now
        return Ot2Client(url, transport=InProcess(bench.robot, bench.clock))

    failure = give_order(run, RunAction.STOP, "Bo", connect)
    assert failure is not None
    assert "has ended" in failure.message
    answer = read_journal(file)[-1]
    assert (answer.kind, answer.data["failure"]) == ("answer", str(failure))


def order_on_a_full_disk(bench: Bench, action: RunAction) -> RunEnd:
    """Give an order in the middle of a run while it cannot be written down, and return how the run ends."""

    def look() -> None:
        bench.on_sleep = lambda: None
        (run,) = bench.folder.runs()
        with Journal(run.root / "orders.jsonl"), pytest.raises(FilmlabError) as said:  # it is taken, or the disk full
            give_order(run, action, "Bo", lambda url: Ot2Client(url, transport=InProcess(bench.robot, bench.clock)))
        assert ("was told to the robot, but" in said.value.message) is (action is RunAction.STOP)

    bench.on_sleep = look
    return bench.runner().start(JOB, START).end


def test_a_robot_is_stopped_though_that_cannot_be_written_down(bench: Bench):
    assert order_on_a_full_disk(bench, RunAction.STOP) is RunEnd.STOPPED


def test_a_robot_is_not_told_to_play_where_that_cannot_be_written_down(bench: Bench):
    assert order_on_a_full_disk(bench, RunAction.PLAY) is RunEnd.SUCCEEDED


def test_a_run_that_never_reached_the_robot_takes_no_orders(bench: Bench):
    run = bench.folder.new_run(JOB)
    with Journal(run.journal_path) as journal:
        journal.add("planned", url="http://robot", robot="FAKE-0001")
    with pytest.raises(StoreError, match="has not reached the robot"):
        give_order(run, RunAction.STOP, "Bo", Ot2Client)


def test_how_a_run_stands_is_told_by_its_journal(bench: Bench):
    bench.break_with("clog@7")
    bench.runner().start(JOB, START)
    bench.runner().start(JOB, attrs.evolve(START, signed_sha256="0" * 64))
    failed, refused = bench.folder.runs()
    found = status_of(failed)
    assert (found.run, found.robot, found.url) == (failed.label, "FAKE-0001", "http://robot:31950")
    assert (found.phase, found.goes_on) == ("failed", False)
    assert (found.step, found.last_step) == (7, max(JOB.plan.film_of_step))
    assert found.dishes == {**dict.fromkeys(DishState, 0), **Counter(list(dishes_of(bench, failed.label).values()))}
    found = status_of(refused)
    assert (found.phase, found.goes_on, found.step) == ("not started", False, 0)
    assert found.dishes[DishState.EMPTY] == 4


def dishes_of(bench: Bench, label: str) -> Mapping[str, DishState]:
    """How the dishes of a run were settled."""
    settled = latest(bench.folder.run(label).entries(), "settled")
    assert settled is not None
    return {film: DishState(word) for film, word in settled.data["dishes"].items()}


def test_the_newest_run_is_meant_where_none_is_named(bench: Bench):
    with pytest.raises(StoreError, match="there are no runs"):
        latest_run(bench.folder)
    for _ in range(2):
        bench.runner().start(JOB, START)
    first, second = bench.folder.runs()
    assert latest_run(bench.folder) == second
    assert latest_run(bench.folder, first.label) == first
