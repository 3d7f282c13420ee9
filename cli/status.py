"""`filmlab status`: how far a campaign is."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from active_learning.campaign.actions import Action
    from lab.open_campaigns import OpenCampaign
    from lab.records import Records


def status(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, as_json: AsJson = False) -> None:
    """Say how far a campaign is and what can be done next."""
    print_status(workspace, campaign, as_json=as_json)


def print_status(workspace: Path, campaign: str | None, *, as_json: bool) -> None:
    """Print a campaign's status as text or JSON."""
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


def status_as_dict(campaign: "OpenCampaign") -> dict[str, Any]:
    """Return a campaign's status as the JSON contract says."""
    from active_learning.campaign.next_actions import next_actions
    from active_learning.campaign.progress import progress_of

    records = campaign.records()
    progress = progress_of(campaign.definition, records)
    return {
        "campaign": campaign.name,
        "seed": campaign.seed,
        "stage": str(progress.stage),
        "films": {
            "planned": progress.planned,
            "made": progress.made,
            "graded": progress.graded,
            "measured": progress.measured,
        },
        "loops_done": progress.loops_done,
        "designs": {"requested": progress.designs_requested, "verified": progress.designs_verified},
        "review": _review(records),
        "next_actions": [action_as_dict(action) for action in next_actions(campaign.definition, records)],
    }


def _review(records: "Records") -> dict[str, Any] | None:
    """Return the newest review in short: its advice, why, and the health checks that failed."""
    from active_learning.campaign.reviews import latest_review

    found = latest_review(records)
    if found is None:
        return None
    lines = [f"Review after {found.name}: {found.advice.value}, {found.reason}"]
    lines += [f"Doubtful: {doubt.film} {doubt.property_name}" for doubt in found.doubts]
    return {
        "after": found.name,
        "advice": found.advice.value,
        "reason": found.reason,
        "gain": found.gain,
        "checks": {check.name: check.verdict.value for check in found.checks},
        "lines": lines,
    }


def action_as_dict(action: "Action") -> dict[str, str]:
    """Return an action as the JSON contract says."""
    return {"kind": str(action.kind), "who": str(action.who), "why": action.why}
