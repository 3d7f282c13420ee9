"""`filmlab campaign`: make one, bring one in, let more join it, and see what is next."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, print_json
from cli.persons import Who, name_of
from cli.status import status
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

app = typer.Typer(help="Create campaigns and look at them.", no_args_is_help=True, rich_markup_mode=None)
app.command("status")(status)


@app.command()
def create(
    workspace: WorkspaceOption = HERE,
    definition: Annotated[Path | None, typer.Option("--file", help="Campaign definition, a TOML file.")] = None,
    builtin: Annotated[str, typer.Option(help="Name of a built-in definition, where no file is given.")] = "chen2024",
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number of the campaign.")] = 7,
    show: Annotated[bool, typer.Option("--show", help="Print the definition's text and create nothing.")] = False,
) -> None:
    """Create a campaign from a definition file or a built-in definition."""
    from active_learning.campaign.creating import create_campaign
    from lab.campaign_files import builtin_text
    from lab.open_campaigns import typed_command
    from lab.people_checks import login_name
    from lab.user_files import read_text

    text = builtin_text(builtin) if definition is None else read_text(definition)
    if show:
        typer.echo(text)
        return
    folder = definition.parent if definition else None
    name = create_campaign(workspace, text, seed, login_name(), what=str(definition or builtin), folder=folder)
    with opened(workspace, name) as handle:
        typer.echo(f"Campaign {name} is created. Next: {typed_command('work', workspace, handle)}")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="An .eln or .zip file that `filmlab export` wrote.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Add a campaign that was exported elsewhere. Its records and files come along."""
    from lab.export.crate_import import import_crate
    from lab.workspace import Workspace

    made = import_crate(file, Workspace.create(workspace))
    whole = "all that the exporting lab had" if made.same_seal else "a part of what the exporting lab had"
    typer.echo(
        f"Campaign {made.campaign}: {counted(made.events, 'event')}, {counted(made.records, 'record')}, "
        f"{counted(made.files, 'file')}; this is {whole}."
    )


@app.command()
def extend(
    definition: Annotated[Path, typer.Option("--file", help="The wider campaign definition, a TOML file.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    films: Annotated[int, typer.Option(min=0, help="Films with the new material that are made to be graded.")] = 90,
    who: Who = None,
) -> None:
    """Let another material join a running campaign. What is known stays useful."""
    from active_learning.campaign.extending import extend as extend_campaign
    from lab.open_campaigns import typed_command
    from lab.user_files import read_text

    with opened(workspace, campaign) as handle:
        wider = extend_campaign(handle, read_text(definition), name_of(who), films=films, folder=definition.parent)
        following = typed_command("work", workspace, handle)
    typer.echo(f"{handle.name} now has {len(wider.ranges)} materials: {', '.join(wider.material_names)}.")
    typer.echo(f"Next: {following}")


@app.command("next")
def next_command(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, as_json: AsJson = False) -> None:
    """List what can be done next, by whom and why."""
    from active_learning.campaign.next_actions import next_actions
    from active_learning.campaign.status import action_as_dict

    with opened(workspace, campaign) as handle:
        actions = next_actions(handle.definition, handle.records())
    if as_json:
        print_json([action_as_dict(action) | {"films": list(action.films)} for action in actions])
        return
    if not actions:
        typer.echo("Nothing is left to do: the campaign is complete.")
    for action in actions:
        typer.echo(f"{action.kind:<14} {action.who:<9} {action.why}")
        if action.films:
            typer.echo(f"{'':<24} {' '.join(action.films)}")
