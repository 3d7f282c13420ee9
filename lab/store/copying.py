"""Copying a whole database into an empty one, between SQLite and PostgreSQL in any direction."""

from collections.abc import Iterator

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import StoreError
from lab.store import checks, schema, sealing
from lab.store.databases import Database
from lab.store.versions import open_database

_ROWS = 2_000
"""Rows in one INSERT."""


@attrs.frozen
class Copied:
    """What was copied."""

    rows: int
    seals: dict[str, str]
    """The newest seal of every campaign, by the campaign's name: equal in both databases."""


def move(source_url: str, target_url: str) -> Copied:
    """Copy everything into another database, which is made, or must be empty; the source stays as it is.

    Args:
        source_url: Address of the database to copy.
        target_url: Address of an empty or missing database.

    Raises:
        StoreError: If either cannot be used, the target holds campaigns, or the copy is not sound.
    """
    source = open_database(source_url, create=False)
    try:
        target = open_database(target_url, create=True)
        try:
            return copy_all(source, target)
        finally:
            target.close()
    finally:
        source.close()


def copy_all(source: Database, target: Database) -> Copied:
    """Copy every row of a database into an empty one, in one transaction, and check the copy."""
    with source.reading() as reading, target.writing() as writing:
        if writing.execute(sa.select(schema.campaign.c.id).limit(1)).first() is not None:
            raise StoreError(
                f"the database {target.name} holds campaigns already", hint="give an empty one; nothing was changed"
            )
        rows = sum(_copy_table(reading, writing, table) for table in schema.metadata.sorted_tables)
        if target.file is None:
            _move_sequences(writing)
        seals = seals_of(reading)
        found = checks.findings_within(writing, on_file=False)
        if found or seals_of(writing) != seals:
            raise StoreError(
                f"a copy of {source.name} is not sound: {'; '.join(found) or 'its seals differ'}",
                hint="nothing was copied: see filmlab db check, and compare with an older backup; sqlite3's .backup or "
                "pg_dump keep the database as it is",
            )
    return Copied(rows, seals)


def seals_of(connection: Connection) -> dict[str, str]:
    """Return the newest seal of every campaign."""
    table = schema.campaign.c
    campaigns = connection.execute(sa.select(table.id, table.name).order_by(table.id)).all()
    return {name: sealing.last_seal(connection, campaign_id) for campaign_id, name in campaigns}


def _copy_table(reading: Connection, writing: Connection, table: sa.Table) -> int:
    """Copy rows in the order of their keys: a version comes after the one that it supersedes."""
    query = sa.select(table).order_by(*table.primary_key.columns)
    copied = 0
    for rows in _in_pieces(reading, query):
        writing.execute(sa.insert(table), rows)
        copied += len(rows)
    return copied


def _in_pieces(reading: Connection, query: sa.Select[tuple[object, ...]]) -> Iterator[list[dict[str, object]]]:
    result = reading.execution_options(yield_per=_ROWS).execute(query)
    for rows in result.mappings().partitions():
        yield [dict(row) for row in rows]


def _move_sequences(writing: Connection) -> None:
    """Rows came with their numbers; the next ones are to follow them."""
    for table in schema.metadata.sorted_tables:
        if "id" in table.c:
            last = writing.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
            if last is not None:
                writing.execute(
                    sa.text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
                    {"table": table.name, "last": last},
                )
