"""Whatever goes wrong, in whatever order: no dose twice, no charge lost, every dish accounted for."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lab.records import Charge, DishState
from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.robot_client import RunAction
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

JOB = job_of(four_film_plan(), screening())
STEPS = 20
EPS = 1e-6


class Killed(BaseException):
    """Our process ends here, without any goodbye."""


faults = st.builds(
    Fault,
    st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.SLOW_NETWORK]),
    st.integers(0, STEPS),
    st.floats(1, 2000),
)


class Failures(RuleBasedStateMachine):
    """An operator, a robot and everything that can happen to them."""

    @initialize(first=st.lists(faults, min_size=1, max_size=3), looks=st.integers(0, 150))
    def start(self, first: list[Fault], looks: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Bench(Path(self.folder.name))
        self.bench.break_with(*first)
        self.looks_left = looks
        self.bench.on_sleep = self._look
        self.done = False
        try:
            self.bench.runner().start(JOB, START)
        except Killed:
            return

    def _look(self) -> None:
        self.looks_left -= 1
        if self.looks_left == 0:
            raise Killed

    @rule()
    def the_power_fails(self) -> None:
        self.bench.robot.cut_power()

    @rule(seconds=st.floats(1, 5000))
    def nobody_looks_for_a_while(self, seconds: float) -> None:
        self.bench.clock.sleep(seconds)
        self.bench.robot.advance()

    @rule()
    def somebody_stops_the_robot(self) -> None:
        for run in self.bench.robot._runs.values():
            self.bench.robot._act(run, RunAction.STOP)

    @precondition(lambda self: not self.done)
    @rule(more=st.lists(faults, max_size=2), looks=st.integers(0, 150), good=st.booleans())
    def go_on(self, more: list[Fault], looks: int, good: bool) -> None:
        self.looks_left = looks
        self.bench.break_with(*more)
        try:
            self._go_on("yes" if good else "no")
        except Killed:
            return

    def _go_on(self, good: str) -> bool:
        """Take one more step; return whether there was anything to do."""
        self.bench.robot.power_on()
        runner = self.bench.runner()
        runs = self.bench.folder.runs()
        if not runs:
            return False
        step = next_step(runner, runs[0], answers={"DISHES_WAITED": good})
        if step.history is None:
            assert step.outcome.end is RunEnd.UNREACHABLE
            return True
        self.done = step.history.done
        if step.continuation is None or step.continuation.plan is None:
            return False
        outcome = go_on(runner, runs[0], step, confirmed_by="Ada")
        assert "preflight" not in outcome.problem, outcome.problem
        assert "spent" not in outcome.problem, outcome.problem
        return True

    @invariant()
    def what_is_known_is_true(self) -> None:
        """Every dish that the ledger calls known holds exactly that, and no tip is used twice."""
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
        """Let nothing more go wrong: every film is made then."""
        if not hasattr(self, "folder"):
            return
        self.bench.robot._faults.clear()
        self.looks_left = -1
        self.bench.clock.sleep(2500)  # longer than any network of these tests is away
        rounds = 0
        while self._go_on("yes"):
            rounds += 1
            assert rounds < 6, "it never ends"
        self.what_is_known_is_true()
        assert self.done or not self.bench.folder.runs()
        self.folder.cleanup()


TestFailures = Failures.TestCase
TestFailures.settings = settings(
    max_examples=12,
    stateful_step_count=5,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
