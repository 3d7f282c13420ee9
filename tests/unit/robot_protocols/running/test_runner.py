import time
from datetime import date
from pathlib import Path

import attrs
import pytest

from lab.records import Charge, DishState
from robot_protocols.calibration import Calibration, CalibrationPoint
from robot_protocols.mass_balance import as_made
from robot_protocols.planner import plan_decks
from robot_protocols.readback import differences
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.deck_outcomes import deck_outcome
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from robot_protocols.running.reckoning import StepState
from robot_protocols.running.seeing_through import take_up
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, four_films, screening
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


@pytest.mark.parametrize(
    ("zone", "hours", "made_on"),
    [("LAB-14", 3.0, date(2026, 11, 3)), ("LAB+12", 0.0, date(2026, 11, 1))],  # POSIX: LAB-14 is 14 h before UTC
)
def test_a_stock_that_was_made_today_where_the_lab_is_is_neither_old_nor_from_the_future(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, zone: str, hours: float, made_on: date
):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        bench.clock.sleep(3600 * hours)
        today = tuple(attrs.evolve(stock, made_on=made_on, keeps_days=0.5) for stock in STOCKS)
        assert bench.runner().start(JOB, attrs.evolve(START, stocks=today)).end is RunEnd.SUCCEEDED
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_ledger_knows_the_run(bench: Bench):
    bench.runner().start(JOB, START)
    assert bench.folder.ledgers()["FAKE-0001"][0].data["simulated"] is True
    with bench.folder.ledger("FAKE-0001") as ledger:
        assert list(ledger.state.runs.values()) == [Charge.COMMITTED]
        assert {dish.state for dish in ledger.state.dishes.values()} == {DishState.FINISHED}
        for stock, volume in bench.drawn(JOB).items():
            boxes = [box for box in ledger.state.containers.values() if box.stock == stock]
            assert sum(box.drawn for box in boxes) == pytest.approx(volume)


def test_a_calibrated_deck_goes_on_with_the_same_doses_and_expects_the_same_film(bench: Bench):
    gel = Calibration(
        "CNF-10", "p1000_single_gen2", (CalibrationPoint(100, 92, 1.0, 8), CalibrationPoint(1000, 950, 4, 8))
    )
    (plan,) = plan_decks(four_films(), STOCKS, screening(), calibrations=[gel])
    job = job_of(plan, screening())
    bench.break_with("clog@7", "tip-missing@12")
    runner = bench.runner()
    runner.start(job, START)
    run = bench.folder.runs()[0]
    seen = take_up(runner, run.label, repair=bench.robot.power_on, answers={}, operator="Ada")
    assert seen.history is not None
    assert seen.history.done
    truth = bench.truth(job)
    for label, item in seen.history.standings.items():
        asked: dict[str, float] = {}
        for stock_pass, stroke in plan.strokes:
            if stroke.film == label:
                asked[stock_pass.stock] = asked.get(stock_pass.stock, 0.0) + stroke.volume
        assert truth[item.film.dish] == pytest.approx(asked)
    outcome = deck_outcome("deck-001", "robot", seen.history)
    for film in outcome.films:
        here = [transfer for transfer in outcome.transfers if transfer.step in film.steps]
        made = as_made(film.position.film, here, STOCKS)
        expected = plan.expected[film.position.film]
        assert dict(made.composition) == pytest.approx(dict(expected.composition), abs=1e-6)
        assert dict(made.sd) == pytest.approx(dict(expected.sd), abs=1e-5)


def test_where_liquid_moves_in_no_time_more_is_doubtful_after_a_restart(tmp_path: Path):
    """A robot-server with a simulated robot waits in delays only: its flow rates bound nothing."""
    suspects = []
    for firmware in ("a real one", "Virtual Smoothie"):
        bench = Bench(tmp_path / firmware.replace(" ", "-"))
        bench.robot.options = attrs.evolve(bench.robot.options, firmware=firmware)
        bench.break_with("server-restart@5:1")
        outcome = bench.runner(poll=0.5).start(JOB, START)
        assert outcome.end is RunEnd.LOST
        assert outcome.reckoning is not None
        states = outcome.reckoning.steps.values()
        suspects.append(sum(state is StepState.DOUBTFUL for state in states))
    assert 0 < suspects[0] < suspects[1]


@pytest.mark.parametrize(("look", "seconds"), [(3, 7200.0), (9, 7200.0), (5, 86_400.0)])
def test_a_laptop_that_slept_finds_the_commands_that_it_missed(bench: Bench, look: int, seconds: float):
    looks = []

    def sleep() -> None:
        looks.append(1)
        if len(looks) == look:
            bench.clock.sleep(seconds)
            bench.robot.advance()

    bench.on_sleep = sleep
    outcome = bench.runner().start(JOB, START)
    assert outcome.complete
    assert differences(JOB.plan, bench.truth(JOB)) == ()


def test_a_network_that_is_away_for_long_ends_the_watch_and_not_the_run(bench: Bench):
    bench.break_with("network-away@6:3000")
    runner = bench.runner()
    assert runner.start(JOB, START).end is RunEnd.UNREACHABLE
    with bench.folder.ledger("FAKE-0001") as ledger:
        assert list(ledger.state.runs.values()) == [Charge.PENDING]
    # Nothing else may run on this robot until that is settled.
    bench.clock.sleep(3000)
    assert "not settled" in runner.start(JOB, START).problem
    step = next_step(runner, bench.folder.runs()[0])
    assert step.outcome.complete
    assert differences(JOB.plan, bench.truth(JOB)) == ()
