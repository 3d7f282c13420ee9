"""`filmlab suggest` and `filmlab design`: ask the newest models. Nothing is recorded."""

from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from active_learning.campaign.choices import Batch, DesignAnswers
    from active_learning.inverse_design import DesignCandidate


def suggest(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    batch: Annotated[int, typer.Option(min=1, help="How many films.")] = 10,
    rule: Annotated[str | None, typer.Option(help="Acquisition rule; the campaign's if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which films to make next, by what is known now."""
    from active_learning.campaign.choices import Chooser
    from active_learning.campaign.progress import loops_done
    from active_learning.campaign.trained_models import TrainedModels

    with opened(workspace, campaign) as handle:
        records = handle.records()
        loop = loops_done(handle.definition, records) + 1
        chooser = Chooser(handle.definition, handle.seed, TrainedModels(handle.artefacts))
        found = chooser.batch(records, f"loop-{loop:02d}", batch, rule)
        answer = _batch_as_dict(found, handle.definition.material_names)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"Rule {answer['rule']}, models {', '.join(answer['models'])}. {answer['note']}".rstrip())
    for one in answer["suggestions"]:
        typer.echo(f"{_recipe(one['composition'])}   quality {one['quality']:.2f}")


def design(
    require: Annotated[list[str], typer.Option(help="A requirement: 'tensile_strength >= 90 MPa'. Repeatable.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    top: Annotated[int, typer.Option(min=1, help="Largest number of recipes.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Find recipes that meet requirements, with the probability that they do."""
    from active_learning.campaign.choices import Chooser
    from active_learning.campaign.trained_models import TrainedModels

    with opened(workspace, campaign) as handle:
        chooser = Chooser(handle.definition, handle.seed, TrainedModels(handle.artefacts))
        answers = chooser.designs(handle.records(), "; ".join(require), require, top)
    if as_json:
        print_json(_answers_as_dict(answers))
        return
    for number, (recipe, one) in enumerate(zip(answers.found.compositions(), answers.found, strict=True), start=1):
        typer.echo(f"{number}. {_recipe(recipe)}   probability {one.probability:.2f}, quality {one.quality:.2f}")
        for name, predicted in one.predictions.items():
            typer.echo(
                f"     {name:<18} {predicted.mean:10.4g}   90 % within {predicted.p05:.4g} to {predicted.p95:.4g}"
            )
    if answers.found.note:
        typer.echo(answers.found.note)
    for conflict in answers.found.conflicts:
        typer.echo(f"Conflict: {conflict}")


def _recipe(fractions: Any) -> str:
    return " / ".join(f"{name} {100 * value:.0f}" for name, value in fractions.items()) + " wt%"


def _batch_as_dict(batch: "Batch", materials: tuple[str, ...]) -> dict[str, Any]:
    rows = zip(batch.chosen.compositions.tolist(), batch.quality, strict=True)
    return {
        "rule": batch.chosen.rule,
        "models": list(batch.models),
        "note": batch.chosen.note,
        "score": batch.chosen.score,
        "suggestions": [
            {"composition": dict(zip(materials, row, strict=True)), "quality": quality} for row, quality in rows
        ],
    }


def _answers_as_dict(answers: "DesignAnswers") -> dict[str, Any]:
    recipes = zip(answers.found.compositions(), answers.found, strict=True)
    return {
        "designs": [_design_as_dict(dict(recipe), one) for recipe, one in recipes],
        "conflicts": [attrs.asdict(conflict) for conflict in answers.found.conflicts],
        "notes": list(answers.found.notes),
        "models": list(answers.models),
    }


def _design_as_dict(composition: dict[str, float], one: "DesignCandidate") -> dict[str, Any]:
    return {
        "composition": composition,
        "probability": one.probability,
        "quality": one.quality,
        "requirements": dict(one.chances),
        "predictions": {name: attrs.asdict(predicted) for name, predicted in one.predictions.items()},
        "distance_to_nearest_film": one.distance,
    }
