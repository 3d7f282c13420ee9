"""What is wrong with the options of a benchmark, told at once, before hours of work that they would spoil."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

from active_learning.acquisition import rule_named
from lab.errors import FilmlabError, UnknownNameError


def count(text: str) -> int:
    """Return a whole number of at least 1."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return number


def output(text: str) -> Path:
    """Return the path of a file that can be written: its folder is there, and it is no folder itself."""
    path = Path(text)
    if path.is_dir():
        raise ArgumentTypeError(f"{text} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {path.parent}; make it first")
    return path


def without_traceback(main: Callable[[], None]) -> None:
    """Run a benchmark from the command line; where its input is wrong, that alone is said."""
    try:
        main()
    except FilmlabError as error:
        raise SystemExit(str(error)) from None


def rule_fault(name: str, *, goal: bool) -> str | None:
    """Return why a rule of this name cannot run; None if it can.

    Args:
        name: The name.
        goal: Whether there is a goal.
    """
    try:
        rule = rule_named(name)
    except UnknownNameError as error:
        return f"{error.message}; {error.hint}"
    return f"the rule {name!r} looks for a goal, and the aim is the map" if rule.needs_goal and not goal else None
