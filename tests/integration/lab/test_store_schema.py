"""The tables that the migrations make are those that the code describes."""

import re
from pathlib import Path
from typing import Any

import alembic.autogenerate
import alembic.config
import alembic.migration
import alembic.script
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.store import Store
from lab.store.codecs import CODECS
from lab.store.databases import Database
from lab.store.schema import REVISIONS, metadata
from lab.store.versions import MIGRATIONS


def test_alembic_finds_no_difference(store: Store) -> None:
    with store._database.reading() as connection:
        context = alembic.migration.MigrationContext.configure(connection, opts={"compare_type": True})
        assert alembic.autogenerate.compare_metadata(context, metadata) == []


def test_rules_are_the_same_to_the_letter(store: Store, tmp_path: Path) -> None:
    """Alembic does not compare CHECKs; the databases' own words do."""
    database = store._database
    if database.file is not None:
        other = tmp_path / "described.db"
        other.touch()
        described = Database.at(f"sqlite:///{other}")
        with described.writing() as connection:
            metadata.create_all(connection)
            expected = _sqlite_words(connection)
        described.close()
        with database.reading() as connection:
            assert _sqlite_words(connection) == expected
    else:
        with database.writing() as connection:
            migrated = _postgresql_words(connection, "public")
            connection.execute(sa.text("CREATE SCHEMA described"))
            connection.execute(sa.text("SET LOCAL search_path = described"))
            for index in (index for table in metadata.sorted_tables for index in table.indexes):
                index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
            metadata.create_all(connection)
            assert _postgresql_words(connection, "described") == migrated


def _sqlite_words(connection: Connection) -> dict[str, list[str]]:
    query = "SELECT name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL"
    return {
        name: sorted(line.strip().rstrip(",") for line in words.splitlines())
        for name, words in connection.exec_driver_sql(query)
        if name != "alembic_version"
    }


def _postgresql_words(connection: Connection, schema: str) -> set[tuple[Any, ...]]:
    queries = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = CAST(:schema AS regnamespace)",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = :schema",
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = :schema",
    )
    found = [tuple(row) for query in queries for row in connection.execute(sa.text(query), {"schema": schema})]
    plain = [tuple(re.sub(rf"\b{schema}\.", "", str(word)) for word in row) for row in found]
    return {row for row in plain if "alembic_version" not in row[0]}


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = alembic.script.ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


def test_every_table_of_records_has_a_codec() -> None:
    described = {table.name for table in metadata.sorted_tables if "supersedes" in table.c}
    assert {codec.table.name for codec in CODECS.values()} == described
    parts = {table.name for table in metadata.sorted_tables if "record_id" in table.c}
    assert {part.table.name for codec in CODECS.values() for part in codec.parts} == parts


def test_names_fit_postgresql() -> None:
    for table in metadata.sorted_tables:
        names = [table.name, *(str(rule.name) for rule in table.constraints), *(str(ix.name) for ix in table.indexes)]
        assert max(map(len, names)) <= 63
