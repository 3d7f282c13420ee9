"""Ctrl-C: what is kept and how to go on is said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def told_at_interrupt(words: str) -> Iterator[None]:
    """Say this on standard error at Ctrl-C, and end with its exit code."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(words, err=True)
        raise typer.Exit(130) from None
