"""What pyproject.toml asks users to install is what the installed packages import."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
FOR_USERS = ("robot", "md", "dashboard", "export", "notify", "api")
BY_NAME = {
    "psycopg": "SQLAlchemy loads it for postgresql+psycopg://",
    "opentrons": "runs as a subprocess",
    "authlib": "Streamlit loads it for logins by an identity provider",
}
"""Distributions that no import statement names, and why they are needed."""


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: Sequence[str]) -> set[str]:
    return {canonical(Requirement(text).name) for text in requirements}


def imported() -> Iterator[str]:
    """Give the top-level names of other people's modules that the installed packages import."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module.partition(".")[0]


def test_users_install_what_is_imported_and_nothing_else() -> None:
    known = packages_distributions()
    others = set(imported()) - set(PACKAGES) - sys.stdlib_module_names
    used = {canonical(known[name][0]) if name in known else f"unknown: {name}" for name in others}
    project = PROJECT["project"]
    asked = declared(project["dependencies"])
    for extra in FOR_USERS:
        asked |= declared(project["optional-dependencies"][extra])
    assert sorted(used - asked) == []
    assert sorted(asked - used - set(BY_NAME)) == []
