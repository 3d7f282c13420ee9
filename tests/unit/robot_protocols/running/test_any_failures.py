"""Whatever goes wrong, in whatever order: no dose twice, no charge lost, every dish accounted for."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.robot_client import RunAction
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.ledger import Charge
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from robot_protocols.running.reckoning import DishState
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())
STEPS = 24
EPS = 1e-6


class Killed(BaseException):
    """Our process ends here, without any goodbye."""


faults = st.builds(
    Fault,
    st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.SLOW_NETWORK]),
    st.integers(0, 2 * STEPS),
    st.floats(1, 2000),
)


class Failures(RuleBasedStateMachine):
    """An operator, a robot and everything that can happen to them."""

    @initialize()
    def set_up(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Bench(Path(self.folder.name))
        self.looks_left = -1
        self.bench.on_sleep = self._look
        self.started = self.done = False

    def _look(self) -> None:
        self.looks_left -= 1
        if self.looks_left == 0:
            raise Killed

    @rule(fault=faults)
    def something_will_go_wrong(self, fault: Fault) -> None:
        if len(self.bench.robot._faults) < 3:
            self.bench.break_with(fault)

    @rule(looks=st.integers(1, 60))
    def our_process_will_be_killed(self, looks: int) -> None:
        self.looks_left = looks

    @precondition(lambda self: self.started)
    @rule()
    def the_power_fails(self) -> None:
        self.bench.robot.cut_power()

    @rule(seconds=st.floats(1, 5000))
    def nobody_looks_for_a_while(self, seconds: float) -> None:
        self.bench.clock.sleep(seconds)
        self.bench.robot.advance()

    @precondition(lambda self: self.started)
    @rule()
    def somebody_stops_the_robot(self) -> None:
        for run in self.bench.robot._runs.values():
            self.bench.robot._act(run, RunAction.STOP)

    @precondition(lambda self: not self.started)
    @rule()
    def start(self) -> None:
        try:
            outcome = self.bench.runner().start(JOB, START)
            self.started = outcome.end is not RunEnd.NOT_STARTED
        except Killed:
            self.started = bool(self.bench.folder.runs())

    @precondition(lambda self: self.started and not self.done)
    @rule(good=st.booleans())
    def go_on(self, good: bool) -> None:
        self.bench.robot.power_on()
        runner = self.bench.runner()
        run = self.bench.folder.runs()[0]
        try:
            step = next_step(runner, run, answers={"DISHES_WAITED": "yes" if good else "no"})
            if step.history is None:
                assert step.outcome.end is RunEnd.UNREACHABLE
                return
            self.done = step.history.done
            continuation = step.continuation
            if continuation is not None and continuation.plan is not None:
                outcome = go_on(runner, run, step, confirmed_by="Ada")
                assert "preflight" not in outcome.problem, outcome.problem
                assert "spent" not in outcome.problem, outcome.problem
        except Killed:
            return

    @invariant()
    def what_is_known_is_true(self) -> None:
        """Every dish that the ledger calls known holds exactly that, and no tip is used twice."""
        if not getattr(self, "started", False):
            return
        tips = self.bench.tips()
        assert len(tips) == len(set(tips)) or self._racks_swapped()
        self._check_dishes()
        self._check_charges()

    def _loads(self) -> list[dict]:
        with self.bench.folder.ledger("FAKE-0001") as ledger:
            return [dict(entry.data) for entry in ledger._journal.entries if entry.kind == "loaded"]

    def _racks_swapped(self) -> bool:
        return any(load["racks"] and not load["plan"] for load in self._loads())

    def _check_dishes(self) -> None:
        wanted = {film.order.label: 0.0 for film in JOB.plan.films}
        for transfer in JOB.plan.transfers:
            wanted[transfer.film] += transfer.volume
        truth = self.bench.truth(JOB)
        with self.bench.folder.ledger("FAKE-0001") as ledger:
            dishes, pending = ledger.state.dishes, ledger.state.pending
        for place, held in truth.items():
            total = sum(held.values())
            dish = dishes.get(place)
            if dish is None:
                # Nothing may be in a dish that no settled or open run knows of.
                assert pending or total <= EPS, f"{place} holds {total} uL that nobody knows of"
                continue
            # Never more of anything than the film asks for: a dose given twice would show.
            if dish.state is not DishState.SUSPECT:
                assert total <= wanted[dish.film] + EPS
            if dish.state is DishState.FINISHED:
                assert abs(total - wanted[dish.film]) < EPS, f"{dish.film} holds {total} of {wanted[dish.film]} uL"

    def _check_charges(self) -> None:
        with self.bench.folder.ledger("FAKE-0001") as ledger:
            state = ledger.state
        if Charge.PENDING in state.runs.values():
            return
        drawn = self.bench.drawn(JOB)
        refilled = any(load["filled"] and not load["plan"] for load in self._loads())
        for stock, volume in drawn.items():
            boxes = [box for box in state.containers.values() if box.stock == stock]
            charged = sum(box.drawn + box.perhaps for box in boxes)
            assert refilled or charged >= volume - EPS, f"{volume} uL of {stock} left, {charged} uL are charged"
            assert refilled or sum(box.drawn for box in boxes) <= volume + EPS

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestFailures = Failures.TestCase
TestFailures.settings = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
