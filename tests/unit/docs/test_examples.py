"""The Python examples of pages and docstrings: those with answers give them, the others name things that there are."""

import ast
import doctest
import importlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lab.compositions import Composition
from lab.grades import Grade
from lab.records import Event, Film, FilmGrade, Purpose
from lab.store import Store
from lab.workspace import Workspace

ROOT = Path(__file__).parents[3]
PAGES = [page for page in sorted((ROOT / "docs").rglob("*.md")) if "```python" in page.read_text("utf-8")]
PACKAGES = ("lab", "models", "robot_protocols", "active_learning", "md_sim")
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if re.search(r"^ +>>> ", path.read_text("utf-8"), flags=re.MULTILINE)
]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a page in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [str(block) for block in found]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the pages take for granted: a lab with one graded film, and recipes."""
    with Store.open(Workspace.create(tmp_path / "my-lab").database_url, create=True) as store:
        store.create_campaign("chen2024", "", 7, "Ana")
        film = Film("L001", Purpose.LIBRARY, Composition({"CNF": 1.0}), 12.0, 1600.0)
        event = Event("grade", "Ana", "person", simulated=False, at=datetime.now(UTC))
        store.append("chen2024", event, [film, FilmGrade("L001", Grade.A)])
    (tmp_path / "recipes.csv").write_text(blocks(ROOT / "docs" / "how-to" / "plan-a-deck.md", "csv")[0])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_of_a_page_give_what_it_says(page: Path) -> None:
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks(page, "python"), 1):
        if ">>> " in block:
            example = doctest.DocTestParser().get_doctest(block, names, f"{page.name} {number}", str(page), 0)
            told: list[str] = []
            doctest.DocTestRunner(optionflags=FLAGS).run(example, out=told.append, clear_globs=False)
            names |= example.globs
            assert "".join(told) == ""
        else:
            _check_imports(block)


def _check_imports(block: str) -> None:
    """What takes minutes or a cluster is not run; the names it imports are there."""
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            assert [name.name for name in node.names if not hasattr(module, name.name)] == []


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_docstring_give_what_it_says(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert found.attempted > 0 and found.failed == 0


def test_a_wrong_example_is_found() -> None:
    example = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner().run(example, out=lambda text: None).failed == 1
