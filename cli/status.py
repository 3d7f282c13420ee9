"""`filmlab status`: how far a campaign is."""

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened


def status(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, as_json: AsJson = False) -> None:
    """Say how far a campaign is and what can be done next."""
    from active_learning.campaign.status import status_as_dict

    with opened(workspace, campaign) as handle:
        found = status_as_dict(handle)
    if as_json:
        print_json(found)
        return
    films, designs = found["films"], found["designs"]
    typer.echo(f"Campaign {found['campaign']}, seed {found['seed']}: stage {found['stage']}")
    typer.echo(
        f"Films: {films['planned']} planned, {films['made']} made, {films['graded']} graded, "
        f"{films['measured']} measured"
    )
    typer.echo(f"Loops done: {found['loops_done']}")
    typer.echo(f"Designs: {designs['requested']} requested, {designs['verified']} verified")
    for line in found["review"]["lines"] if found["review"] else []:
        typer.echo(line)
    for action in found["next_actions"]:
        typer.echo(f"Next: {action['kind']} ({action['who']}): {action['why']}")
    if not found["next_actions"]:
        typer.echo("Nothing is left to do.")
