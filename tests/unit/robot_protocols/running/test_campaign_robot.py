"""Decks of a campaign on a robot: only finished films count as made, whatever happens."""

import shutil
from pathlib import Path

import attrs
import pytest

from lab.bench import DeckOrder, EquippedBench
from lab.errors import BenchWaitsError, FilmlabError, LeaseLostError
from lab.records import Charge, DeckLoad, DishState, LoadAct, RunCharge, RunStatus
from robot_protocols.decks import Place, deck_named
from robot_protocols.fake_robot.faults import parse_fault
from robot_protocols.fake_robot.virtual_robot import VirtualRobot
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.running.campaign_robot import CampaignRobot, connected
from robot_protocols.running.continuing import chain_of, go_on, next_step, prospect
from robot_protocols.running.instructions import Instruction, give_up, instruct
from robot_protocols.running.ledger_records import ledger_acts
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, own_deck, screening
from tests.unit.robot_protocols.running.bench import START, Bench

ALL = {"A1", "A2", "A3", "A4"}


def order_of(plan: DeckPlan) -> DeckOrder:
    return DeckOrder(
        deck=plan.label,
        plan_sha256=plan.sha256,
        positions=plan.positions,
        transfers=plan.transfers,
        protocol=write_protocol(plan, screening()),
        signed_by="Ada",
    )


ORDER = order_of(four_film_plan())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def robot_of(bench: Bench, campaign: str = "c") -> CampaignRobot:
    runner = bench.runner()
    return CampaignRobot(runner, connected(runner), campaign)


def test_a_deck_is_run_once_however_often_it_is_asked_for(bench: Bench):
    first = robot_of(bench).run_robot(ORDER)
    assert first.run.status is RunStatus.SUCCEEDED
    assert {film.position.film for film in first.films if film.state is DishState.FINISHED} == ALL
    assert [transfer.step for transfer in first.transfers] == [item.step for item in ORDER.transfers]
    assert robot_of(bench).run_robot(ORDER) == first
    assert len(bench.folder.runs()) == 1


def test_the_same_plan_of_another_campaign_is_another_deck(bench: Bench):
    robot_of(bench, "c").run_robot(ORDER)
    robot_of(bench, "d").run_robot(ORDER)
    assert len(bench.folder.runs()) == 2


def test_a_run_by_hand_counts(bench: Bench):
    bench.runner().start(job_of(four_film_plan(), screening()), START)
    assert robot_of(bench).run_robot(ORDER).run.status is RunStatus.SUCCEEDED
    assert len(bench.folder.runs()) == 1


def test_a_failed_deck_waits_for_a_person_and_is_taken_up_where_the_person_left_it(bench: Bench):
    bench.break_with("clog@7")
    robot = robot_of(bench)
    for _ in range(2):
        with pytest.raises(BenchWaitsError, match="suspect") as caught:
            robot.run_robot(ORDER)
        assert "filmlab robot continue run-0001-deck-001" in caught.value.hint
    assert len(bench.folder.runs()) == 1
    run = bench.folder.runs()[0]
    go_on(bench.runner(), run, next_step(bench.runner(), run), confirmed_by="Ada")
    made = robot.run_robot(ORDER)
    assert made.run.status is RunStatus.SUCCEEDED
    assert "clogged" in made.run.note
    acts = ledger_acts("FAKE-0001", bench.folder.ledgers()["FAKE-0001"])
    confirmed = [act.who for act in acts if isinstance(act.record, DeckLoad) and act.record.act is LoadAct.LOADED]
    assert confirmed == ["Ada", "Ada"]
    _only_whole_films(made.films, bench)


def told(bench: Bench, plan_sha256: str | None = None) -> None:
    """Let Bo say at the dashboard that the deck is ready to be gone on with."""
    runs = bench.folder.runs()
    found = prospect(bench.folder, chain_of(bench.folder, runs[-1]), bench.runner().clock())
    assert found.continuation is not None
    assert found.continuation.plan is not None
    instruct(runs[-1], Instruction("Bo", {}, plan_sha256 or found.continuation.plan.sha256))


def test_a_deck_is_gone_on_with_as_a_person_said_at_the_dashboard(bench: Bench):
    bench.break_with("clog@7")
    robot = robot_of(bench)
    with pytest.raises(BenchWaitsError, match="suspect"):
        robot.run_robot(ORDER)
    told(bench)
    made = robot.run_robot(ORDER)
    assert made.run.status is RunStatus.SUCCEEDED
    _only_whole_films(made.films, bench)
    acts = ledger_acts("FAKE-0001", bench.folder.ledgers()["FAKE-0001"])
    confirmed = [act.who for act in acts if isinstance(act.record, DeckLoad) and act.record.act is LoadAct.LOADED]
    assert confirmed == ["Ada", "Bo"]


def test_a_deck_is_not_gone_on_with_by_another_plan_than_it_was_made_ready_for(bench: Bench):
    bench.break_with("clog@7")
    robot = robot_of(bench)
    with pytest.raises(BenchWaitsError):
        robot.run_robot(ORDER)
    told(bench, plan_sha256="0" * 64)
    with pytest.raises(BenchWaitsError, match="not complete"):
        robot.run_robot(ORDER)
    assert len(bench.folder.runs()) == 1


def test_an_instruction_holds_for_one_continuation_only(bench: Bench):
    robot = robot_of(bench)
    for fault, runs in (("clog@7", 1), ("clog@3", 2)):
        bench.break_with(fault)
        with pytest.raises(BenchWaitsError):
            robot.run_robot(ORDER)
        assert len(bench.folder.runs()) == runs
        told(bench)
    assert robot.run_robot(ORDER).run.status is RunStatus.SUCCEEDED


def test_a_deck_that_was_made_by_the_continuation_of_a_run_that_was_refused_is_not_made_again(bench: Bench):
    job = job_of(four_film_plan(), screening())
    refused = bench.runner().start(job, attrs.evolve(START, signed_sha256="0" * 64))
    assert refused.end is RunEnd.NOT_STARTED
    run = bench.folder.runs()[0]
    assert go_on(bench.runner(), run, next_step(bench.runner(), run), confirmed_by="Ada").complete
    made = robot_of(bench).run_robot(ORDER)
    assert made.run.status is RunStatus.SUCCEEDED
    assert len(bench.folder.runs()) == 2
    _only_whole_films(made.films, bench)


def test_a_deck_that_is_given_up_tells_which_films_are_finished(bench: Bench):
    bench.break_with("tip-missing@19")
    robot = robot_of(bench)
    with pytest.raises(BenchWaitsError):
        robot.run_robot(ORDER)
    give_up(bench.folder.runs()[0], "Ada")
    made = robot.run_robot(ORDER)
    assert made.run.status is RunStatus.FAILED
    states = {film.position.film: film.state for film in made.films}
    assert set(states) == ALL
    assert set(states.values()) == {DishState.FINISHED, DishState.PARTIAL}
    _only_whole_films(made.films, bench)


def test_a_robot_that_is_away_is_not_taken_for_a_failure(bench: Bench):
    robot = robot_of(bench)
    bench.break_with("power-cut@5")
    with pytest.raises(BenchWaitsError, match="not known"):
        robot.run_robot(ORDER)
    bench.robot.power_on()
    with pytest.raises(BenchWaitsError, match="suspect"):
        robot.run_robot(ORDER)


def test_a_plan_that_was_not_signed_is_not_run(bench: Bench):
    with pytest.raises(BenchWaitsError, match="PLAN_CHANGED"):
        robot_of(bench).run_robot(attrs.evolve(ORDER, plan_sha256="0" * 64))
    assert bench.tips() == []


def test_a_deck_that_another_worker_has_taken_meanwhile_is_not_run(bench: Bench):
    def lost() -> None:
        raise LeaseLostError("the robot is not this process's any more")

    for _ in range(2):
        with pytest.raises(BenchWaitsError, match="not this process's any more"):
            robot_of(bench).run_robot(attrs.evolve(ORDER, confirm=lost))
        assert bench.robot.world.events == []
    assert [run.motion and run.motion.status for run in bench.robot._runs.values()] == ["stopped"] * 2
    assert robot_of(bench).run_robot(ORDER).run.status is RunStatus.SUCCEEDED


def test_a_deck_that_another_worker_has_taken_meanwhile_is_not_gone_on_with(bench: Bench):
    bench.break_with("clog@7")
    with pytest.raises(BenchWaitsError):
        robot_of(bench).run_robot(ORDER)
    told(bench)
    done = len(bench.robot.world.events)

    def lost() -> None:
        raise LeaseLostError("the robot is not this process's any more")

    with pytest.raises(BenchWaitsError, match="not this process's any more"):
        robot_of(bench).run_robot(attrs.evolve(ORDER, confirm=lost))
    assert len(bench.robot.world.events) == done


def test_another_serial_number_is_refused_at_once(bench: Bench):
    with pytest.raises(FilmlabError, match="FAKE-0001"):
        connected(bench.runner(), serial="OT2-17")


def test_a_bench_with_a_robot_leaves_the_rest_to_people(bench: Bench):
    equipped = EquippedBench(robot_of(bench))
    assert equipped.can("run-robot")
    assert not equipped.can("grade")
    assert equipped.simulated
    with pytest.raises(LookupError):
        equipped.dry(["A1"])


def test_the_virtual_robot_goes_on_by_itself_and_the_same_way_every_time():
    faults = ["tip-missing@5", "power-cut@9", "connection-reset@15", "stopped-by-hand@17"]
    runs = [VirtualRobot([parse_fault(text) for text in faults]).run_robot(ORDER) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0].run.status is RunStatus.SUCCEEDED
    assert "lost" in runs[0].run.note
    assert {film.state for film in runs[0].films} == {DishState.FINISHED}
    charges = [record for record in runs[0].ledger if isinstance(record, RunCharge)]
    assert {charge.state for charge in charges} == {Charge.COMMITTED}
    assert len(charges) > 2


def test_a_fault_strikes_once():
    robot = VirtualRobot([parse_fault("clog@7"), parse_fault("tip-missing@9999")])
    robot.run_robot(ORDER)
    assert [fault.kind for fault in robot.faults] == ["tip-missing"]


def test_the_ledger_as_records_holds_what_the_ledger_holds(bench: Bench):
    bench.break_with("clog@7")
    bench.runner().start(job_of(four_film_plan(), screening()), START)
    with bench.folder.ledger("FAKE-0001") as ledger:
        ledger.swap_rack(10, "Grace")
        state = ledger.state
    acts = list(ledger_acts("FAKE-0001", bench.folder.ledgers()["FAKE-0001"]))
    load, swap = [act.record for act in acts if isinstance(act.record, DeckLoad)]
    pending, charge = [act.record for act in acts if isinstance(act.record, RunCharge)]
    assert (load.act, swap.act) == (LoadAct.LOADED, LoadAct.RACK_SWAPPED)
    assert [act.who for act in acts] == ["Ada", "", "", "Grace"]
    assert pending.key == charge.key
    assert pending.state is Charge.PENDING
    assert charge.state is Charge.COMMITTED
    assert {(tip.slot, tip.well) for tip in charge.tips if tip.slot != 10} == {tuple(tip) for tip in state.tips}
    for draw in charge.draws:
        box = state.containers[Place(draw.slot, draw.well)]
        assert (draw.stock, draw.drawn, draw.perhaps) == (box.stock, box.drawn, box.perhaps)
    cast = {(dish.film, dish.state) for dish in charge.dishes}
    assert cast == {(dish.film, dish.state) for dish in state.dishes.values()}


def _only_whole_films(films, bench: Bench) -> None:
    """What is called finished truly holds all of its film, and nothing twice."""
    wanted: dict[str, dict[str, float]] = {film: {} for film in ALL}
    for transfer in four_film_plan().transfers:
        doses = wanted[transfer.film]
        doses[transfer.stock] = doses.get(transfer.stock, 0.0) + transfer.volume
    truth = bench.truth(job_of(four_film_plan(), screening()))
    for film in films:
        if film.state is DishState.FINISHED:
            held = truth[Place(film.position.slot, film.position.well)]
            assert held == pytest.approx(wanted[film.position.film])


def test_a_campaign_s_own_deck_is_gone_on_with_though_its_file_is_gone(tmp_path: Path):
    file = own_deck(tmp_path / "mine")
    deck = deck_named(file)
    (plan,) = plan_decks([order("A1", 40.0, 4500.0, CNF=0.6, MMT=0.4)], STOCKS, deck)
    shutil.rmtree(file.parent)
    own = DeckOrder(plan.label, plan.sha256, plan.positions, plan.transfers, write_protocol(plan, deck), deck.files)

    ran = VirtualRobot([parse_fault("clog@3")]).run_robot(own)

    assert "clog" in ran.run.note
    assert [film.state for film in ran.films] == [DishState.FINISHED]
