"""What commands print: tables for people, JSON for programs, errors with a hint."""

import json
import sys
from typing import Annotated, Any

import typer

from lab.errors import FilmlabError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_error(error: FilmlabError) -> None:
    """Print an error and its hint on standard error."""
    typer.secho(f"Error: {error.message}", fg=typer.colors.RED, err=True)
    if error.hint:
        typer.secho(f"What to do: {error.hint}", err=True)


def interactive() -> bool:
    """Return whether standard error is a terminal, on which a display may be redrawn."""
    return sys.stderr.isatty()
