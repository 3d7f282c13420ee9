"""Every released schema, with data in it, becomes the present one and loses nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import attrs
import pytest
import sqlalchemy as sa

from lab.records import RECORD_TYPES
from lab.store import Store, upgrade
from lab.store.codecs import CODECS
from lab.store.databases import Database
from lab.store.schema import REVISIONS, metadata
from lab.store.versions import MIGRATIONS
from tests.store_examples import event, film, one_of_every_kind

Rows = Mapping[str, Sequence[dict[str, Any]]]
Columns = Mapping[str, set[str]]


def _all_rows(store: Store) -> Rows:
    with store._database.reading() as connection:
        tables = metadata.sorted_tables
        return {table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in tables}


def _make_old(database: Database, revision: str) -> Columns:
    """Make an empty database of an old schema and return its tables' columns."""
    if database.file is not None:
        database.file.touch()
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        there = sa.inspect(connection)
        return {name: {column["name"] for column in there.get_columns(name)} for name in there.get_table_names()}


def _fill(database: Database, columns: Columns, rows: Rows) -> None:
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            if table.name in columns and rows[table.name]:
                kept = [{name: row[name] for name in row if name in columns[table.name]} for row in rows[table.name]]
                connection.execute(sa.insert(table), kept)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_old_database_with_data_is_upgraded(store_url: str, revision: str, tmp_path: Path) -> None:
    old = Database.at(store_url)
    columns = _make_old(old, revision)
    known = [record for record in one_of_every_kind() if CODECS[type(record)].table.name in columns]
    with Store.open(f"sqlite:///{tmp_path / 'new.db'}", create=True) as new:
        new.create_campaign("c", 'name = "c"', 7, "tests")
        new.create_campaign("empty", "", 8, "tests")
        new.append("c", event(), known)
        new.append("c", event("again"), [attrs.evolve(film("L001"), volume=7.0), film("L002")], supersede=True)
        rows, expected, audited = _all_rows(new), new.records("c"), new.audit("c")
    _fill(old, columns, rows)
    old.close()
    assert upgrade(store_url) == (revision, REVISIONS[-1])
    with Store.open(store_url) as upgraded:
        assert upgraded.check() == ()
        records = upgraded.records("c")
        assert records.events == expected.events
        for kind in RECORD_TYPES:
            assert records.of(kind) == expected.of(kind)
        assert [entry.seal for entry in upgraded.audit("c")] == [entry.seal for entry in audited]
        if upgraded._database.file is not None:
            assert list(tmp_path.glob(f"*.schema-{revision}.backup"))
