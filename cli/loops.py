"""`filmlab loop`: what the campaign thinks of itself, and whether it goes on."""

from typing import TYPE_CHECKING, Any

import typer

from cli.output import AsJson, print_json
from cli.people import Note
from cli.persons import Who, name_of
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

if TYPE_CHECKING:
    from active_learning.campaign.reviews import Review
    from lab.records import Course

loop_app = typer.Typer(
    help="Review the loop, stop it, let it go on or learn anew.", no_args_is_help=True, rich_markup_mode=None
)


@loop_app.command("review")
def show_review(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, as_json: AsJson = False) -> None:
    """Show the newest review of the loops. It holds health checks, doubtful values and what the next batch may tell."""
    from active_learning.campaign.reviews import latest_review

    with opened(workspace, campaign) as handle:
        found = latest_review(handle.records())
    if as_json:
        print_json(None if found is None else review_as_dict(found))
        return
    if found is None:
        typer.echo("There is no review yet. Next: filmlab work")
        return
    for line in review_lines(found):
        typer.echo(line)


@loop_app.command()
def stop(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, who: Who = None, note: Note = "") -> None:
    """Decide that there are no more loops: on to designs and report."""
    from lab.records import Course

    typer.echo(f"No loop after {_decide(workspace, campaign, Course.STOP, who, note)}. Next: filmlab work")


@loop_app.command("go-on")
def go_on(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, who: Who = None, note: Note = "") -> None:
    """Decide that the loops go on, whatever the review advises."""
    from lab.records import Course

    typer.echo(f"On after {_decide(workspace, campaign, Course.GO_ON, who, note)}. Next: filmlab work")


@loop_app.command()
def train(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, who: Who = None) -> None:
    """Ask for the models to be trained before they choose. After a correction they know of it then."""
    from active_learning.campaign.requests import request_training

    with opened(workspace, campaign) as handle:
        request = request_training(handle, name_of(who))
    typer.echo(f"Asked for: {request.subject}. Next: filmlab work")


def _decide(workspace: Any, campaign: str | None, course: "Course", who: str | None, note: str) -> str:
    from active_learning.campaign.courses import decide_course

    with opened(workspace, campaign) as handle:
        return decide_course(handle, course, name_of(who), note=note)


def review_as_dict(review: "Review") -> dict[str, Any]:
    """Return a review as the JSON contract says."""
    import attrs

    return attrs.asdict(review) | {"advice": str(review.advice), "reason": review.reason, "gain": review.gain}


def review_lines(review: "Review") -> list[str]:
    """Return a review as lines for people."""
    known = counted(review.films, "film")
    lines = [f"Review after {review.name} (values of {known}): {review.advice.value}, {review.reason}"]
    lines += [f"  {check.verdict.value:<8} {check.name:<12} {check.finding}" for check in review.checks]
    lines += [
        f"  gain     {gain.property_name:<20} {gain.ratio:6.2f} times the scatter of a repeat (from {gain.source})"
        for gain in review.gains
    ]
    lines += [
        f"  doubt    {doubt.film} {doubt.property_name}: {doubt.deviations:.1f} sd from what other films say"
        for doubt in review.doubts
    ]
    return lines
