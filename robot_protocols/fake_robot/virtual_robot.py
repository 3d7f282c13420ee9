"""The imaginary robot as the robot of a campaign's bench, with faults and an operator who mends them."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from lab.bench import DeckOrder, DeckOutcome
from lab.errors import BenchWaitsError
from lab.records import DeckLoad, RunCharge
from robot_protocols.decks import DeckDefinition
from robot_protocols.fake_robot.faults import Fault
from robot_protocols.fake_robot.options import RobotOptions
from robot_protocols.fake_robot.robot import FakeRobot
from robot_protocols.fake_robot.transport import InProcess, NumberClock
from robot_protocols.robot_client import Ot2Client
from robot_protocols.running.deck_outcomes import deck_outcome
from robot_protocols.running.following import Pace
from robot_protocols.running.ledger_records import ledger_acts
from robot_protocols.running.loading import Job, job_of_order
from robot_protocols.running.places import RobotFolder
from robot_protocols.running.runner import RobotRunner, Start
from robot_protocols.running.seeing_through import SeenThrough, see_through

LOOK_SECONDS = 10.0
"""Of imaginary time between two looks at a run."""
PATIENCE_SECONDS = 150.0
"""After so long without an answer the operator looks at the robot; everything that it can have done meanwhile is
doubtful."""
REPAIR_SECONDS = 60.0
"""How long the operator takes to mend a robot."""
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
"""Imaginary time begins anew with every deck, so that the same deck with the same faults gives the same records."""


@attrs.define
class VirtualRobot:
    """Runs decks on an imaginary OT-2: the true client, journal, ledger and continuation, without a network.

    A deck is run whole within one call. If this process is killed meanwhile, the deck has not been run.

    Args:
        faults: What goes wrong; each strikes once, on the first deck that gets as far as its step.
    """

    faults: Sequence[Fault] = ()
    name: str = attrs.field(default="virtual OT-2", init=False)
    simulated: bool = attrs.field(default=True, init=False)

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Run a deck; after each failure the imaginary operator mends it and goes on.

        Raises:
            BenchWaitsError: If the deck could not be run at all.
        """
        job = job_of_order(order)
        with tempfile.TemporaryDirectory(prefix="filmlab-virtual-robot-") as folder:
            seen, ledger = self._see_through(job, order, Path(folder))
        if seen.history is None:
            raise BenchWaitsError(
                f"{order.deck} could not be run: {'; '.join(seen.problems)}", hint=seen.outcomes[-1].hint
            )
        return deck_outcome(order.deck, self.name, seen.history, note="; ".join(seen.problems), ledger=ledger)

    def _see_through(
        self, job: Job, order: DeckOrder, folder: Path
    ) -> tuple[SeenThrough, tuple[DeckLoad | RunCharge, ...]]:
        clock = NumberClock()
        robot = FakeRobot(_options(job.deck, self.faults), clock)
        client = Ot2Client("http://virtual-robot", transport=InProcess(robot, clock), sleep=clock.sleep)
        runner = RobotRunner(
            RobotFolder(folder, durable=False),
            client,
            Pace(poll=LOOK_SECONDS, heartbeat=LOOK_SECONDS, patience=PATIENCE_SECONDS),
            clock=lambda: _BEGIN + timedelta(seconds=clock.now),
            sleep=clock.sleep,
        )

        def repair() -> None:
            robot.power_on()
            clock.sleep(REPAIR_SECONDS)

        start = Start(confirmed_by=order.signed_by or self.name)
        seen = see_through(runner, job, start, repair=repair, answers={"DISHES_WAITED": "yes"})
        self.faults = robot.faults
        entries = runner.folder.ledgers().get(robot.options.serial, ())
        acts = ledger_acts(self.name, entries, label=order.deck + "/{:04d}")
        # A run that was set aside and then settled is one record: the campaign sees only how it ended.
        return seen, tuple({(act.record.kind, act.record.key): act.record for act in acts}.values())


def _options(deck: DeckDefinition, faults: Sequence[Fault]) -> RobotOptions:
    mounted = {item.mount: item.pipette.model for item in deck.pipettes}
    return RobotOptions(
        serial="VIRTUAL", left=mounted.get("left", ""), right=mounted.get("right", ""), faults=tuple(faults)
    )
