from pathlib import Path

import pytest

from lab.records import Charge, DishState
from robot_protocols.readback import differences
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_run_without_trouble_makes_every_film(bench: Bench):
    outcome = bench.runner().start(JOB, START)
    assert outcome.end is RunEnd.SUCCEEDED, outcome
    assert outcome.complete
    assert differences(JOB.plan, bench.truth(JOB)) == ()


@pytest.mark.parametrize(
    "fault",
    ["tip-missing@9", "clog@7", "draw-failed@11", "stopped-by-hand@5", "power-cut@8", "server-restart@12",
     "network-away@6:300", "connection-reset@4", "clog@18", "power-cut@18", "tip-missing@1", "draw-failed@1",
     "tip-missing@20"],
)  # fmt: skip
def test_every_fault_ends_with_every_film_made_once(bench: Bench, fault: str):
    bench.break_with(fault)
    runner = bench.runner()
    outcome = runner.start(JOB, START)
    run = bench.folder.runs()[0]
    for _ in range(4):
        bench.robot.power_on()
        step = next_step(runner, run)
        if step.history is not None and step.history.done:
            break
        assert step.continuation is not None, step
        assert step.continuation.elsewhere == ()
        outcome = go_on(runner, run, step, confirmed_by="Ada")
        assert outcome.end is not RunEnd.NOT_STARTED, outcome
    assert step.history is not None
    assert step.history.done
    made = {item.film.dish: item for item in step.history.standings.values()}
    truth = bench.truth(JOB)
    for place, item in made.items():
        wanted: dict[str, float] = {}
        for dose in item.contents:
            wanted[dose.stock] = wanted.get(dose.stock, 0.0) + dose.volume
        assert truth[place] == pytest.approx(wanted)
    assert len(set(bench.tips())) == len(bench.tips())
    assert outcome.end is RunEnd.SUCCEEDED


def test_the_ledger_knows_the_run(bench: Bench):
    bench.runner().start(JOB, START)
    with bench.folder.ledger("FAKE-0001") as ledger:
        assert list(ledger.state.runs.values()) == [Charge.COMMITTED]
        assert {dish.state for dish in ledger.state.dishes.values()} == {DishState.FINISHED}
        for stock, volume in bench.drawn(JOB).items():
            boxes = [box for box in ledger.state.containers.values() if box.stock == stock]
            assert sum(box.drawn for box in boxes) == pytest.approx(volume)
