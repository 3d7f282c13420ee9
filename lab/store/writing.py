"""Adding an event and its records to a campaign, within one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import DuplicateRecordError, InvalidInputError, StoreError
from lab.records import Event, Record
from lab.store import schema, sealing
from lab.store.codec import Codec, LabelToId, Row
from lab.store.codecs import CODECS, NAMES
from lab.store.failures import RULES
from lab.store.reading import chunks, heads

_SHOWN = 5
"""How many offending records an error names."""


def add_event(
    connection: Connection, campaign_id: int, event: Event, records: Sequence[Record], *, supersede: bool
) -> int:
    """Add an event and its records, seal it, and return its number.

    Raises:
        DuplicateRecordError: If the event is there, or a record is and `supersede` is False, or two records of the
            event are about the same thing.
        InvalidInputError: If the event's time has no time zone.
        StoreError: If a record speaks of a thing that the campaign does not have.
    """
    by_kind = _by_kind(records)
    event_id = _add_event_row(connection, campaign_id, event)
    ids = _ids_of_labels(connection, campaign_id, by_kind)
    for kind, codec in CODECS.items():
        if kind in by_kind:
            rows = _rows(connection, campaign_id, codec, by_kind[kind], ids, supersede=supersede)
            _insert(connection, codec, [row | {"event_id": event_id} for row in rows], by_kind[kind], ids)
    sealing.add_seal(connection, campaign_id, event_id, event, records)
    return event_id


def _by_kind(records: Sequence[Record]) -> dict[type[Record], list[Record]]:
    by_kind: dict[type[Record], list[Record]] = defaultdict(list)
    seen = set()
    twice = []
    for record in records:
        if type(record) not in CODECS:
            raise TypeError(f"{type(record).__name__} is no kind of record")
        by_kind[type(record)].append(record)
        if (record.kind, record.key) in seen:
            twice.append(_named(record))
        seen.add((record.kind, record.key))
    if twice:
        raise DuplicateRecordError(
            f"one event cannot record twice: {_listed(twice)}", hint="record the correction in an event of its own"
        )
    return by_kind


def _add_event_row(connection: Connection, campaign_id: int, event: Event) -> int:
    if event.at.tzinfo is None:
        raise InvalidInputError("event", [f"{event.key!r}: its time {event.at} has no time zone"], hint="use UTC")
    table = schema.event
    known = sa.select(table.c.at).where(table.c.campaign_id == campaign_id, table.c.key == event.key)
    at = connection.execute(known).scalar_one_or_none()
    if at is not None:
        raise DuplicateRecordError(
            f"the event {event.key!r} has been recorded on {at:%Y-%m-%d %H:%M} UTC", hint="read the records again"
        )
    row = {
        "campaign_id": campaign_id,
        "key": event.key,
        "who": event.who,
        "source": event.source,
        "simulated": event.simulated,
        "at": event.at,
    }
    _check_texts(table, [row])
    event_id: int = connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one()
    return event_id


def _ids_of_labels(connection: Connection, campaign_id: int, by_kind: dict[type[Record], list[Record]]) -> LabelToId:
    """Return the ids of all labels that the records mention, after adding the names that the records bring."""
    mentioned: dict[sa.Table, dict[str, Record]] = {names: {} for names in NAMES}
    brought: dict[sa.Table, list[str]] = {names: [] for names in NAMES}
    for kind, records in by_kind.items():
        codec = CODECS[kind]
        for record in records:
            for names, label in codec.labels(record):
                mentioned[names].setdefault(label, record)
            if codec.names is not None:
                brought[codec.names].append(record.key[0])
    ids = {}
    missing = []
    for names in NAMES:
        known = _known_labels(connection, campaign_id, names, list(mentioned[names]))
        new = [label for label in brought[names] if label not in known]
        if new:
            rows = [{"campaign_id": campaign_id, "label": label} for label in new]
            _check_texts(names, rows)
            connection.execute(sa.insert(names), rows)
            known |= _known_labels(connection, campaign_id, names, new)
        ids[names] = known
        missing += [
            f"{_named(record)} speaks of {names.name} {label!r}"
            for label, record in mentioned[names].items()
            if label not in known
        ]
    if missing:
        raise StoreError(
            f"the campaign does not have what a record speaks of: {_listed(missing)}",
            hint="add that record first, or in the same event",
        )
    return ids


def _known_labels(connection: Connection, campaign_id: int, names: sa.Table, labels: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for chunk in chunks(labels):
        query = sa.select(names.c.label, names.c.id).where(names.c.campaign_id == campaign_id, names.c.label.in_(chunk))
        known.update((label, identity) for label, identity in connection.execute(query))
    return known


def _rows(
    connection: Connection,
    campaign_id: int,
    codec: Codec,
    records: Sequence[Record],
    ids: LabelToId,
    *,
    supersede: bool,
) -> list[Row]:
    """Return the records' own rows, each pointing to the version that it supersedes."""
    rows = [{"campaign_id": campaign_id, **codec.row(record, ids)} for record in records]
    current = _current_versions(connection, campaign_id, codec, rows)
    for row in rows:
        row["supersedes"] = current.get(_key(codec, row))
    if current and not supersede:
        there = [_named(record) for record, row in zip(records, rows, strict=True) if row["supersedes"] is not None]
        raise DuplicateRecordError(
            f"already recorded: {_listed(there)}",
            hint="if it is a correction, say so: --correct for a grade, --replace for what is imported",
        )
    return rows


def _insert(
    connection: Connection, codec: Codec, rows: Sequence[Row], records: Sequence[Record], ids: LabelToId
) -> None:
    _check_texts(codec.table, rows)
    if not codec.parts:
        connection.execute(sa.insert(codec.table), rows)
        return
    insert = sa.insert(codec.table).returning(codec.table.c.id, sort_by_parameter_order=True)
    record_ids = connection.execute(insert, rows).scalars().all()
    for part in codec.parts:
        part_rows = [
            {"campaign_id": row["campaign_id"], "record_id": record_id, **part_row}
            for row, record_id, record in zip(rows, record_ids, records, strict=True)
            for part_row in codec.part_rows(part, record, ids)
        ]
        if part_rows:
            _check_texts(part.table, part_rows)
            connection.execute(sa.insert(part.table), part_rows)


def _check_texts(table: sa.Table, rows: Sequence[Row]) -> None:
    """Refuse NUL characters, which SQLite would take and PostgreSQL would not."""
    for row in rows:
        for column, value in row.items():
            if isinstance(value, str) and "\0" in value:
                raise StoreError(f"the {column} of a {table.name} holds a NUL character: {value!r}", hint=RULES)


def _current_versions(
    connection: Connection, campaign_id: int, codec: Codec, rows: Sequence[Row]
) -> dict[tuple[Any, ...], int]:
    """Return the id of the current version of each record that is already there, by its key columns."""
    columns = [codec.table.c[key] for key in codec.keys]
    wanted = {_key(codec, row) for row in rows}
    found: dict[tuple[Any, ...], int] = {}
    for chunk in chunks(list(dict.fromkeys(key[0] for key in wanted))):
        query = heads(codec.table, campaign_id, codec.table.c.id, *columns).where(columns[0].in_(chunk))
        for identity, *key in connection.execute(query):
            if tuple(key) in wanted:
                found[tuple(key)] = identity
    return found


def _key(codec: Codec, row: Row) -> tuple[Any, ...]:
    return tuple(row[key] for key in codec.keys)


def _named(record: Record) -> str:
    return f"{record.kind} {'/'.join(record.key)}"


def _listed(items: Iterable[str]) -> str:
    items = list(items)
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more
