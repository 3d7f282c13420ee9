"""Reading the records of a campaign."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import StoreError, UnknownNameError
from lab.records import Event, Record, Records
from lab.store import schema
from lab.store.codec import Codec, IdToLabel, Row, StoredRow
from lab.store.codecs import CODECS, NAMES

_CHUNK = 5_000
"""Values in one IN (...): SQLite takes 32,766 parameters, PostgreSQL 65,535."""

PartRows = list[Mapping[int, list[Row]]]
"""For each part of a codec the rows of every version, in order."""


def current_records(connection: Connection, campaign_id: int, before: int | None = None) -> Records:
    """Return the current records of a campaign; a record keeps the place of its first version.

    Args:
        connection: The database.
        campaign_id: The campaign.
        before: Id of an event: records as they were before it; None for now.
    """
    with _no_garbage_collection():
        return _current_records(connection, campaign_id, before)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for garbage while a million values that stay are made: it would find none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _current_records(connection: Connection, campaign_id: int, before: int | None) -> Records:
    labels = {names: labels_by_id(connection, campaign_id, names) for names in NAMES}
    events = events_by_id(connection, campaign_id)
    if before is not None:
        events = {identity: event for identity, event in events.items() if identity < before}
    tables: dict[type, Mapping[tuple[str, ...], Record]] = {}
    origins: dict[type, Mapping[tuple[str, ...], str]] = {}
    for kind, codec in CODECS.items():
        rows = _current_rows(connection, campaign_id, codec, before)
        if rows:
            parts = part_rows(connection, campaign_id, codec)
            found = [read_one(codec, row, parts, labels) for row in rows]
            tables[kind] = {record.key: record for record in found}
            origins[kind] = {record.key: events[row["event_id"]].key for record, row in zip(found, rows, strict=True)}
    return Records(tables, {event.key: event for event in events.values()}, origins)


def ledger(connection: Connection, campaign_id: int) -> Sequence[tuple[Event, tuple[Record, ...]]]:
    """Return every event of a campaign with the records that it added, oldest first."""
    return changes_after(connection, campaign_id, 0)[1]


def changes_after(
    connection: Connection, campaign_id: int, after: int
) -> tuple[int, list[tuple[Event, tuple[Record, ...]]]]:
    """Return the events that came after one, each with its records, and the id of the last event there is."""
    table = schema.event
    new = sa.select(table.c.id).where(table.c.campaign_id == campaign_id, table.c.id > after).order_by(table.c.id)
    ids = list(connection.execute(new).scalars())
    records: dict[int, list[Record]] = {identity: [] for identity in ids}
    for codec in CODECS.values() if ids else ():
        own = codec.table
        query = sa.select(own).where(own.c.campaign_id == campaign_id, own.c.event_id > after).order_by(own.c.id)
        rows = connection.execute(query).mappings().all()
        if rows:
            parts = part_rows(connection, campaign_id, codec, [row["id"] for row in rows])
            labels = _labels_in(connection, campaign_id, codec, rows, parts)
            for row in rows:
                records[row["event_id"]].append(read_one(codec, row, parts, labels))
    events = events_by_id(connection, campaign_id, ids) if ids else {}
    return max(ids, default=after), [(events[identity], tuple(records[identity])) for identity in ids]


def event_id(connection: Connection, campaign_id: int, key: str) -> int:
    """Return the id of an event.

    Raises:
        UnknownNameError: If the campaign has no such event.
    """
    table = schema.event.c
    found = connection.execute(sa.select(table.id).where(table.campaign_id == campaign_id, table.key == key)).scalar()
    if found is None:
        raise UnknownNameError(f"nothing called {key!r} has happened in this campaign")
    return int(found)


def record_history(
    connection: Connection, campaign_id: int, kind: type[Record], key: Sequence[str]
) -> tuple[tuple[Event, Record], ...]:
    """Return every version of one record with the event that brought it, oldest first."""
    codec = CODECS[kind]
    columns = _key_values(connection, campaign_id, codec, key)
    if columns is None:
        return ()
    table = codec.table
    query = sa.select(table).where(
        table.c.campaign_id == campaign_id, *(table.c[name] == value for name, value in columns.items())
    )
    rows = connection.execute(query.order_by(table.c.id)).mappings().all()
    parts = part_rows(connection, campaign_id, codec, [row["id"] for row in rows])
    events = events_by_id(connection, campaign_id, [row["event_id"] for row in rows])
    labels = _labels_in(connection, campaign_id, codec, rows, parts)
    return tuple((events[row["event_id"]], read_one(codec, row, parts, labels)) for row in rows)


def read_one(codec: Codec, row: StoredRow, parts: PartRows, labels: IdToLabel) -> Record:
    """Return the record of one row.

    Raises:
        StoreError: If the rows do not make a record, because somebody else than filmlab wrote them.
    """
    try:
        return codec.read(row, [rows.get(row["id"], []) for rows in parts], labels)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"row {row['id']} of table {codec.table.name} is no {codec.record.kind}: {error}",
            hint="only filmlab may write these tables: restore the database from a backup",
        ) from error


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Return the values in pieces that fit into one IN (...)."""
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def labels_by_id(
    connection: Connection, campaign_id: int, names: sa.Table, ids: Collection[int] | None = None
) -> Mapping[int, str]:
    """Return labels of a campaign in one table of names, all or those asked for."""
    query = sa.select(names.c.id, names.c.label)
    # Ids say the campaign too; to say it as well would let SQLite look through all labels of the campaign.
    queries = (
        [query.where(names.c.campaign_id == campaign_id)]
        if ids is None
        else [query.where(names.c.id.in_(chunk)) for chunk in chunks(sorted(ids))]
    )
    return {identity: label for one in queries for identity, label in connection.execute(one)}


def events_by_id(connection: Connection, campaign_id: int, ids: Sequence[int] | None = None) -> Mapping[int, Event]:
    """Return the events of a campaign, all or those asked for, in the order in which they were added."""
    table = schema.event
    query = sa.select(table).where(table.c.campaign_id == campaign_id).order_by(table.c.id)
    queries = [query] if ids is None else [query.where(table.c.id.in_(chunk)) for chunk in chunks(sorted(ids))]
    return {
        row["id"]: Event(
            key=row["key"],
            who=row["who"],
            source=row["source"],
            simulated=bool(row["simulated"]),
            at=row["at"].astimezone(UTC),
        )
        for one in queries
        for row in connection.execute(one).mappings()
    }


def last_event(connection: Connection, campaign_id: int) -> int:
    """Return the number of a campaign's newest event; 0 where there is none."""
    table = schema.event.c
    last = sa.select(sa.func.max(table.id)).where(table.campaign_id == campaign_id)
    return connection.execute(last).scalar_one() or 0


def heads(
    table: sa.Table, campaign_id: int, *columns: sa.ColumnElement[Any], before: int | None = None
) -> sa.Select[Any]:
    """Return the query for the current versions: those that no other one supersedes.

    Args:
        table: A table of records.
        campaign_id: The campaign.
        columns: What is asked for.
        before: Id of an event: versions that were current before it; None for now.
    """
    later = table.alias("later")
    replaced = later.c.supersedes == table.c.id
    if before is not None:
        replaced = sa.and_(replaced, later.c.event_id < before)
    found = (
        sa.select(*columns)
        .select_from(table.outerjoin(later, replaced))
        .where(table.c.campaign_id == campaign_id, later.c.id.is_(None))
    )
    return found if before is None else found.where(table.c.event_id < before)


def _current_rows(connection: Connection, campaign_id: int, codec: Codec, before: int | None = None) -> Sequence[Row]:
    table = codec.table
    return ordered_rows(connection, campaign_id, table, [heads(table, campaign_id, *table.c, before=before)])


def ordered_rows(
    connection: Connection, campaign_id: int, table: sa.Table, queries: Iterable[sa.Select[Any]]
) -> Sequence[Row]:
    """Return the whole rows that are asked for, each in the place of its record's first version."""
    columns = table.c.keys()
    # Not ordered by the database: for it SQLite would read all rows of a campaign where a few are asked for.
    rows = [dict(zip(columns, values, strict=True)) for query in queries for values in connection.execute(query).all()]
    rows.sort(key=lambda row: int(row["id"]))
    if all(row["supersedes"] is None for row in rows):
        return rows
    chain = (
        sa.select(table.c.id, table.c.supersedes)
        .where(table.c.campaign_id == campaign_id, table.c.supersedes.is_not(None))
        .order_by(table.c.id)
    )
    first: dict[int, int] = {}
    for identity, supersedes in connection.execute(chain):
        first[identity] = first.get(supersedes, supersedes)
    return sorted(rows, key=lambda row: first.get(row["id"], row["id"]))


def part_rows(connection: Connection, campaign_id: int, codec: Codec, ids: Sequence[int] | None = None) -> PartRows:
    """Return the parts of all versions of a kind of record, or of the versions asked for."""
    found: PartRows = []
    for part in codec.parts:
        table = part.table
        query = sa.select(table).where(table.c.campaign_id == campaign_id)
        query = query.order_by(table.c.record_id, table.c.position)
        queries = [query] if ids is None else [query.where(table.c.record_id.in_(chunk)) for chunk in chunks(ids)]
        by_record: dict[int, list[Row]] = defaultdict(list)
        columns = table.c.keys()
        for one in queries:
            for values in connection.execute(one).all():
                row = dict(zip(columns, values, strict=True))
                by_record[row["record_id"]].append(row)
        found.append(by_record)
    return found


def _key_values(connection: Connection, campaign_id: int, codec: Codec, key: Sequence[str]) -> Row | None:
    """Return the values of a record's key columns; None where nothing has that name."""
    names = {reference.column: reference.names for reference in codec.references}
    values: Row = {}
    for column, text in zip(codec.keys, key, strict=True):
        if column in names:
            table = names[column]
            query = sa.select(table.c.id).where(table.c.campaign_id == campaign_id, table.c.label == text)
            values[column] = connection.execute(query).scalar_one_or_none()
            if values[column] is None:
                return None
        else:
            values[column] = codec.plain[column](text)
    return values


def _labels_in(
    connection: Connection, campaign_id: int, codec: Codec, rows: Sequence[StoredRow], parts: PartRows
) -> IdToLabel:
    """Return the labels of all things that some rows and their parts speak of."""
    ids: dict[sa.Table, set[int]] = defaultdict(set)
    for reference in codec.references:
        ids[reference.names] |= {row[reference.column] for row in rows if row[reference.column] is not None}
    for part, by_record in zip(codec.parts, parts, strict=True):
        if part.reference:
            column = part.reference.column
            ids[part.reference.names] |= {row[column] for items in by_record.values() for row in items}
    return {names: labels_by_id(connection, campaign_id, names, found) for names, found in ids.items()}
