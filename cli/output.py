"""What commands print: tables for people, JSON for programs, errors with a hint."""

import json
import math
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from lab.errors import FilmlabError, InvalidInputError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output; NaN and infinite numbers as null, as JSON has none."""
    typer.echo(json.dumps(_with_nulls(value), indent=2, ensure_ascii=False, allow_nan=False))


def _with_nulls(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _with_nulls(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_nulls(item) for item in value]
    return value


def print_error(error: FilmlabError, *, as_json: bool) -> None:
    """Print an error and its hint on standard error; for programs as JSON on standard output, too."""
    if as_json:
        faults = {"faults": list(error.faults)} if isinstance(error, InvalidInputError) else {}
        print_json({"error": error.message, "hint": error.hint, **faults})
    typer.secho(f"Error: {error.message}", fg=typer.colors.RED, err=True)
    if error.hint:
        typer.secho(f"What to do: {error.hint}", err=True)


def print_usage_error(usage: Any) -> None:
    """Print wrong usage as JSON on standard output, for programs; people were told on standard error.

    Args:
        usage: The exception of typer's that says what is wrong, and in which command where that is known.
    """
    command = getattr(usage.ctx, "command_path", "filmlab")
    print_json({"error": usage.format_message(), "hint": f"see {command} --help"})


def word(path: Path) -> str:
    """Return a path as one word of a command for people to copy, whatever characters it holds."""
    return shlex.quote(str(path))


def interactive() -> bool:
    """Return whether standard error is a terminal, on which a display may be redrawn."""
    return sys.stderr.isatty()
