"""`filmlab work`: do what can be done."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.display import WorkDisplay
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, bench_of, opened

if TYPE_CHECKING:
    from active_learning.campaign.work import WorkResult
    from lab.open_campaigns import OpenCampaign

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
) -> None:
    """Do what the campaign needs next, one action after another, until people have to act or all is done."""
    if follow is not None:
        _follow(workspace, campaign, follow)
    with opened(workspace, campaign) as handle:
        result = do_work(handle, workspace, max_actions=max_actions, until=until)
    typer.echo(f"{result.done} actions done.")
    for action in result.waiting:
        typer.echo(f"Next: {action.kind} ({action.who}): {action.why}")
    if not result.waiting:
        typer.echo("Nothing is left to do.")


def _follow(workspace: Path, campaign: str | None, seconds: float) -> NoReturn:
    """Work for ever, beside other workers and people. What goes wrong is said once and tried again."""
    from lab.errors import FilmlabError, StoreBusyError

    told = ""
    while True:
        try:
            with opened(workspace, campaign) as handle:
                result = do_work(handle, workspace)
            said = "; ".join(f"{action.kind} ({action.who}): {action.why}" for action in result.waiting)
            said = f"Waiting for: {said}" if said else "Nothing is left to do."
        except StoreBusyError as error:
            said = error.message
        except FilmlabError as error:
            said = f"Error: {error}"
        if said != told:
            typer.echo(said)
            told = said
        time.sleep(seconds)


def do_work(
    campaign: "OpenCampaign", workspace: Path, *, max_actions: int | None = None, until: str | None = None
) -> "WorkResult":
    """Run `work` on a campaign with a live display, and copy its report and deck files into the workspace."""
    from active_learning.campaign.progress import Stage
    from active_learning.campaign.work import work
    from lab.export.published_files import publish

    stage = Stage(until) if until else None
    started = time.monotonic()
    with WorkDisplay(campaign.definition, started) as display:
        result = work(
            campaign,
            bench_of(campaign),
            max_actions=max_actions,
            until=stage,
            before=display.before,
            after=display.after,
        )
    publish(workspace, result.records, campaign.artefacts)
    return result
