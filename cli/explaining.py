"""`filmlab explain`: what was learned, taken apart. Nothing is recorded."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.designs import OldModel, Retrain
from cli.labels import as_recorded
from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.export.wording import PERCENT, number, scale, unit_text

if TYPE_CHECKING:
    import pandas as pd

    from active_learning.asking.explaining import Explained


def explain(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    question: Annotated[
        str, typer.Option(help="What takes the place of an unknown material: reference (other films) or rest.")
    ] = "reference",
    film: Annotated[
        str | None, typer.Option(callback=as_recorded, help="Film whose predictions are shown step by step.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for explanation.html and shapley_values.csv.")] = None,
    retrain: Retrain = False,
    old_model: OldModel = False,
    as_json: AsJson = False,
) -> None:
    """Say what each material does to properties and quality. It is told by Shapley values on the simplex."""
    from active_learning.asking import Oracle
    from active_learning.asking.explain_page import explanation_page
    from active_learning.asking.explaining import explained_with
    from active_learning.asking.simulated import beside_simulations
    from lab.files import write_atomically

    with opened(workspace, campaign) as handle:
        oracle = Oracle.of(handle, retrain=retrain, old=old_model, workspace=workspace)
        found = oracle.explain(question)
        steps = explained_with(oracle, found, film).steps(film) if film else None
        attributes = oracle.explain_attributes() if oracle.varied_attributes else None
        beside = beside_simulations(oracle, found)
    if out is not None:
        page = explanation_page(oracle, found, film=film, attributes=attributes, beside=beside)
        write_atomically(out / "explanation.html", page)
        write_atomically(out / "shapley_values.csv", found.frame().to_csv(index=False))
    if as_json:
        answer = found.as_dict() | {
            "attributes": attributes.as_dict() if attributes else None,
            "simulations": beside.as_dict() if beside else None,
            "film": steps.to_dict("index") if steps is not None else None,
            "notes": list(oracle.knowledge.notes),
        }
        print_json(answer)
        return
    if found.drawn:
        typer.echo(f"Explained: {found.drawn}.")
    _print(found)
    if steps is not None:
        typer.echo(f"Film {film}, step by step from the mean of all films (base) to its prediction:")
        typer.echo(_in_percent(steps).to_string(float_format=lambda value: number(value, 4)))
    if attributes:
        _print(attributes)
        typer.echo("In brackets: what an attribute reaches by chance, dealt out to the films at random.")
    else:
        typer.echo("Attributes of batches: all measured films share them, so nothing can be said.")
    if beside:
        typer.echo("Beside molecular dynamics:")
        for line in (*beside.verdicts, *beside.notes):
            typer.echo(f"  {line}")
    else:
        typer.echo("Beside molecular dynamics: this campaign holds no two simulated models (filmlab md study).")
    for note in oracle.knowledge.notes:
        typer.echo(f"Note: {note}")
    if out is not None:
        typer.echo(f"Explanation: {(out / 'explanation.html').resolve()}")


def _in_percent(steps: "pd.DataFrame") -> "pd.DataFrame":
    """Return the steps with fractions in percent, as pages write them."""
    shown = steps.copy()
    factors, signs = zip(*(scale(unit, PERCENT) for unit in steps["unit"]), strict=True)
    numbers = steps.columns.drop("unit")
    shown[numbers] = steps[numbers].mul(factors, axis=0)
    return shown.assign(unit=signs)


def _share(found: "Explained", player: int, column: int) -> str:
    chance = None if found.chance is None else float(found.chance[player, column])
    by_chance = "" if chance is None or math.isnan(chance) else f" ({chance:.3f})"
    return f"{found.importance[player, column]:.3f}{by_chance}"


def _print(found: "Explained") -> None:
    widths = [max(18, 2 + len(player)) for player in found.players]
    heads = (f"{player:>{width}}" for player, width in zip(found.players, widths, strict=True))
    typer.echo(f"{'mean |Shapley value| over the spread':<38}" + "".join(heads))
    for column, output in enumerate(found.outputs):
        shares = (f"{_share(found, row, column):>{width}}" for row, width in enumerate(widths))
        typer.echo(f"{output:<38}" + "".join(shares))
    materials = found.players[: found.recipes.shape[1]]
    if {"MMT", "CNF"} <= set(materials) and "tensile_strength" in found.outputs:
        together = found.synergy("MMT", "CNF", "tensile_strength")
        if together is not None:
            unit = unit_text(found.units[found.outputs.index("tensile_strength")])
            typer.echo(f"MMT x CNF on tensile_strength: {together:+.3g} {unit} by working together")
