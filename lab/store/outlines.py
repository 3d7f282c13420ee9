"""What is left to do in a campaign of many films, without reading those that are done.

A library film that is made, dried and graded, and on no deck that still has to run, asks for nothing any more: only
that it is there, and how many there are, matters. All other films are read as they are, and so is everything that is
not about films, save transfers and stored files of decks and imports.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from lab.records import Artefact, DeckLoad, Purpose, Record, Records, RunCharge, Transfer
from lab.store import schema
from lab.store.codecs import CODECS, NAMES, Codec
from lab.store.reading import events_by_id, heads, labels_by_id, part_rows, read_one

_LEFT_OUT = (Transfer, DeckLoad, RunCharge)
_FILES_LEFT_OUT = ("decks/", "raw/", "imports/")


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
    return Outline(
        records=_reduced_records(connection, campaign_id),
        planned=_count(connection, schema.film, campaign_id),
        made=_count(connection, schema.as_made, campaign_id),
        graded=_count(connection, schema.film_grade, campaign_id),
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


def _films_to_read(campaign_id: int) -> sa.Subquery:
    """The films that are not done, and the first of the library."""
    film, plan, dish = schema.film, schema.film_plan, schema.deck_plan_dish
    here = film.c.campaign_id == campaign_id
    lacking = [
        sa.select(film.c.id).where(
            here, film.c.id.not_in(sa.select(table.c.film_id).where(*_firsts(table, campaign_id)))
        )
        for table in (schema.as_made, schema.drying, schema.film_grade)
    ]
    has_run = sa.select(schema.robot_run.c.deck_id).where(*_firsts(schema.robot_run, campaign_id))
    waiting = (
        sa.select(dish.c.film_id)
        .join(schema.deck_plan, schema.deck_plan.c.id == dish.c.record_id)
        .where(dish.c.campaign_id == campaign_id, schema.deck_plan.c.deck_id.not_in(has_run))
    )
    others = sa.select(plan.c.film_id).where(plan.c.campaign_id == campaign_id, plan.c.purpose != Purpose.LIBRARY)
    library = plan.c.purpose == Purpose.LIBRARY
    first = sa.select(sa.func.min(plan.c.film_id)).where(plan.c.campaign_id == campaign_id, library)
    return sa.union(*lacking, waiting, others, first).subquery("films_to_read")


def _reduced_records(connection: Connection, campaign_id: int) -> Records:
    identities = connection.execute(sa.select(_films_to_read(campaign_id))).scalars()
    films = {identity for identity in identities if identity is not None}
    labels = {names: labels_by_id(connection, campaign_id, names) for names in NAMES}
    tables: dict[type, Mapping[tuple[str, ...], Record]] = {}
    events: dict[type, dict[tuple[str, ...], int]] = {}
    for kind, codec in CODECS.items():
        if kind in _LEFT_OUT:
            continue
        rows = _rows(connection, campaign_id, codec, films)
        parts = _parts(connection, campaign_id, codec, rows, films)
        found = [read_one(codec, row, parts, labels) for row in rows]
        tables[kind] = {record.key: record for record in found}
        events[kind] = {record.key: row["event_id"] for record, row in zip(found, rows, strict=True)}
    by_id = events_by_id(connection, campaign_id)
    origins = {kind: {key: by_id[number].key for key, number in found.items()} for kind, found in events.items()}
    return Records(tables, {event.key: event for event in by_id.values()}, origins)


def _rows(connection: Connection, campaign_id: int, codec: Codec, films: set[int]) -> Sequence[RowMapping]:
    table = codec.table
    query = heads(table, campaign_id, *table.c).order_by(table.c.id)
    if "film_id" in table.c:
        found = [
            row
            for chunk in _chunks(sorted(films))
            for row in connection.execute(query.where(table.c.film_id.in_(chunk))).mappings()
        ]
        return sorted(found, key=lambda row: row["id"])
    if codec.record is Artefact:
        query = query.where(*(table.c.name.not_like(f"{name}%") for name in _FILES_LEFT_OUT))
    return connection.execute(query).mappings().all()


def _parts(
    connection: Connection, campaign_id: int, codec: Codec, rows: Sequence[RowMapping], films: set[int]
) -> list[Mapping[int, list[dict[str, Any]]]]:
    """Dishes of films that are done are left out with their films."""
    found: list[Mapping[int, list[dict[str, Any]]]] = [{} for _ in codec.parts]
    for chunk in _chunks([row["id"] for row in rows]):
        for known, new in zip(found, part_rows(connection, campaign_id, codec, chunk), strict=True):
            known.update(new)  # type: ignore[attr-defined]
    dishes = [part.table is schema.deck_plan_dish for part in codec.parts]
    return [
        {number: [row for row in items if row["film_id"] in films] for number, items in of_part.items()}
        if is_dishes
        else of_part
        for of_part, is_dishes in zip(found, dishes, strict=True)
    ]


def _chunks(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + 5_000] for start in range(0, len(values), 5_000)]
