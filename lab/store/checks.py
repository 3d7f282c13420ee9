"""Looking for damage in a whole database."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import StoreError
from lab.store import schema, sealing
from lab.store.codecs import CODECS
from lab.store.databases import Database


def findings(database: Database) -> tuple[str, ...]:
    """Return what is wrong with a database, one sentence each; empty where nothing is.

    The file's own structure and its foreign keys (SQLite; a server keeps them itself), triggers and indexes that guard
    the records and are gone, names that no record stands behind, rows that do not make a record, events that were
    changed after they were sealed, and exchanged rows.
    """
    try:
        with database.reading() as connection:
            return findings_within(connection, on_file=database.file is not None)
    except StoreError as error:
        return (error.message,)


def findings_within(connection: Connection, *, on_file: bool) -> tuple[str, ...]:
    """Return the same as a transaction sees it; `on_file` says whether a SQLite file's structure is checked too."""
    found = [*(_sqlite_findings(connection) if on_file else ()), *_unguarded(connection), *_nameless(connection)]
    for campaign_id, name in connection.execute(sa.select(schema.campaign.c.id, schema.campaign.c.name)).all():
        found += [f"campaign {name!r}: {what}" for what in _unsound(connection, campaign_id)]
    return tuple(found)


def _sqlite_findings(connection: Connection) -> Iterator[str]:
    for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if line != "ok":
            yield f"the file is damaged: {line}"
    for table, row, referred, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row} of table {table} refers to a row of {referred} that is not there"


def _unguarded(connection: Connection) -> Iterator[str]:
    """Triggers refuse changes and unique indexes second versions; whoever removed one could do either since."""
    if connection.dialect.name == "sqlite":
        acts = ["update", "delete"]
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
        indexes = "SELECT name FROM sqlite_master WHERE type = 'index'"
    else:
        acts = ["change"]
        triggers = (
            "SELECT tgname FROM pg_trigger WHERE pg_table_is_visible(tgrelid) AND tgenabled IN ('O', 'A') "
            "AND tgfoid = to_regproc('refuse_change')"
        )
        indexes = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    there = {*connection.exec_driver_sql(triggers).scalars(), *connection.exec_driver_sql(indexes).scalars()}
    for table in schema.metadata.sorted_tables:
        if not {f"{table.name}_no_{act}" for act in acts} <= there:
            yield f"nothing keeps the rows of table {table.name} from being changed: its trigger is gone or off"
        for index in sorted(str(index.name) for index in table.indexes):
            if index not in there:
                yield f"table {table.name} lacks the index {index}"


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


def _unsound(connection: Connection, campaign_id: int) -> Iterator[str]:
    """Records that cannot be read; where all can, seals that do not fit them; records in another order than events."""
    digests, faults = sealing.digests_by_event(connection, campaign_id)
    yield from faults or sealing.broken_seals(connection, campaign_id, digests)
    yield from _exchanged(connection, campaign_id)


def _exchanged(connection: Connection, campaign_id: int) -> Iterator[str]:
    """Rows are numbered as their events came; a seal covers what they say, not their numbers.

    Two versions of a record that had changed places would otherwise make the earlier one the current one.
    """
    for codec in CODECS.values():
        table = codec.table.c
        before = sa.func.lag(table.event_id).over(order_by=table.id).label("before")
        rows = sa.select(table.id, table.event_id, before).where(table.campaign_id == campaign_id).subquery()
        found = sa.select(rows.c.id).where(rows.c.event_id < rows.c.before).order_by(rows.c.id).limit(1)
        row = connection.execute(found).scalar()
        if row is not None:
            yield f"row {row} of table {codec.table.name} is of an earlier event than the row before it"
