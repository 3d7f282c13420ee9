"""Looking for damage in a whole database."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import StoreError
from lab.store import schema
from lab.store.codecs import CODECS, NAMES
from lab.store.databases import Database
from lab.store.reading import labels_by_id, part_rows, read_one


def findings(database: Database) -> tuple[str, ...]:
    """Return what is wrong with a database, one sentence each; empty where nothing is.

    The file's own structure and its foreign keys (SQLite; a server keeps them itself), names that no record stands
    behind, and rows that do not make a record.
    """
    found: list[str] = []
    try:
        with database.reading() as connection:
            if database.file is not None:
                found += _sqlite_findings(connection)
            found += _nameless(connection)
            for campaign_id, name in connection.execute(sa.select(schema.campaign.c.id, schema.campaign.c.name)).all():
                found += [f"campaign {name!r}: {what}" for what in _unreadable(connection, campaign_id)]
    except StoreError as error:
        found.append(error.message)
    return tuple(found)


def _sqlite_findings(connection: Connection) -> Iterator[str]:
    for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if line != "ok":
            yield f"the file is damaged: {line}"
    for table, row, referred, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row} of table {table} refers to a row of {referred} that is not there"


def _nameless(connection: Connection) -> Iterator[str]:
    """Names are added together with the record that brings them, so none stands alone."""
    for codec in CODECS.values():
        names = codec.names
        if names is None:
            continue
        column = codec.table.c[f"{names.name}_id"]
        orphans = sa.select(names.c.label).where(~sa.exists().where(column == names.c.id)).order_by(names.c.id)
        for label in connection.execute(orphans).scalars():
            yield f"the {names.name} {label!r} has a name but no record"


def _unreadable(connection: Connection, campaign_id: int) -> Iterator[str]:
    labels = {names: labels_by_id(connection, campaign_id, names) for names in NAMES}
    for codec in CODECS.values():
        table = codec.table
        rows = connection.execute(sa.select(table).where(table.c.campaign_id == campaign_id)).mappings().all()
        parts = part_rows(connection, campaign_id, codec) if rows else []
        for row in rows:
            try:
                read_one(codec, row, parts, labels)
            except StoreError as error:
                yield error.message
