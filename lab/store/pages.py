"""Films of a campaign a page at a time, for lists of many films."""

from collections.abc import Collection, Sequence
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.grades import Grade
from lab.records import Purpose, Status
from lab.store import schema
from lab.store.reading import heads


@attrs.frozen
class FilmLine:
    """One film in a list."""

    label: str
    purpose: str
    loop: int | None
    made: bool
    dried: bool
    grade: str | None
    measured: int
    """How many properties have a measurement."""


@attrs.frozen
class FilmQuery:
    """Which films are asked for; an empty choice takes all."""

    search: str = ""
    """Part of a label, small and capital letters alike."""
    purposes: Collection[Purpose] = ()
    grades: Collection[Grade | None] = ()
    """None: without a grade."""
    loops: Collection[int] = ()
    measured_only: bool = False
    """Films of which something was measured with success."""


ALL_FILMS = FilmQuery()


def films_page(
    connection: Connection, campaign_id: int, start: int, count: int, query: FilmQuery = ALL_FILMS
) -> Sequence[FilmLine]:
    """Return some of the films that are asked for, in the order in which they were planned."""
    film, plan, grade = schema.film, _plans(campaign_id), _grades(campaign_id)
    page = (
        sa.select(film.c.id, film.c.label, plan.c.purpose, plan.c.loop, grade.c.grade)
        .select_from(_films(plan, grade))
        .where(*_rules(campaign_id, query, plan, grade))
        .order_by(film.c.id)
        .offset(start)
        .limit(count)
    )
    rows = connection.execute(page).all()
    ids = [row.id for row in rows]
    counts = _measured(connection, campaign_id, ids)
    made, dried = (_having(connection, table, campaign_id, ids) for table in (schema.as_made, schema.drying))
    return [
        FilmLine(label, purpose, loop, number in made, number in dried, letter, counts.get(number, 0))
        for number, label, purpose, loop, letter in rows
    ]


def count_films(connection: Connection, campaign_id: int, query: FilmQuery = ALL_FILMS) -> int:
    """Return how many films are asked for."""
    plan, grade = _plans(campaign_id), _grades(campaign_id)
    found = sa.select(sa.func.count()).select_from(_films(plan, grade)).where(*_rules(campaign_id, query, plan, grade))
    return int(connection.execute(found).scalar_one())


def _plans(campaign_id: int) -> sa.Subquery:
    table = schema.film_plan
    return heads(table, campaign_id, table.c.film_id, table.c.purpose, table.c.loop).subquery("plan")


def _grades(campaign_id: int) -> sa.Subquery:
    table = schema.film_grade
    return heads(table, campaign_id, table.c.film_id, table.c.grade).subquery("graded")


def _films(plan: sa.Subquery, grade: sa.Subquery) -> sa.Join:
    film = schema.film.c
    return schema.film.join(plan, plan.c.film_id == film.id).outerjoin(grade, grade.c.film_id == film.id)


def _rules(campaign_id: int, query: FilmQuery, plan: sa.Subquery, grade: sa.Subquery) -> list[sa.ColumnElement[bool]]:
    film = schema.film.c
    rules: list[sa.ColumnElement[bool]] = [film.campaign_id == campaign_id]
    if query.search.strip():
        rules.append(film.label.icontains(query.search.strip(), autoescape=True))
    if query.purposes:
        rules.append(plan.c.purpose.in_([purpose.value for purpose in query.purposes]))
    if query.loops:
        rules.append(plan.c.loop.in_(list(query.loops)))
    if query.grades:
        letters = [letter.value for letter in query.grades if letter is not None]
        wanted = grade.c.grade.in_(letters)
        rules.append(sa.or_(wanted, grade.c.grade.is_(None)) if None in query.grades else wanted)
    if query.measured_only:
        table = schema.measurement
        measured = heads(table, campaign_id, table.c.film_id).where(table.c.status != Status.FAILED.value)
        rules.append(film.id.in_(measured))
    return rules


def _measured(connection: Connection, campaign_id: int, films: Sequence[int]) -> dict[int, int]:
    table = schema.measurement
    counts = (
        sa.select(table.c.film_id, sa.func.count())
        .where(table.c.campaign_id == campaign_id, table.c.film_id.in_(films))
        .where(table.c.supersedes.is_(None))
        .group_by(table.c.film_id)
    )
    return {number: count for number, count in connection.execute(counts)}


def _having(connection: Connection, table: sa.Table, campaign_id: int, films: Sequence[Any]) -> set[int]:
    query = sa.select(table.c.film_id).where(table.c.campaign_id == campaign_id, table.c.film_id.in_(films))
    return set(connection.execute(query.where(table.c.supersedes.is_(None))).scalars())
