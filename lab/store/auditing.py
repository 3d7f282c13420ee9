"""Who did what: events with what each of them added, and their seals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.records import Event
from lab.store import schema
from lab.store.codecs import CODECS
from lab.store.reading import chunks, events_by_id

_Query = TypeVar("_Query", bound=sa.Select[Any])


@attrs.frozen
class AuditEntry:
    """An event as an audit shows it."""

    number: int
    """Its place in the campaign, from 1."""
    event: Event
    added: Mapping[str, int]
    """How many records of each kind it added."""
    corrected: int
    """How many of them supersede earlier ones."""
    seal: str
    """SHA-256 over the event, its records and the seal before it."""


def entries(connection: Connection, campaign_id: int, film: str | None = None) -> Sequence[AuditEntry]:
    """Return the events of a campaign, oldest first; only those that say something about a film, if one is given."""
    return _entries(
        connection, campaign_id, None if film is None else sorted(_events_about(connection, campaign_id, film))
    )


def page(connection: Connection, campaign_id: int, start: int, count: int) -> Sequence[AuditEntry]:
    """Return some events of a campaign, oldest first."""
    event = schema.event.c
    query = sa.select(event.id).where(event.campaign_id == campaign_id).order_by(event.id).offset(start).limit(count)
    return _entries(connection, campaign_id, connection.execute(query).scalars().all())


def _entries(connection: Connection, campaign_id: int, ids: Sequence[int] | None) -> Sequence[AuditEntry]:
    """Return events, all where no numbers of theirs are given."""
    seals = schema.event_seal.c
    query = sa.select(seals.event_id, seals.number, seals.sha256).where(seals.campaign_id == campaign_id)
    rows = {row.event_id: row for one in _only(query, seals.event_id, ids) for row in connection.execute(one)}
    counts = _counts(connection, campaign_id, ids)
    return [
        AuditEntry(
            number=rows[event_id].number if event_id in rows else 0,
            event=event,
            added={kind: total for kind, (total, _) in counts[event_id].items()},
            corrected=sum(later for _, later in counts[event_id].values()),
            seal=rows[event_id].sha256 if event_id in rows else "",
        )
        for event_id, event in events_by_id(connection, campaign_id, ids).items()
    ]


def _only(query: _Query, column: sa.ColumnElement[int], ids: Sequence[int] | None) -> list[_Query]:
    return [query] if ids is None else [query.where(column.in_(chunk)) for chunk in chunks(ids)]


def _counts(
    connection: Connection, campaign_id: int, ids: Sequence[int] | None
) -> Mapping[int, Mapping[str, tuple[int, int]]]:
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for codec in CODECS.values():
        table = codec.table.c
        query = sa.select(table.event_id, sa.func.count(), sa.func.count(table.supersedes))
        query = query.where(table.campaign_id == campaign_id).group_by(table.event_id)
        for one in _only(query, table.event_id, ids):
            for event_id, total, later in connection.execute(one):
                found[event_id][codec.record.kind] = (total, later)
    return found


def _events_about(connection: Connection, campaign_id: int, film: str) -> set[int]:
    names = schema.film.c
    film_id = sa.select(names.id).where(names.campaign_id == campaign_id, names.label == film).scalar_subquery()
    found: set[int] = set()
    for codec in CODECS.values():
        table = codec.table
        if "film_id" in table.c:
            query = sa.select(table.c.event_id).where(table.c.campaign_id == campaign_id, table.c.film_id == film_id)
            found.update(connection.execute(query.distinct()).scalars())
        for part in codec.parts:
            if part.reference is not None and part.reference.names is schema.film:
                joined = table.join(part.table, part.table.c.record_id == table.c.id)
                query = sa.select(table.c.event_id).select_from(joined)
                query = query.where(part.table.c.campaign_id == campaign_id, part.table.c.film_id == film_id)
                found.update(connection.execute(query.distinct()).scalars())
    return found
