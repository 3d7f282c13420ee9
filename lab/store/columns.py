"""Column types and rules that the tables share, in forms that SQLite and PostgreSQL both know.

SQLite tables are STRICT: a text cannot hide in a number column. STRICT knows INTEGER, REAL and TEXT only, so each type
has a variant for SQLite.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""64-bit surrogate keys and other large whole numbers (an INTEGER of SQLite has 64 bits)."""
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
"""64-bit floating-point numbers: what Python puts in comes out again bit for bit."""
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
"""True or false; 1 or 0 in SQLite."""

LIMIT = "1e15"
"""No volume, time or property value of a film comes near it. It keeps out infinity, and PostgreSQL's NaN, which is
larger than every number there (SQLite turns NaN into NULL, which NOT NULL refuses)."""
FRACTION_TOP = "1.000001"
"""Fractions may sum to 1 within `lab.compositions.SUM_TOLERANCE`, so one of them may pass 1 by as much."""


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: ``timestamptz`` in PostgreSQL, ISO 8601 text with microseconds and Z in SQLite."""

    impl = sa.TIMESTAMP
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return the type that the dialect stores."""
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a moment with a time zone into what is stored."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what is stored into a moment in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


def text(name: str, *, filled: bool = False) -> list[sa.schema.SchemaItem]:
    """Return a text column that is never NULL; where `filled`, never empty either."""
    column = sa.Column(name, sa.Text(), nullable=False)
    return [column, _check(name, f"{name} <> ''")] if filled else [column]


def choice(name: str, *choices: str) -> list[sa.schema.SchemaItem]:
    """Return a text column that holds one of the given words."""
    words = ", ".join(f"'{word}'" for word in choices)
    return [sa.Column(name, sa.Text(), nullable=False), _check(name, f"{name} IN ({words})")]


def number(
    name: str, low: str = f"-{LIMIT}", high: str = LIMIT, *, optional: bool = False
) -> list[sa.schema.SchemaItem]:
    """Return a column of floating-point numbers within bounds, the bounds included."""
    return [sa.Column(name, NUMBER, nullable=optional), _check(name, f"{name} BETWEEN {low} AND {high}")]


def amount(name: str, *, optional: bool = False) -> list[sa.schema.SchemaItem]:
    """Return a column of numbers that are at least 0: volumes, masses, durations, standard deviations."""
    return number(name, "0", optional=optional)


def fraction(name: str) -> list[sa.schema.SchemaItem]:
    """Return a column of weight fractions or probabilities."""
    return number(name, "0", FRACTION_TOP)


def count(name: str, least: int = 0, *, optional: bool = False) -> list[sa.schema.SchemaItem]:
    """Return a column of whole numbers that are at least `least`."""
    return [sa.Column(name, ID, nullable=optional), _check(name, f"{name} >= {least}")]


def sha256(name: str, *, optional: bool = False) -> list[sa.schema.SchemaItem]:
    """Return a column for a SHA-256 in hexadecimal digits."""
    return [sa.Column(name, sa.Text(), nullable=optional), _check(name, f"length({name}) = 64")]


def moment(name: str) -> list[sa.schema.SchemaItem]:
    """Return a column for a moment in UTC."""
    form = sa.CheckConstraint(f"{name} LIKE '____-__-__T__:__:__.______Z'", name=name).ddl_if(dialect="sqlite")
    return [sa.Column(name, UtcTime(), nullable=False), form]


def flag(name: str) -> list[sa.schema.SchemaItem]:
    """Return a column that is true or false."""
    return [
        sa.Column(name, FLAG, nullable=False),
        sa.CheckConstraint(f"{name} IN (0, 1)", name=name).ddl_if(dialect="sqlite"),
    ]


def _check(name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=name)
