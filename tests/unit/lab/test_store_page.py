"""The page on the store names every table and every kind of record."""

import re
from pathlib import Path

from lab.records import RECORD_TYPES
from lab.store.codecs import CODECS
from lab.store.schema import metadata

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "store.md").read_text("utf-8")


def test_every_table_is_named() -> None:
    for table in metadata.tables:
        assert re.search(rf"`{table}`|\b{table}\b \|\|--", PAGE), table


def test_every_kind_of_record_has_its_table_and_parts() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for kind in RECORD_TYPES:
        codec = CODECS[kind]
        (row,) = [row for row in rows if row.startswith(f"| `{codec.table.name}` |")]
        assert kind.__name__ in row
        assert re.findall(rf"`({codec.table.name}_\w+)`", row) == [part.table.name for part in codec.parts]
