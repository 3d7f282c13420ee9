"""Orders to a run from another terminal, and how a run is told to stand."""

from pathlib import Path

import pytest

from lab.errors import StoreError
from robot_protocols.fake_robot.transport import InProcess
from robot_protocols.robot_client import Ot2Client, RunAction
from robot_protocols.running.journal import Journal, read_journal
from robot_protocols.running.loading import job_of
from robot_protocols.running.orders import give_order
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


def test_a_run_that_never_reached_the_robot_takes_no_orders(bench: Bench):
    run = bench.folder.new_run(JOB)
    with Journal(run.journal_path) as journal:
        journal.add("planned", url="http://robot", robot="FAKE-0001")
    with pytest.raises(StoreError, match="has not reached the robot"):
        give_order(run, RunAction.STOP, "Bo", Ot2Client)
