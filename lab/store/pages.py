"""Films of a campaign a page at a time, for lists of many films."""

from collections.abc import Sequence

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

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


def films_page(connection: Connection, campaign_id: int, start: int, count: int) -> Sequence[FilmLine]:
    """Return some films in the order in which they were planned."""
    film = schema.film.c
    page = sa.select(film.id, film.label).where(film.campaign_id == campaign_id).order_by(film.id)
    labels = {number: label for number, label in connection.execute(page.offset(start).limit(count))}
    plan, grade, measured = schema.film_plan, schema.film_grade, schema.measurement
    plans = {
        number: (purpose, loop)
        for number, purpose, loop in connection.execute(
            heads(plan, campaign_id, plan.c.film_id, plan.c.purpose, plan.c.loop).where(plan.c.film_id.in_(labels))
        )
    }
    of_grades = heads(grade, campaign_id, grade.c.film_id, grade.c.grade).where(grade.c.film_id.in_(labels))
    grades = {number: letter for number, letter in connection.execute(of_grades)}
    of_counts = (
        sa.select(measured.c.film_id, sa.func.count())
        .where(measured.c.campaign_id == campaign_id, measured.c.film_id.in_(labels))
        .where(measured.c.supersedes.is_(None))
        .group_by(measured.c.film_id)
    )
    counts = {number: count for number, count in connection.execute(of_counts)}
    made, dried = (_having(connection, table, campaign_id, labels) for table in (schema.as_made, schema.drying))
    return [
        FilmLine(label, *plans[number], number in made, number in dried, grades.get(number), counts.get(number, 0))
        for number, label in labels.items()
    ]


def _having(connection: Connection, table: sa.Table, campaign_id: int, films: dict[int, str]) -> set[int]:
    query = sa.select(table.c.film_id).where(table.c.campaign_id == campaign_id, table.c.film_id.in_(films))
    return set(connection.execute(query.where(table.c.supersedes.is_(None))).scalars())
