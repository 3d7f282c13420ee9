"""What is left to do in a campaign of many films, without reading those that are done.

A film is done when it is made, dried and graded, measured unless it is of the library, decided about where a person has
to, and on no deck that still has to run. It asks for nothing any more: only that it is there, and how many there are,
matters, so one of each purpose and loop stands for all. Other films are read as they are, and so are those that verify
designs or were graded or measured last, and everything that is not about films, save transfers and stored files of
decks and imports. Of the events there are those that these records come from, and those that say that what was asked
for is done.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.records import Artefact, Deck, DeckLoad, Event, Purpose, Record, Records, RequestedWork, RunCharge, Transfer
from lab.store import schema
from lab.store.codec import Codec, Row
from lab.store.codecs import CODECS, NAMES
from lab.store.reading import chunks, events_by_id, heads, labels_by_id, ordered_rows, part_rows, read_one

_LEFT_OUT = (Transfer, DeckLoad, RunCharge)
_FILES_LEFT_OUT = ("decks/", "raw/", "imports/")
_ACTS = (*RequestedWork, "report")
"""Acts whose events say that what was asked for is done."""
_STEPS = (schema.as_made, schema.drying, schema.film_grade)
"""What every film goes through."""


@attrs.frozen
class Outline:
    """The records that say what to do next, and how many films there are in all."""

    records: Records
    """Without the films that are done, except for one of each purpose and loop, and without transfers."""
    planned: int
    made: int
    graded: int
    measured: int
    """Films for which every property that was asked for was measured or found not measurable."""


def outline(
    connection: Connection, campaign_id: int, properties: Sequence[str], proposed: Collection[Purpose]
) -> Outline:
    """Return the outline of a campaign."""
    counts = {table: _count(connection, table, campaign_id) for table in (schema.film, *_STEPS)}
    measured = sa.select(sa.func.count()).select_from(_measured(campaign_id, properties))
    return Outline(
        records=_reduced_records(connection, campaign_id, _films_to_read(campaign_id, counts, properties, proposed)),
        planned=counts[schema.film],
        made=counts[schema.as_made],
        graded=counts[schema.film_grade],
        measured=int(connection.execute(measured).scalar_one()),
    )


def _count(connection: Connection, table: sa.Table, campaign_id: int) -> int:
    """Every thing has one first version, so these are as many as there are things."""
    return int(connection.execute(sa.select(sa.func.count()).where(*_firsts(table, campaign_id))).scalar_one())


def _firsts(table: sa.Table, campaign_id: int) -> list[sa.ColumnElement[bool]]:
    rules = [table.c.campaign_id == campaign_id]
    return [*rules, table.c.supersedes.is_(None)] if "supersedes" in table.c else rules


def _measured(campaign_id: int, properties: Sequence[str]) -> sa.Subquery:
    """The films that have a measurement of every property."""
    if not properties:
        return sa.select(schema.film.c.id.label("film_id")).where(schema.film.c.campaign_id == campaign_id).subquery()
    table = schema.measurement
    return (
        sa.select(table.c.film_id)
        .where(*_firsts(table, campaign_id), table.c.property_name.in_(properties))
        .group_by(table.c.film_id)
        .having(sa.func.count() == len(properties))
        .subquery()
    )


def _films_to_read(
    campaign_id: int, counts: Mapping[sa.Table, int], properties: Sequence[str], proposed: Collection[Purpose]
) -> sa.Subquery:
    """The films that are not done, verify designs or were seen to last, and the first of each purpose and loop."""
    film = schema.film
    lacking = [
        sa.select(film.c.id).where(film.c.campaign_id == campaign_id, film.c.id.not_in(_films_of(table, campaign_id)))
        for table in _STEPS
        if counts[table] < counts[film]
    ]
    return sa.union(
        *lacking,
        _waiting(campaign_id),
        *(_last_found(table, campaign_id) for table in (schema.film_grade, schema.measurement)),
        _first_of_library(campaign_id),
        *_after_library(campaign_id, _measured(campaign_id, properties), proposed),
    ).subquery("films_to_read")


def _last_found(table: sa.Table, campaign_id: int) -> sa.Select[tuple[int]]:
    """Ask for the film about which something was found out last: that may be later than the newest models."""
    last = sa.select(sa.func.max(table.c.id)).where(table.c.campaign_id == campaign_id)
    return sa.select(table.c.film_id).where(table.c.id == last.scalar_subquery())


def _first_of_library(campaign_id: int) -> sa.Select[tuple[int]]:
    plan = schema.film_plan.c
    replaced = sa.select(plan.supersedes).where(plan.campaign_id == campaign_id, plan.supersedes.is_not(None))
    # Not `heads` in order: PostgreSQL would look up the successor of every film before it sorts them.
    first = sa.select(sa.func.min(plan.id)).where(
        plan.campaign_id == campaign_id, plan.purpose == Purpose.LIBRARY, plan.id.not_in(replaced)
    )
    return sa.select(plan.film_id).where(plan.id == first.scalar_subquery())


def _after_library(
    campaign_id: int, measured: sa.Subquery, proposed: Collection[Purpose]
) -> Iterator[sa.Select[tuple[int]]]:
    """Ask for films that are not of the library: not measured, not decided about, verifying, first of their kind."""
    plan = schema.film_plan
    query = heads(plan, campaign_id, plan.c.film_id, plan.c.purpose, plan.c.loop)
    later = query.where(plan.c.purpose != Purpose.LIBRARY).cte("later_films")
    films, purpose = sa.select(later.c.film_id), later.c.purpose
    # Not a join and not NOT IN: without statistics SQLite and PostgreSQL may compare each film with every other.
    yield sa.select(films.except_(sa.select(measured)).subquery())
    yield films.where(purpose.in_(proposed), later.c.film_id.not_in(_films_of(schema.approval, campaign_id)))
    yield films.where(purpose == Purpose.VERIFICATION)
    yield sa.select(sa.func.min(later.c.film_id)).group_by(purpose, later.c.loop)


def _films_of(table: sa.Table, campaign_id: int) -> sa.Select[tuple[int]]:
    """Ask for the films that have a record of a kind."""
    return sa.select(table.c.film_id).where(*_firsts(table, campaign_id))


def _waiting(campaign_id: int) -> sa.Select[tuple[int]]:
    """Ask for the films of decks that still have to run."""
    dish, deck, run = schema.deck_plan_dish, schema.deck_plan.c, schema.robot_run
    has_run = sa.select(run.c.deck_id).where(*_firsts(run, campaign_id))
    to_run = sa.select(deck.id).where(deck.campaign_id == campaign_id, deck.deck_id.not_in(has_run))
    return sa.select(dish.c.film_id).where(dish.c.campaign_id == campaign_id, dish.c.record_id.in_(to_run))


def _reduced_records(connection: Connection, campaign_id: int, to_read: sa.Subquery) -> Records:
    identities = connection.execute(sa.select(to_read)).scalars()
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
        parts = [dishes] if kind is Deck else part_rows(connection, campaign_id, codec, [row["id"] for row in rows])
        found = [read_one(codec, row, parts, labels) for row in rows]
        tables[kind] = {record.key: record for record in found}
        events[kind] = {record.key: row["event_id"] for record, row in zip(found, rows, strict=True)}
    by_id = _events(connection, campaign_id, {number for found in events.values() for number in found.values()})
    origins = {kind: {key: by_id[number].key for key, number in found.items()} for kind, found in events.items()}
    sizes = _loop_sizes(connection, campaign_id)
    return Records(tables, {event.key: event for event in by_id.values()}, origins, sizes)


def _loop_sizes(connection: Connection, campaign_id: int) -> Mapping[int, int]:
    """Count the films of every loop: how many loops are planned depends on them, and most of them are not read."""
    plan = schema.film_plan
    ours = heads(plan, campaign_id, plan.c.loop).where(plan.c.purpose == Purpose.LOOP, plan.c.loop > 0).subquery()
    counts = sa.select(ours.c.loop, sa.func.count()).group_by(ours.c.loop)
    return {int(loop): int(films) for loop, films in connection.execute(counts)}


def _events(connection: Connection, campaign_id: int, origins: Collection[int]) -> Mapping[int, Event]:
    """Return the events that some records come from, and those whose being there means something."""
    event = schema.event.c
    means = sa.or_(*(event.key.startswith(f"{act}:", autoescape=True) for act in _ACTS))
    acts = connection.execute(sa.select(event.id).where(event.campaign_id == campaign_id, means)).scalars()
    return events_by_id(connection, campaign_id, sorted({*origins, *acts}))


def _dishes(connection: Connection, campaign_id: int, films: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Return the dishes of some films by the number of their deck's record, each deck's in their order."""
    table = schema.deck_plan_dish
    query = sa.select(table).where(table.c.campaign_id == campaign_id)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for chunk in chunks(films):
        for row in connection.execute(query.where(table.c.film_id.in_(chunk))).mappings():
            found[row["record_id"]].append(dict(row))
    for rows in found.values():
        rows.sort(key=lambda row: int(row["position"]))
    return found


def _decks(connection: Connection, dishes: Mapping[int, Any]) -> Iterator[int]:
    table = schema.deck_plan.c
    for chunk in chunks(sorted(dishes)):
        yield from connection.execute(sa.select(table.deck_id).where(table.id.in_(chunk))).scalars()


def _rows(connection: Connection, campaign_id: int, codec: Codec, only: Mapping[str, Sequence[int]]) -> Sequence[Row]:
    """Return the current rows of a kind: of the films and decks that matter, and all decks for their number."""
    table = codec.table
    query = heads(table, campaign_id, *table.c)
    column = next((name for name in only if name in table.c and codec.record is not Deck), None)
    queries = [query]
    if column is not None:
        queries = [query.where(table.c[column].in_(chunk)) for chunk in chunks(only[column])]
    elif codec.record is Artefact:
        queries = [query.where(*(table.c.name.not_like(f"{name}%") for name in _FILES_LEFT_OUT))]
    return ordered_rows(connection, campaign_id, table, queries)
