"""`filmlab md`: molecular dynamics of clay and cellulose."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, print_json

app = typer.Typer(help="Molecular dynamics of clay and cellulose.", no_args_is_help=True, rich_markup_mode=None)


@app.command("run")
def run_command(
    model: Annotated[str, typer.Option(help="cnf, mmt or mmt-cnf.")],
    test: Annotated[str, typer.Option(help="tension, shear or peel.")],
    out: Annotated[Path, typer.Option(help="Folder that gets a folder for this simulation.")],
    profile: Annotated[str, typer.Option(help="smoke (seconds), demo (minutes) or study (hours).")] = "smoke",
    seed: Annotated[int, typer.Option(min=0)] = 1,
    as_json: AsJson = False,
) -> None:
    """Put a model through a mechanical test; a finished one is read, a killed one goes on."""
    from md_sim.runs import run_test

    result = run_test(model, test, profile, seed, out)
    summary = result.summary()
    if as_json:
        print_json(summary)
    else:
        for name, value in summary.items():
            typer.echo(f"{name:<22} {value}")
    if result.status != "ok":
        sys.exit(1)


@app.command()
def compare(
    folders: Annotated[list[Path], typer.Argument(help="Folders with finished simulations.")],
    out: Annotated[Path, typer.Option(help="The report to write, one HTML file.")],
    as_json: AsJson = False,
) -> None:
    """Compare finished simulations: curves, hydrogen bonds, energies, how they failed."""
    from md_sim.comparison_report import compare as compare_runs

    found = compare_runs(folders, out)
    if as_json:
        print_json(found)
        return
    typer.echo(found["conclusion"])
    typer.echo(f"Report: {out.resolve()}")
