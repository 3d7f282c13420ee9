"""`filmlab virtual`: ask the virtual lab's film world."""

from pathlib import Path
from typing import Annotated

import typer

from lab.counting import counted

app = typer.Typer(help="The virtual lab's film world.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """The virtual lab's film world."""


@app.command()
def truth(
    recipes: Annotated[Path, typer.Argument(help="CSV with one column a material, weight fractions.")],
    out: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Write what recipes truly give in the virtual lab. Properties and grades without noise are for benchmarks."""
    from lab.virtual.truth_table import write_truth

    rows = write_truth(recipes, out)
    typer.echo(f"{counted(rows, 'recipe')} answered: {out}")
