"""The page on campaign files names every key, with its default, and its example works."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from lab import campaign_tables, library
from lab.campaign_files import parse_definition
from lab.materials import HandlingClass
from lab.properties import Test, Transform

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "campaign-file.md").read_text("utf-8")
TABLES = [
    table
    for table in vars(campaign_tables).values()
    if isinstance(table, type) and issubclass(table, BaseModel) and table.model_fields
]


def section(table: type[BaseModel]) -> str:
    """The part of the page whose heading holds the name of the table, as its docstring has it."""
    (place, *_) = [*re.findall(r"``(.*?)``", table.__doc__ or ""), "The file itself"]
    parts = {part.split("\n")[0]: part for part in PAGE.split("\n### ")}
    # Two tables of the same keys share a part of the page with the table that holds them.
    found = [heading for heading in parts if place in heading or place.replace("]", ".") in heading]
    return parts[min(found, key=len)]


def rows(text: str) -> dict[str, list[str]]:
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row for row in cells}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_is_explained_with_its_default(table: type[BaseModel]) -> None:
    explained = rows(section(table))
    for name, field in table.model_fields.items():
        assert name in explained, f"{name} of {table.__name__} is not on the page"
        _, meaning, _, default = explained[name]
        assert meaning
        assert (default == "required") == field.is_required(), name
        if _is_plain(field.default):
            assert default.strip("`").replace('["A"]', "A") == _shown(field.default), name


def _is_plain(default: Any) -> bool:
    return default is not PydanticUndefined and default not in (None, "", {}, []) and not isinstance(default, BaseModel)


def _shown(default: Any) -> str:
    if isinstance(default, list):
        return ", ".join(default)
    return f"{default:g}" if isinstance(default, float) and default < 1000 else str(default).removesuffix(".0")


def test_no_key_is_explained_that_is_not_there() -> None:
    known = {name for table in TABLES for name in table.model_fields}
    assert set(rows(PAGE)) <= known


def test_every_word_to_choose_from_is_named() -> None:
    for word in [*HandlingClass, *Transform, *Test, *library.materials(), *library.properties()]:
        assert re.search(rf"\b{re.escape(word)}\b", PAGE), word


def test_the_example_is_a_campaign() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    definition = parse_definition(example)
    assert definition.material_names == ("CNF", "chitosan", "PVA")
    assert len(definition.properties) == 2
