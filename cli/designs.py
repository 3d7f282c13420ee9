"""`filmlab design` and `filmlab promises`: recipes for a wish, and what became of them. Only `--record` records."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted
from lab.export.wording import PERCENT, number, recipe_text, scale

if TYPE_CHECKING:
    from active_learning.asking.answer import DesignAnswer
    from active_learning.asking.receipt import Receipt

Retrain = Annotated[
    bool, typer.Option("--retrain", help="Learn anew from all films measured by now; nothing is recorded.")
]
OldModel = Annotated[bool, typer.Option("--old-model", help="Ask the stored model even if it is older than the data.")]


def design(
    require: Annotated[
        list[str] | None,
        typer.Option(
            help="What is required: 'tensile_strength >= 90 MPa', 'without gelatin', 'CNF:MMT >= 2'. Repeatable."
        ),
    ] = None,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    preset: Annotated[str | None, typer.Option(help="A plastic or use whose requirements are added.")] = None,
    maximise: Annotated[
        list[str] | None, typer.Option(help="Name of what shall be as large as possible. Repeatable.")
    ] = None,
    minimise: Annotated[
        list[str] | None, typer.Option(help="Name of what shall be as small as possible. Repeatable.")
    ] = None,
    curve: Annotated[Path | None, typer.Option(help="A tensile tester's file: be like its curve.")] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="How far a film may be from the curve; 0.25 if left out.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=10, help="Largest number of recipes.")] = 5,
    method: Annotated[str | None, typer.Option(help="sweep, climb or paper; chosen if left out.")] = None,
    presets: Annotated[bool, typer.Option("--presets", help="List the presets and do nothing else.")] = False,
    receipt: Annotated[Path | None, typer.Option(help="Write the receipts into this HTML file.")] = None,
    protocol: Annotated[Path | None, typer.Option(help="Plan the recipes for the robot into this folder.")] = None,
    record: Annotated[
        str | None, typer.Option(help="Record the recipes under this name, to be made and measured by the campaign.")
    ] = None,
    retrain: Retrain = False,
    old_model: OldModel = False,
    as_json: AsJson = False,
) -> None:
    """Find recipes that most probably meet requirements. The probability and its grounds are told of each."""
    from active_learning.asking import Oracle

    if presets:
        _list_presets(workspace, as_json)
        return
    texts = [*(require or []), *(f"maximise {n}" for n in maximise or []), *(f"minimise {n}" for n in minimise or [])]
    with opened(workspace, campaign) as handle:
        oracle = Oracle.of(handle, retrain=retrain, old=old_model, workspace=workspace)
        answer = oracle.design(texts, preset=preset, curve=curve, tolerance=tolerance, top=top, method=method)
        said: list[str] = []
        if receipt is not None:
            from lab.files import write_atomically

            write_atomically(receipt, answer.page())
            said.append(f"Receipts: {receipt.resolve()}")
        if protocol is not None:
            from active_learning.asking.protocols import plan_designs

            planned = plan_designs(handle.definition, answer, protocol)
            said.append(f"Protocol: {planned.folder.resolve()} ({counted(planned.films, 'film')})")
        # Last: nothing is recorded where a file could not be written.
        if record is not None:
            from active_learning.asking.recording import record_designs
            from lab.open_campaigns import typed_command

            labels = record_designs(handle, record, answer)
            said.append(f"Recorded as {', '.join(labels)}. Next: {typed_command('work', workspace, handle)}")
    if as_json:
        print_json(answer.as_dict())
        return
    _print(answer)
    for line in said:
        typer.echo(line)


def promises(workspace: WorkspaceOption = HERE, campaign: CampaignOption = None, as_json: AsJson = False) -> None:
    """Score what designs promised against what was measured."""
    from lab.export.promise_scores import promise_scores

    with opened(workspace, campaign) as handle:
        scores = promise_scores(handle.definition, handle.records())
    if as_json:
        print_json(scores.as_dict())
        return
    for one in scores.kept:
        typer.echo(f"{one.design:<8} promised {one.promised:4.0%}   {one.film:<8} {'kept' if one.kept else 'not kept'}")
    typer.echo(scores.summary())


def _list_presets(workspace: Path, as_json: bool) -> None:
    from lab.presets import presets

    known = presets(workspace)
    if as_json:
        print_json(
            [
                {"name": one.name, "title": one.title, "plastic": one.plastic, "require": list(one.demanded)}
                for one in known.values()
            ]
        )
        return
    for one in known.values():
        typer.echo(f"{one.name:<16} {one.title}")
        typer.echo(f"{'':<16} {', '.join(one.demanded)}")


def _print(answer: "DesignAnswer") -> None:
    for receipt in answer.receipts:
        _print_receipt(receipt)
    if not answer.receipts:
        typer.echo("No recipe was found.")
    for note in answer.notes:
        typer.echo(f"Note: {note}")
    for obstacle in answer.obstacles:
        typer.echo(obstacle)


def _print_receipt(receipt: "Receipt") -> None:
    one = receipt.candidate
    promise = f"probability {one.probability:.0%} (usable {one.usable:.0%}), quality {one.quality:.0%}"
    typer.echo(f"{receipt.number}. {recipe_text(receipt.composition)}   {promise}")
    for name, found in one.predictions.items():
        factor, unit = scale(receipt.units[name], PERCENT)
        mean, low, high = (number(factor * value, 4) for value in (found.mean, found.p05, found.p95))
        typer.echo(f"     {name:<18} {mean:>10} {unit:<6} 90 % within {low} to {high}")
    near = receipt.neighbours[0]
    warning = "   EXTRAPOLATION" if receipt.extrapolates else ""
    typer.echo(f"     nearest film {near.film} differs by {100 * near.distance:.1f} wt%{warning}")
    typer.echo(f"     {receipt.impact}")
