"""Every `filmlab` command that a page prints is a command, with options that it has."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.main import app

ROOT = Path(__file__).parents[3]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = typer.main.get_command(app)
_IN_A_SENTENCE = re.compile(r"`(filmlab [^`]+)`")
_IN_A_BLOCK = re.compile(r"^\s*(?:\$ )?(?:sudo (?:-E )?-u \w+ )?(?:\S*/)?(filmlab .+)")


def printed(page: Path) -> Iterator[str]:
    """The commands of a page, as they are printed."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```[^\n]*\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    blocks += re.findall(r"^    .+\n", prose, flags=re.MULTILINE)
    yield from (found.replace("\n", " ") for found in _IN_A_SENTENCE.findall(prose))
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        found = _IN_A_BLOCK.match(line)
        if found:
            yield found[1]


def faults(words: list[str]) -> Iterator[str]:
    """What is wrong with a command after `filmlab`; `a|b` stands for several."""
    command: Any = COMMAND
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        names = words.pop(0).split("|")
        missing = [name for name in names if name not in command.commands]
        if missing:
            yield f"there is no command {' '.join(missing)}"
            return
        command = command.commands[names[0]]
    if command.context_settings.get("ignore_unknown_options"):
        return
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help"}
    yield from (
        f"there is no option {word}" for word in words if word.startswith("-") and word.split("=")[0] not in known
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_printed_command_is_one(page: Path) -> None:
    wrong = {
        command: found
        for command in printed(page)
        if (found := list(faults(shlex.split(command.replace("\\|", "|"), comments=True)[1:])))
    }
    assert wrong == {}


def test_commands_are_found_in_blocks_tables_and_sentences(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Use `filmlab status`;\nfilmlab says it.\n| `filmlab film approve\\|edit` | x |\n\n"
        "```console\n$ filmlab work \\\n  --untill x\n```\n\n    filmlab wrok\n"
    )
    found = list(printed(page))
    assert found == ["filmlab status", "filmlab film approve\\|edit", "filmlab work    --untill x", "filmlab wrok"]
    assert list(faults(["work", "--untill", "x"])) == ["there is no option --untill"]
    assert list(faults(["wrok"])) == ["there is no command wrok"]
    assert list(faults(["film", "approve|edit"])) == []


def test_git_and_linters_leave_alone_what_the_first_campaign_makes_in_the_checkout() -> None:
    commands = " ".join(printed(ROOT / "docs" / "tutorial" / "first-campaign.md"))
    made = set(re.findall(r"--(?:workspace|out) (\S+)", commands))
    assert {"my-lab", "tables"} <= made
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {f"/{folder}/" for folder in made} <= set(ignored)
