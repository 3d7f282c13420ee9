"""What is left to do in a campaign of many films, without reading those that are done.

A library film that is made, dried and graded, and on no deck that still has to run, asks for nothing any more: only
that it is there, and how many there are, matters. All other films are read as they are, and so is everything that is
not about films, save transfers and stored files of decks and imports.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from lab.records import Artefact, Deck, DeckLoad, Purpose, Record, Records, RunCharge, Transfer
from lab.store import schema
from lab.store.codecs import CODECS, NAMES, Codec
from lab.store.reading import events_by_id, heads, labels_by_id, part_rows, read_one

_LEFT_OUT = (Transfer, DeckLoad, RunCharge)
_FILES_LEFT_OUT = ("decks/", "raw/", "imports/")
_STEPS = (schema.as_made, schema.drying, schema.film_grade)
"""What every film goes through."""


@attrs.frozen
class Outline:
    """The records that say what to do next, and how many films there are in all."""

    records: Records
    """Without the library films that are done, except for one, and without transfers."""
    planned: int
    made: int
    graded: int
    measured: int
    """Films for which every property that was asked for was measured or found not measurable."""


def outline(connection: Connection, campaign_id: int, properties: Sequence[str]) -> Outline:
    """Return the outline of a campaign."""
    counts = {table: _count(connection, table, campaign_id) for table in (schema.film, *_STEPS)}
    return Outline(
        records=_reduced_records(connection, campaign_id, counts),
        planned=counts[schema.film],
        made=counts[schema.as_made],
        graded=counts[schema.film_grade],
        measured=_measured(connection, campaign_id, properties),
    )


def _count(connection: Connection, table: sa.Table, campaign_id: int) -> int:
    """Every thing has one first version, so these are as many as there are things."""
    return int(connection.execute(sa.select(sa.func.count()).where(*_firsts(table, campaign_id))).scalar_one())


def _firsts(table: sa.Table, campaign_id: int) -> list[sa.ColumnElement[bool]]:
    rules = [table.c.campaign_id == campaign_id]
    return [*rules, table.c.supersedes.is_(None)] if "supersedes" in table.c else rules


def _measured(connection: Connection, campaign_id: int, properties: Sequence[str]) -> int:
    if not properties:
        return _count(connection, schema.film, campaign_id)
    table = schema.measurement
    whole = (
        sa.select(table.c.film_id)
        .where(*_firsts(table, campaign_id), table.c.property_name.in_(properties))
        .group_by(table.c.film_id)
        .having(sa.func.count() == len(properties))
        .subquery()
    )
    return int(connection.execute(sa.select(sa.func.count()).select_from(whole)).scalar_one())


def _films_to_read(campaign_id: int, counts: Mapping[sa.Table, int]) -> sa.Subquery:
    """The films that are not done, and the first of the library."""
    film, plan, dish = schema.film, schema.film_plan, schema.deck_plan_dish
    here = film.c.campaign_id == campaign_id
    lacking = [
        sa.select(film.c.id).where(
            here, film.c.id.not_in(sa.select(table.c.film_id).where(*_firsts(table, campaign_id)))
        )
        for table in _STEPS
        if counts[table] < counts[schema.film]
    ]
    has_run = sa.select(schema.robot_run.c.deck_id).where(*_firsts(schema.robot_run, campaign_id))
    deck = schema.deck_plan.c
    to_run = sa.select(deck.id).where(deck.campaign_id == campaign_id, deck.deck_id.not_in(has_run))
    waiting = sa.select(dish.c.film_id).where(dish.c.campaign_id == campaign_id, dish.c.record_id.in_(to_run))
    others = sa.select(plan.c.film_id).where(plan.c.campaign_id == campaign_id, plan.c.purpose != Purpose.LIBRARY)
    in_order = sa.select(plan.c.film_id).where(*_firsts(plan, campaign_id), plan.c.purpose == Purpose.LIBRARY)
    first = sa.select(in_order.order_by(plan.c.film_id).limit(1).subquery())
    return sa.union(*lacking, waiting, others, first).subquery("films_to_read")


def _reduced_records(connection: Connection, campaign_id: int, counts: Mapping[sa.Table, int]) -> Records:
    identities = connection.execute(sa.select(_films_to_read(campaign_id, counts))).scalars()
    films = sorted({identity for identity in identities if identity is not None})
    dishes = _dishes(connection, campaign_id, films)
    only = {"film_id": films, "deck_id": sorted(_decks(connection, dishes))}
    labels = {names: labels_by_id(connection, campaign_id, names) for names in NAMES if names is not schema.film}
    labels[schema.film] = labels_by_id(connection, campaign_id, schema.film, films)
    tables: dict[type, Mapping[tuple[str, ...], Record]] = {}
    events: dict[type, dict[tuple[str, ...], int]] = {}
    for kind, codec in CODECS.items():
        if kind in _LEFT_OUT:
            continue
        rows = _rows(connection, campaign_id, codec, only)
        parts = [dishes] if kind is Deck else _parts(connection, campaign_id, codec, rows)
        found = [read_one(codec, row, parts, labels) for row in rows]
        tables[kind] = {record.key: record for record in found}
        events[kind] = {record.key: row["event_id"] for record, row in zip(found, rows, strict=True)}
    by_id = events_by_id(connection, campaign_id)
    origins = {kind: {key: by_id[number].key for key, number in found.items()} for kind, found in events.items()}
    return Records(tables, {event.key: event for event in by_id.values()}, origins)


def _dishes(connection: Connection, campaign_id: int, films: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Return the dishes of some films by the number of their deck's record, each deck's in their order."""
    table = schema.deck_plan_dish
    query = sa.select(table).where(table.c.campaign_id == campaign_id)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for chunk in _chunks(films):
        for row in connection.execute(query.where(table.c.film_id.in_(chunk))).mappings():
            found[row["record_id"]].append(dict(row))
    for rows in found.values():
        rows.sort(key=lambda row: int(row["position"]))
    return found


def _decks(connection: Connection, dishes: Mapping[int, Any]) -> Iterator[int]:
    table = schema.deck_plan.c
    for chunk in _chunks(sorted(dishes)):
        yield from connection.execute(sa.select(table.deck_id).where(table.id.in_(chunk))).scalars()


def _rows(
    connection: Connection, campaign_id: int, codec: Codec, only: Mapping[str, Sequence[int]]
) -> Sequence[RowMapping]:
    """Return the current rows of a kind: of the films and decks that matter, and all decks for their number."""
    table = codec.table
    query = heads(table, campaign_id, *table.c).order_by(table.c.id)
    column = next((name for name in only if name in table.c and codec.record is not Deck), None)
    if column is not None:
        found = [
            row
            for chunk in _chunks(only[column])
            for row in connection.execute(query.where(table.c[column].in_(chunk))).mappings()
        ]
        return sorted(found, key=lambda row: int(row["id"]))
    if codec.record is Artefact:
        query = query.where(*(table.c.name.not_like(f"{name}%") for name in _FILES_LEFT_OUT))
    return connection.execute(query).mappings().all()


def _parts(
    connection: Connection, campaign_id: int, codec: Codec, rows: Sequence[RowMapping]
) -> list[Mapping[int, list[dict[str, Any]]]]:
    found: list[dict[int, list[dict[str, Any]]]] = [{} for _ in codec.parts]
    for chunk in _chunks([row["id"] for row in rows]):
        for known, new in zip(found, part_rows(connection, campaign_id, codec, chunk), strict=True):
            known.update(new)
    return list(found)


def _chunks(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + 5_000] for start in range(0, len(values), 5_000)]
