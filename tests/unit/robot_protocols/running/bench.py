"""An imaginary robot without a network, a runner for it, and what truly happened on its deck."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from robot_protocols.decks import Place
from robot_protocols.fake_robot.faults import Fault, parse_fault
from robot_protocols.fake_robot.options import RobotOptions
from robot_protocols.fake_robot.robot import FakeRobot
from robot_protocols.fake_robot.transport import InProcess, NumberClock
from robot_protocols.readback import LiquidLedger, follow
from robot_protocols.robot_client import Ot2Client
from robot_protocols.running.following import Pace
from robot_protocols.running.loading import Job
from robot_protocols.running.places import RobotFolder
from robot_protocols.running.runner import RobotRunner, Start

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
START = Start(confirmed_by="Ada")


@attrs.define
class Bench:
    root: Path
    clock: NumberClock = attrs.field(factory=NumberClock)
    robot: FakeRobot = attrs.field(init=False)
    on_sleep: Callable[[], None] = lambda: None

    def __attrs_post_init__(self) -> None:
        self.robot = FakeRobot(RobotOptions(), self.clock)

    def break_with(self, *faults: str | Fault) -> None:
        for fault in faults:
            self.robot.add_fault(parse_fault(fault) if isinstance(fault, str) else fault)

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)
        self.on_sleep()

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.clock.now)

    @property
    def folder(self) -> RobotFolder:
        return RobotFolder(self.root)

    def runner(self, **pace) -> RobotRunner:
        client = Ot2Client("http://robot", transport=InProcess(self.robot, self.clock), sleep=self.clock.sleep)
        # Fewer looks than at a robot: only the time that tests take depends on how often one looks.
        return RobotRunner(self.folder, client, Pace(**{"poll": 8.0, **pace}), clock=self.now, sleep=self.sleep)

    def truth(self, job: Job) -> dict[Place, dict[str, float]]:
        """Volume of each stock that truly reached each dish."""
        return {place: dict(got) for place, got in self._followed(job).received.items()}

    def drawn(self, job: Job) -> dict[str, float]:
        """Net volume of each stock that truly left its containers."""
        return dict(self._followed(job).drawn)

    def _followed(self, job: Job) -> LiquidLedger:
        declared = [
            {"do": "loadLiquid", "slot": loaded.place.slot, "liquid": need.stock, "volumes": {loaded.place.well: 1.0}}
            for need in job.plan.stock_needs
            for loaded in need.places
        ]
        return follow([*declared, *self.robot.world.events], {need.stock: need.stock for need in job.plan.stock_needs})

    def tips(self) -> list[Place]:
        return [Place(e["slot"], e["well"]) for e in self.robot.world.events if e["do"] == "pickUpTip"]
