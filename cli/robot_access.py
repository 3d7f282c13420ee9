"""What commands that use a robot share: its folder in the workspace, its runner, what is shown while it runs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import interactive

if TYPE_CHECKING:
    from robot_protocols.running.following import Progress
    from robot_protocols.running.places import RobotFolder
    from robot_protocols.running.runner import RobotRunner

Speed = Annotated[float, typer.Option(min=1.0, help="How many times faster an imaginary robot is; 1 for a robot.")]
Serial = Annotated[
    str | None, typer.Option(envvar="FILMLAB_ROBOT_SERIAL", help="Serial number of the robot that is meant.")
]
Offsets = Annotated[Path | None, typer.Option(help="TOML file with the robot's labware offsets.")]


def robot_folder(workspace: Path) -> "RobotFolder":
    """Return the folder of a workspace's runs."""
    from robot_protocols.running.places import RobotFolder

    return RobotFolder.of_workspace(workspace.expanduser().resolve())


def known_robot_folder(workspace: Path) -> "RobotFolder":
    """Return the folder of a workspace's runs, where something can have been run: `run` alone makes a folder.

    Raises:
        WorkspaceError: If there is no such folder.
    """
    from lab.errors import WorkspaceError

    if not workspace.expanduser().is_dir():
        raise WorkspaceError(f"there is no folder {workspace}", hint="check --workspace or FILMLAB_WORKSPACE")
    return robot_folder(workspace)


def robot_runner(
    folder: "RobotFolder", url: str, speed: float, show: "Callable[[Progress], None] | None" = None
) -> "RobotRunner":
    """Return what runs plans on the robot at an address."""
    from robot_protocols.robot_client import Ot2Client
    from robot_protocols.running.following import Pace
    from robot_protocols.running.runner import RobotRunner

    return RobotRunner(folder, Ot2Client(url), Pace(speed=speed), show=show or _nothing)


def deck_state(runner: "RobotRunner") -> Any:
    """Return what stands on the deck of the robot that answers."""
    from robot_protocols.running.campaign_robot import connected

    robot = connected(runner)
    with runner.folder.ledger(robot.key, simulated=robot.health.simulated) as ledger:
        return ledger.state


def publish(workspace: Path, campaign: str | None) -> None:
    """Add what happened on the robots' decks to the campaign's records; where there is no campaign, do nothing."""
    from cli.workspaces import opened
    from lab.errors import FilmlabError
    from lab.store import Store
    from lab.workspace import ARTEFACT_FOLDER, Workspace
    from robot_protocols.running.ledger_records import publish_ledgers

    if not (workspace.expanduser() / ARTEFACT_FOLDER).is_dir():
        return  # a folder with robot runs only
    try:
        with Store.open(Workspace.open(workspace).database_url) as store:
            if not store.campaigns():
                return
        with opened(workspace, campaign) as handle:
            publish_ledgers(handle, robot_folder(workspace))
    except FilmlabError as error:
        typer.echo(f"The robot's ledger is not among the campaign's records yet: {error.message}", err=True)


def progress_text(progress: "Progress") -> str:
    """Return how far a run is, as one line."""
    return (
        f"{progress.phase}: step {progress.step} of {progress.last_step}, film {progress.film or '-'}, "
        f"about {progress.minutes_left:.0f} min left"
    )


class ProgressLine:
    """Shows how far a run is, on one line of a terminal, or a line a film elsewhere."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, progress: "Progress") -> None:
        """Show it, where it is not shown already."""
        text = progress_text(progress)
        if text == self._last:
            return
        self._last = text
        if interactive():
            typer.echo(f"\r\033[K{text}", nl=False, err=True)
        else:
            typer.echo(text, err=True)


def _nothing(progress: "Progress") -> None:
    return
