"""The chain of seals: each event's seal covers its content and the seal before it, so a change of the past shows.

A seal is a SHA-256. Who can write the database can make all later seals anew as well: what cannot be forged is a seal
that was written down elsewhere, in a report, an export or a notebook. `filmlab audit --expect SEAL` looks for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from numbers import Real
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import StoreError
from lab.hashing import sha256_of_json
from lab.records import Event, Record
from lab.store import schema
from lab.store.codec import Codec
from lab.store.codecs import CODECS, NAMES
from lab.store.reading import events_by_id, labels_by_id, part_rows, read_one

Digests = Mapping[int, Sequence[str]]
"""For each event the digests of its records."""


def digest_of(record: Record) -> str:
    """Return the SHA-256 of what a record says, whichever database holds it."""
    return sha256_of_json(_content(CODECS[type(record)], record))


def seal_of(previous: str, event: Event, digests: Iterable[str]) -> str:
    """Return the seal of an event.

    Args:
        previous: Seal of the event before it in the campaign; `first_link` for the first one.
        event: The event.
        digests: `digest_of` its records, in any order.
    """
    said = [event.key, event.who, event.source, bool(event.simulated), _moment(event.at)]
    return sha256_of_json([previous, said, sorted(digests)])


def first_link(connection: Connection, campaign_id: int) -> str:
    """Return what the first seal of a campaign is built on: how the campaign was created."""
    table = schema.campaign.c
    columns = (table.name, table.seed, table.definition_toml, table.created_by, table.created_at)
    name, seed, definition, who, at = connection.execute(sa.select(*columns).where(table.id == campaign_id)).one()
    return sha256_of_json([name, str(seed), definition, who, _moment(at)])


def add_seal(connection: Connection, campaign_id: int, event_id: int, event: Event, records: Sequence[Record]) -> str:
    """Seal an event that has just been added, and return its seal."""
    number, previous = _last(connection, campaign_id)
    seal = seal_of(previous, event, map(digest_of, records))
    _insert(connection, [(campaign_id, event_id, number + 1, seal)])
    return seal


def seal_unsealed(connection: Connection) -> None:
    """Seal the events of a filmlab that did not know seals yet."""
    for campaign_id in connection.execute(sa.select(schema.campaign.c.id)).scalars().all():
        sealed = sa.select(schema.event_seal.c.id).where(schema.event_seal.c.campaign_id == campaign_id).limit(1)
        if connection.execute(sealed).first() is not None:
            continue
        digests, faults = digests_by_event(connection, campaign_id)
        if faults:
            raise StoreError(f"events cannot be sealed: {faults[0]}", hint="run: filmlab doctor")
        chain = _chain(connection, campaign_id, digests)
        rows = [(campaign_id, event_id, number, seal) for number, (event_id, seal) in enumerate(chain, start=1)]
        if rows:
            _insert(connection, rows)


def digests_by_event(connection: Connection, campaign_id: int) -> tuple[Digests, list[str]]:
    """Return the digests of all records of a campaign, and what cannot be read, one sentence each."""
    labels = {names: labels_by_id(connection, campaign_id, names) for names in NAMES}
    digests: dict[int, list[str]] = defaultdict(list)
    faults = []
    for codec in CODECS.values():
        table = codec.table
        rows = connection.execute(sa.select(table).where(table.c.campaign_id == campaign_id)).mappings().all()
        parts = part_rows(connection, campaign_id, codec) if rows else []
        for row in rows:
            try:
                digests[row["event_id"]].append(digest_of(read_one(codec, row, parts, labels)))
            except StoreError as error:
                faults.append(error.message)
    return digests, faults


def broken_seals(connection: Connection, campaign_id: int, digests: Digests) -> Iterator[str]:
    """Yield where the chain of seals does not fit the records: a sentence for the first event that does not."""
    table = schema.event_seal.c
    query = sa.select(table.number, table.event_id, table.sha256).where(table.campaign_id == campaign_id)
    stored = connection.execute(query.order_by(table.number)).all()
    if [row.number for row in stored] != list(range(1, len(stored) + 1)):
        yield "the numbers of the seals have gaps: events were removed"
    events = events_by_id(connection, campaign_id)
    seals = {row.event_id: (row.number, row.sha256) for row in stored}
    for number, (event_id, expected) in enumerate(_chain(connection, campaign_id, digests), start=1):
        if seals.get(event_id) != (number, expected):
            what = "has no seal" if event_id not in seals else "or what came before it was changed after it was sealed"
            yield f"event {events[event_id].key!r} {what}"
            return


def last_seal(connection: Connection, campaign_id: int) -> str:
    """Return the newest seal of a campaign."""
    return _last(connection, campaign_id)[1]


def seal_of_event(connection: Connection, campaign_id: int, event_id: int) -> str:
    """Return the seal that an event of a campaign has; `first_link` where there is no such event."""
    table = schema.event_seal.c
    query = sa.select(table.sha256).where(table.campaign_id == campaign_id, table.event_id == event_id)
    return connection.execute(query).scalar_one_or_none() or first_link(connection, campaign_id)


def _chain(connection: Connection, campaign_id: int, digests: Digests) -> Iterator[tuple[int, str]]:
    seal = first_link(connection, campaign_id)
    for event_id, event in events_by_id(connection, campaign_id).items():
        seal = seal_of(seal, event, digests.get(event_id, ()))
        yield event_id, seal


def _last(connection: Connection, campaign_id: int) -> tuple[int, str]:
    table = schema.event_seal.c
    query = sa.select(table.number, table.sha256).where(table.campaign_id == campaign_id)
    row = connection.execute(query.order_by(table.number.desc()).limit(1)).first()
    return (0, first_link(connection, campaign_id)) if row is None else (row.number, row.sha256)


def _insert(connection: Connection, rows: Iterable[tuple[int, int, int, str]]) -> None:
    columns = ("campaign_id", "event_id", "number", "sha256")
    connection.execute(sa.insert(schema.event_seal), [dict(zip(columns, row, strict=True)) for row in rows])


def _content(codec: Codec, record: Record) -> dict[str, Any]:
    """Return what is hashed. Absent and empty values are left out, so that a later schema may add fields."""
    content: dict[str, Any] = {"kind": record.kind}
    for name in _fields(record.kind):
        value = _plain(getattr(record, name))
        if value not in (None, ""):
            content[name] = value
    for part in codec.parts:
        rows = [{key: _plain(value) for key, value in row.items()} for row in part.split(record)]
        if rows:
            content[part.table.name] = [{k: v for k, v in row.items() if v not in (None, "")} for row in rows]
    return content


@cache
def _fields(kind: str) -> tuple[str, ...]:
    codec = next(codec for codec in CODECS.values() if codec.record.kind == kind)
    return (*codec.plain, *(reference.field for reference in codec.references))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is float:
        return value + 0.0  # SQLite forgets the sign of -0.0
    if kind is str or value is None:
        return value
    if isinstance(value, Real):
        return float(value) + 0.0  # a database turns 10 into 10.0 in a column of numbers
    return str(value)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
