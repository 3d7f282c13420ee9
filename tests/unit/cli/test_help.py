"""What `--help` says of every command: whole sentences, options alike everywhere."""

import platform
from collections.abc import Iterator
from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

from cli.main import app
from lab.store.schema import REVISIONS


def _commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


ALL = list(_commands(typer.main.get_command(app)))


def _help(path: tuple[str, ...]) -> str:
    done = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "80"}, prog_name="filmlab")
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("path", [path for path in ALL if path[-1:] != ("imaginary",)], ids=" ".join)
def test_help_is_whole(path: tuple[str, ...]) -> None:
    text = _help(path)
    listed = text.partition("Commands:")[2]
    assert "..." not in listed, "the first sentence of a command's docstring is too long for the list of commands"
    assert "/ --no-" not in text, "an option is a flag that is given or not"


def test_the_version_names_what_a_question_about_an_upgrade_needs() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert done.exit_code == 0
    expected = f"filmlab {version('filmlab')}, Python {platform.python_version()}, store schema {REVISIONS[-1]}\n"
    assert done.output == expected


@pytest.mark.parametrize("name", ["--who", "--workspace", "--campaign", "--json"])
def test_an_option_means_the_same_everywhere(name: str) -> None:
    root = typer.main.get_command(app)
    said = set()
    for path in ALL:
        command = root
        for part in path:
            command = command.commands[part]  # type: ignore[attr-defined]
        for parameter in command.params:
            # `audit --who` chooses what is shown; everywhere else it names who records.
            if name in parameter.opts and path != ("audit",):
                said.add(getattr(parameter, "help", ""))
    assert len(said) == 1
