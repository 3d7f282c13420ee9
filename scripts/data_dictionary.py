"""Write docs/reference/data-dictionary.md: every kind of record and every field, from their docstrings.

python scripts/data_dictionary.py > docs/reference/data-dictionary.md
"""

import ast
import inspect
import textwrap
from enum import StrEnum
from typing import Any

import attrs

from lab.records import RECORD_TYPES, Event
from lab.store import CampaignEntry

_HEAD = """# Data dictionary

Every kind of record and its fields, as `scripts/data_dictionary.py` writes them from the code; a test compares. Units
are those of the field's description; fractions are of dry weight. Tables of the database have the
[same names](store.md#tables), `ledger.jsonl` of an [export](export.md) too.
"""


def main() -> None:
    """Print the page."""
    print(page(), end="")


def page() -> str:
    """Return the page."""
    parts = [_HEAD, _section("campaign", CampaignEntry, ()), _section("event", Event, ("key",))]
    for kind in RECORD_TYPES:
        parts.append(_section(kind.kind, kind, _key_fields(kind)))
    return "\n".join(parts)


def _key_fields(kind: type[Any]) -> tuple[str, ...]:
    """The fields that a record's `key` reads."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind.key.fget)))
    return tuple(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    )


def _section(name: str, kind: type[Any], keys: tuple[str, ...]) -> str:
    said = _descriptions(kind)
    lines = [f"## {name}", "", inspect.cleandoc(kind.__doc__ or "").replace("\n", " "), ""]
    lines += ["| field | type | what it is |", "|---|---|---|"]
    for field in attrs.fields(kind):
        what = said.get(field.name, "") + _words(field.type)
        key = " (names it)" if field.name in keys else ""
        lines.append(f"| `{field.name}`{key} | {_type(field.type)} | {what.strip()} |")
    return "\n".join(lines) + "\n"


def _descriptions(kind: type[Any]) -> dict[str, str]:
    """The string under each field."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - it is the source of a class
    found = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        is_field = isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        if is_field and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            text = inspect.cleandoc(str(following.value.value)).replace("\n", " ").replace("``", "`")
            found[ast.unparse(statement.target)] = text.replace("|", "\\|")
    return found


def _words(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " One of " + ", ".join(f"`{word.value}`" for word in annotation) + "."
    return ""


def _type(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return "word"
    text = (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    )
    for long in ("collections.abc.", "lab.compositions.", "lab.records.making.", "lab.records.", "typing."):
        text = text.replace(long, "")
    return text.replace("|", "or").replace("datetime.", "")


if __name__ == "__main__":
    main()
