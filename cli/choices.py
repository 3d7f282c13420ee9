"""`filmlab suggest`: ask the newest models. Nothing is recorded."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.export.wording import recipe_text

if TYPE_CHECKING:
    from active_learning.campaign.choices import Batch


def suggest(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    batch: Annotated[int | None, typer.Option(min=1, help="How many films; 10 if left out.")] = None,
    rule: Annotated[str | None, typer.Option(help="Acquisition rule; the campaign's if left out.")] = None,
    replay: Annotated[
        int | None, typer.Option(min=1, help="Derive the suggestion of this loop again and compare it with the record.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which films to make next, by what is known now."""
    if replay is not None:
        if given := [name for name, value in {"--batch": batch, "--rule": rule}.items() if value is not None]:
            raise typer.BadParameter(f"--replay chooses as was chosen then; leave {' and '.join(given)} out")
        _replay(workspace, campaign, replay, as_json=as_json)
        return
    from active_learning.campaign.choices import Chooser
    from active_learning.campaign.progress import loops_done
    from active_learning.campaign.trained_models import TrainedModels
    from active_learning.campaign.trainings import is_outdated

    with opened(workspace, campaign) as handle:
        records = handle.records()
        loop = loops_done(handle.definition, records) + 1
        chooser = Chooser(handle.definition, handle.seed, TrainedModels(handle.artefacts))
        found = chooser.batch(records, f"loop-{loop:02d}", 10 if batch is None else batch, rule)
        answer = _batch_as_dict(found) | {"outdated": is_outdated(records)}
        varied = handle.definition.varied
    if as_json:
        print_json(answer)
        return
    typer.echo(f"Rule {answer['rule']}, models {', '.join(answer['models'])}. {answer['note']}".rstrip())
    for one in answer["suggestions"]:
        batches = "".join(f"   {name} {one['attributes'][name]}" for name in varied)
        typer.echo(f"{recipe_text(one['composition'])}{batches}   quality {one['quality']:.0%}")
    for label in answer["repeats"]:
        typer.echo(f"Once more: {label}")
    if answer["outdated"]:
        typer.echo("Note: grades or measurements have changed since these models learned; next: filmlab loop train")


def _replay(workspace: Path, campaign: str | None, loop: int, *, as_json: bool) -> None:
    from active_learning.campaign.replaying import replay

    with opened(workspace, campaign) as handle:
        found = replay(handle, loop)
    if as_json:
        recipes = [dict(one.composition) for one in found.suggestions]
        print_json({"loop": loop, "same": not found.differences, "differences": found.differences, "films": recipes})
    else:
        for one in found.suggestions:
            typer.echo(f"{one.film}   {recipe_text(one.composition)}   quality {one.quality:.0%}")
        for difference in found.differences:
            typer.echo(f"Differs: {difference}")
        if found.differences:
            typer.echo("Not as recorded. Other versions of filmlab and of its packages compute otherwise;")
            typer.echo("whether records were changed since, says: filmlab audit")
        else:
            typer.echo("Derived again bit for bit.")
    if found.differences:
        raise typer.Exit(1)


def _batch_as_dict(batch: "Batch") -> dict[str, Any]:
    films = zip(batch.films, batch.quality, strict=True)
    return {
        "rule": batch.chosen.rule,
        "models": list(batch.models),
        "note": batch.chosen.note,
        "score": batch.chosen.score,
        "repeats": list(batch.repeats),
        "suggestions": [
            {"composition": dict(recipe), "attributes": dict(attributes), "quality": quality}
            for (recipe, attributes), quality in films
        ],
    }
