"""Films of a campaign a page at a time, for lists of many films."""

from collections.abc import Collection, Sequence

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
    film, plan, grade = schema.film.c, schema.film_plan, schema.film_grade
    page = sa.select(film.id, film.label).where(*_rules(campaign_id, query)).order_by(film.id)
    labels = {number: label for number, label in connection.execute(page.offset(start).limit(count))}
    plans = {
        number: (purpose, loop)
        for number, purpose, loop in connection.execute(
            heads(plan, campaign_id, plan.c.film_id, plan.c.purpose, plan.c.loop).where(plan.c.film_id.in_(labels))
        )
    }
    of_grades = heads(grade, campaign_id, grade.c.film_id, grade.c.grade).where(grade.c.film_id.in_(labels))
    grades = {number: letter for number, letter in connection.execute(of_grades)}
    counts = _measured(connection, campaign_id, labels)
    made, dried = (_having(connection, table, campaign_id, labels) for table in (schema.as_made, schema.drying))
    return [
        FilmLine(label, *plans[number], number in made, number in dried, grades.get(number), counts.get(number, 0))
        for number, label in labels.items()
    ]


def count_films(connection: Connection, campaign_id: int, query: FilmQuery = ALL_FILMS) -> int:
    """Return how many films are asked for."""
    found = sa.select(sa.func.count()).select_from(schema.film).where(*_rules(campaign_id, query))
    return int(connection.execute(found).scalar_one())


def _rules(campaign_id: int, query: FilmQuery) -> list[sa.ColumnElement[bool]]:
    """Return what a film has to meet. Lists of ids and no joins: SQLite would join current versions row by row."""
    film, plan, grade, measured = schema.film.c, schema.film_plan, schema.film_grade, schema.measurement
    rules: list[sa.ColumnElement[bool]] = [film.campaign_id == campaign_id]
    if query.search.strip():
        rules.append(film.label.icontains(query.search.strip(), autoescape=True))
    planned = heads(plan, campaign_id, plan.c.film_id)
    if query.purposes:
        rules.append(film.id.in_(planned.where(plan.c.purpose.in_([purpose.value for purpose in query.purposes]))))
    if query.loops:
        rules.append(film.id.in_(planned.where(plan.c.loop.in_(list(query.loops)))))
    if query.grades:
        letters = [letter.value for letter in query.grades if letter is not None]
        wanted = film.id.in_(heads(grade, campaign_id, grade.c.film_id).where(grade.c.grade.in_(letters)))
        any_grade = sa.select(grade.c.film_id).where(grade.c.campaign_id == campaign_id)
        rules.append(sa.or_(wanted, film.id.not_in(any_grade)) if None in query.grades else wanted)
    if query.measured_only:
        found = heads(measured, campaign_id, measured.c.film_id).where(measured.c.status != Status.FAILED.value)
        rules.append(film.id.in_(found))
    return rules


def _measured(connection: Connection, campaign_id: int, films: Collection[int]) -> dict[int, int]:
    table = schema.measurement
    counts = (
        sa.select(table.c.film_id, sa.func.count())
        .where(table.c.campaign_id == campaign_id, table.c.film_id.in_(films))
        .where(table.c.supersedes.is_(None))
        .group_by(table.c.film_id)
    )
    return {number: count for number, count in connection.execute(counts)}


def _having(connection: Connection, table: sa.Table, campaign_id: int, films: Collection[int]) -> set[int]:
    query = sa.select(table.c.film_id).where(table.c.campaign_id == campaign_id, table.c.film_id.in_(films))
    return set(connection.execute(query.where(table.c.supersedes.is_(None))).scalars())
