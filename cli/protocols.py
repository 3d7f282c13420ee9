"""`filmlab protocol`: plan films for the robot."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json

if TYPE_CHECKING:
    from robot_protocols.plan_folder import PlannedFolder

app = typer.Typer(help="Plan films for the robot.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Plan films for the robot."""


@app.command()
def plan(
    recipes: Annotated[Path, typer.Argument(help="CSV: film, one column a material, optionally solids_mg.")],
    out: Annotated[Path, typer.Option(help="Folder for plan, protocols, run cards and labels.")],
    deck: Annotated[str | None, typer.Option(help="Name of a built-in deck or path of a deck file.")] = None,
    stocks: Annotated[Path | None, typer.Option(help="TOML file with the stocks.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace another plan in the folder.")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn a file of recipes into checked protocols, run cards and dish labels."""
    from robot_protocols.plan_folder import plan_recipes_file

    planned = plan_recipes_file(recipes, out, deck=deck, stocks=stocks, replace=replace)
    if as_json:
        print_json(_as_dict(planned))
        return
    typer.echo(f"{planned.films} films on {len(planned.plans)} decks in {planned.folder.resolve()}")
    for one in planned.plans:
        tips = ", ".join(f"{count} {rack}" for rack, count in one.tips.items())
        typer.echo(f"{one.label}: {len(one.films)} films, about {one.minutes:.0f} min, tips: {tips}")
    for label, finding in planned.findings:
        typer.echo(f"Warning for {label}: {finding.message} ({finding.hint})")


def _as_dict(planned: "PlannedFolder") -> dict[str, Any]:
    return {
        "folder": str(planned.folder.resolve()),
        "films": planned.films,
        "decks": [
            {"label": one.label, "films": len(one.films), "minutes": one.minutes, "tips": dict(one.tips)}
            for one in planned.plans
        ],
        "warnings": [
            {"deck": label, "code": found.code, "message": found.message, "hint": found.hint}
            for label, found in planned.findings
        ],
        "files": [str(path) for path in planned.files],
    }
