"""The bench that `filmlab work` uses: the virtual lab, people, and a robot where one is given."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import typer

from cli.robot_access import robot_folder, robot_runner

if TYPE_CHECKING:
    from lab.bench import Bench, Robot
    from lab.open_campaigns import OpenCampaign
    from robot_protocols.running.following import Progress


@attrs.frozen
class RobotChoice:
    """What was said of the robot on the command line."""

    url: str | None = None
    serial: str | None = None
    offsets: Path | None = None
    speed: float = 1.0
    faults: tuple[str, ...] = ()
    calibrations: Path | None = None
    """File of calibrations of its pipettes."""
    may_be_away: bool = False
    """Whether all else goes on while no robot that may be used answers."""


@contextmanager
def bench_of(
    campaign: "OpenCampaign", workspace: Path, choice: RobotChoice, show: "Callable[[Progress], None]"
) -> "Iterator[Bench | None]":
    """Give the bench that `work` may use; None where people do all of the bench's work.

    Raises:
        InvalidInputError: If a fault is none.
        FilmlabError: If no robot that may be used answers at the address, and it may not be away.
    """
    from lab.bench import EquippedBench

    hands = _virtual_hands(campaign)
    with ExitStack() as connections:
        robot = _robot(campaign, workspace, choice, show, connections)
        yield hands if robot is None else EquippedBench(robot, hands)


def _virtual_hands(campaign: "OpenCampaign") -> "Bench | None":
    if campaign.definition.lab != "virtual":
        return None
    from lab.virtual.bench import VirtualBench

    return VirtualBench(campaign.definition, campaign.seed)


def _robot(
    campaign: "OpenCampaign",
    workspace: Path,
    choice: RobotChoice,
    show: "Callable[[Progress], None]",
    connections: ExitStack,
) -> "Robot | None":
    if choice.faults and (choice.url is not None or campaign.definition.lab != "virtual"):
        raise typer.BadParameter("--fault is for the virtual lab's robot; a robot has faults of its own")
    if choice.offsets is not None and choice.url is None:
        raise typer.BadParameter("--offsets are those of a robot; give its address with --robot")
    if choice.url is None and campaign.definition.lab == "virtual":
        from robot_protocols.fake_robot.faults import parse_fault
        from robot_protocols.fake_robot.virtual_robot import VirtualRobot

        return VirtualRobot([parse_fault(text) for text in choice.faults])
    if choice.url is None:
        return None
    from lab.errors import FilmlabError
    from robot_protocols.running.campaign_robot import AwayRobot, CampaignRobot, connected
    from robot_protocols.running.offsets import read_offsets

    runner = robot_runner(robot_folder(workspace), choice.url, choice.speed, show)
    connections.callback(runner.client.close)
    try:
        identity = connected(runner, serial=choice.serial)
    except FilmlabError as error:
        if not choice.may_be_away:
            raise
        return AwayRobot(choice.url, error)
    return CampaignRobot(
        runner,
        identity,
        campaign.name,
        stocks=campaign.definition.stocks,
        offsets=read_offsets(choice.offsets) if choice.offsets else (),
        serial=choice.serial,
    )
