"""`filmlab work`: do what can be done."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import attrs
import typer

from cli.benches import RobotChoice, bench_of
from cli.display import WorkDisplay
from cli.interrupts import told_at_interrupt
from cli.robot_access import Offsets, Serial, Speed, robot_folder
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

if TYPE_CHECKING:
    from active_learning.campaign.work import WorkResult
    from lab.notices import Notifier
    from lab.open_campaigns import OpenCampaign

STOPPED = "Stopped; every action that was done is recorded. The same command goes on with the rest."
"""What is said at Ctrl-C."""

STAGES = ("library", "loops", "design", "report")


def _stage(value: str | None) -> str | None:
    if value is not None and value not in STAGES:
        raise typer.BadParameter(f"{value!r} is no stage; choose {', '.join(STAGES)}")
    return value


def work_command(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    max_actions: Annotated[int | None, typer.Option(min=0, help="Stop after this many actions.")] = None,
    until: Annotated[
        str | None, typer.Option(callback=_stage, help="Stop when this stage is complete: library|loops|design|report.")
    ] = None,
    follow: Annotated[
        float | None, typer.Option(min=0.1, help="Never stop: look for something to do every so many seconds.")
    ] = None,
    robot: Annotated[
        str | None, typer.Option(envvar="FILMLAB_ROBOT_URL", help="Address of the robot that runs signed decks.")
    ] = None,
    serial: Serial = None,
    offsets: Offsets = None,
    calibrations: Annotated[
        Path | None, typer.Option(help="File of calibrations: what pipettes deliver of the stocks, weighed.")
    ] = None,
    speed: Speed = 1.0,
    fault: Annotated[
        list[str] | None, typer.Option(help="Fault of the virtual robot: tip-missing@37. Repeatable.")
    ] = None,
) -> None:
    """Do what the campaign needs next. It goes on until people have to act or all is done."""
    choice = RobotChoice(robot, serial, offsets, speed, tuple(fault or ()), calibrations)
    if follow is not None:
        once = {"--fault": fault, "--until": until, "--max-actions": max_actions is not None}
        if given := [name for name, value in once.items() if value]:
            raise typer.BadParameter(f"--follow works for ever; leave it out, or {' and '.join(given)}")
        with told_at_interrupt(_stopped(robot)):
            _follow(workspace, campaign, follow, attrs.evolve(choice, may_be_away=True))
    with told_at_interrupt(_stopped(robot)), opened(workspace, campaign) as handle:
        result = do_work(handle, workspace, max_actions=max_actions, until=until, robot=choice)
    typer.echo(f"{counted(result.done, 'action')} done.")
    for action in result.waiting:
        typer.echo(f"Next: {action.kind} ({action.who}): {action.why}")
    if not result.waiting:
        typer.echo("Nothing is left to do.")


def _stopped(robot: str | None) -> str:
    running = " A robot that runs is not stopped by this: filmlab robot stop." if robot else ""
    return f"{STOPPED}{running}"


def _follow(workspace: Path, campaign: str | None, seconds: float, robot: RobotChoice) -> NoReturn:
    """Work for ever, beside other workers and people. What goes wrong is said once and tried again.

    A robot that is switched off for the night keeps nobody from training a model.
    """
    from lab.errors import FilmlabError, StoreBusyError

    notifiers = notifiers_of_settings()
    told = ""
    while True:
        try:
            with opened(workspace, campaign) as handle:
                said, people = _work_once(handle, workspace, robot)
            for notifier in notifiers:
                notifier.tell(f"filmlab: {handle.name}", people)
        except StoreBusyError as error:
            said = error.message
        except (FilmlabError, OSError) as error:
            said = f"Error: {error}"
        if said != told:
            typer.echo(said)
            told = said
        time.sleep(seconds)


def _work_once(handle: "OpenCampaign", workspace: Path, robot: RobotChoice) -> tuple[str, list[str]]:
    """Do what can be done; return what the log says of the rest, and what waits for people, one sentence each."""
    from active_learning.campaign.next_actions import next_actions
    from lab.errors import BenchWaitsError

    said, people = "", []
    try:
        waiting = do_work(handle, workspace, robot=robot).waiting
    except BenchWaitsError as error:
        waiting = tuple(next_actions(handle.definition, handle.records()))
        said, people = f"Error: {error}", [error.message]
    people += [action.why for action in waiting if action.who == "person"]
    if not said:
        said = "; ".join(f"{action.kind} ({action.who}): {action.why}" for action in waiting)
        said = f"Waiting for: {said}" if said else "Nothing is left to do."
    return said, people


def notifiers_of_settings() -> "tuple[Notifier, ...]":
    """Return who tells people, one an address, by FILMLAB_NOTIFY and FILMLAB_QUIET_HOURS."""
    from lab.notices import Notifier, QuietHours, apprise_senders
    from lab.settings import load_settings

    settings = load_settings()
    if settings.notify is None:
        return ()
    quiet = QuietHours.parse(settings.quiet_hours) if settings.quiet_hours else None
    senders = apprise_senders(settings.notify.split())
    return tuple(Notifier(send, f"address {n} of FILMLAB_NOTIFY", quiet) for n, send in enumerate(senders, start=1))


def do_work(
    campaign: "OpenCampaign",
    workspace: Path,
    *,
    max_actions: int | None = None,
    until: str | None = None,
    robot: RobotChoice | None = None,
) -> "WorkResult":
    """Run `work` on a campaign with a live display, and copy its report and deck files into the workspace."""
    from active_learning.campaign.progress import Stage
    from active_learning.campaign.work import work
    from lab.export.published_files import publish
    from robot_protocols.calibration_files import read_calibrations
    from robot_protocols.running.ledger_records import publish_ledgers

    robot = robot or RobotChoice()
    stage = Stage(until) if until else None
    known = read_calibrations(robot.calibrations) if robot.calibrations else ()
    started = time.monotonic()
    with WorkDisplay(campaign.definition, started) as display:
        try:
            with bench_of(campaign, workspace, robot, display.robot) as bench:
                result = work(
                    campaign,
                    bench,
                    max_actions=max_actions,
                    until=stage,
                    calibrations=known,
                    before=display.before,
                    after=display.after,
                )
        finally:
            publish_ledgers(campaign, robot_folder(workspace))
    publish(workspace, campaign, result.records)
    return result
