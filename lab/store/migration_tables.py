"""What migrations make tables of. Migrations that have run use these functions: what they make may not change.

`lab.store.schema` describes the newest schema with functions of its own, so that a mistake here shows in a test.
"""

from collections.abc import Sequence
from itertools import chain

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
TIME = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")

Items = Sequence[sa.schema.SchemaItem]


def _refuse_changes(table: str) -> None:
    """Let the database itself refuse to change or remove a row."""
    if op.get_context().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'records are added, never changed or removed'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'records are added, never changed or removed' USING ERRCODE = '23001'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def table(name: str, *items: Items | sa.schema.SchemaItem, with_rowid: bool = True) -> None:
    """Make a table whose rows are never changed or removed."""
    flat = chain.from_iterable([item] if isinstance(item, sa.schema.SchemaItem) else item for item in items)
    primary = [] if not with_rowid else [sa.PrimaryKeyConstraint("id", name=f"pk_{name}")]
    op.create_table(name, *flat, *primary, sqlite_strict=True, sqlite_with_rowid=with_rowid)
    _refuse_changes(name)


def record(name: str, keys: Sequence[str], *items: Items | sa.schema.SchemaItem) -> None:
    """Make a table of records: one row a version of the record that `keys` name within a campaign."""
    table(
        name,
        key(),
        campaign_column(),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("supersedes", ID, nullable=True),
        *items,
        in_campaign(name, "event_id", "event"),
        sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
        sa.UniqueConstraint("campaign_id", *keys, "id", name=f"uq_{name}_versions"),
        sa.ForeignKeyConstraint(
            ["campaign_id", *keys, "supersedes"],
            [f"{name}.{column}" for column in ("campaign_id", *keys, "id")],
            name=f"fk_{name}_supersedes",
        ),
        check(name, "supersedes", "supersedes < id"),
    )
    first, later = sa.text("supersedes IS NULL"), sa.text("supersedes IS NOT NULL")
    for index, columns, where in (
        (f"uq_{name}_first", ["campaign_id", *keys], first),
        (f"uq_{name}_supersedes", ["supersedes"], later),
    ):
        op.create_index(index, name, columns, unique=True, sqlite_where=where, postgresql_where=where)
    op.create_index(f"ix_{name}_event", name, ["event_id"])


def part(record: str, what: str, *items: Items | sa.schema.SchemaItem) -> None:
    """Make a table of ordered rows that belong to one version of a record."""
    name = f"{record}_{what}"
    table(
        name,
        campaign_column(),
        sa.Column("record_id", ID, nullable=False),
        count(name, "position"),
        *items,
        sa.PrimaryKeyConstraint("campaign_id", "record_id", "position", name=f"pk_{name}"),
        in_campaign(name, "record_id", record),
        with_rowid=False,
    )


def fractions(record: str, *items: Items) -> None:
    """Make the table of the weight fractions of a record."""
    name = f"{record}_fraction"
    part(
        record,
        "fraction",
        text(name, "material", filled=True),
        fraction(name, "fraction"),
        *items,
        unique(name, "material"),
    )


def key() -> sa.Column[int]:
    """Return the column of a surrogate key."""
    return sa.Column("id", ID, nullable=False, autoincrement=True)


def campaign_column() -> sa.Column[int]:
    """Return the column that names the campaign."""
    return sa.Column("campaign_id", ID, nullable=False)


def in_campaign(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    """Return the rule that what a column refers to is of the same campaign."""
    return sa.ForeignKeyConstraint(
        ["campaign_id", column], [f"{referred}.campaign_id", f"{referred}.id"], name=f"fk_{table}_{referred}"
    )


def reference(table: str, named: str, *, optional: bool = False) -> Items:
    """Return a column that refers to a named thing of the same campaign."""
    return [sa.Column(f"{named}_id", ID, nullable=optional), in_campaign(table, f"{named}_id", named)]


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return the rule that columns name a row of a part."""
    return sa.UniqueConstraint("campaign_id", "record_id", *columns, name=f"uq_{table}_{columns[0]}")


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """Return a rule under its name."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def text(table: str, name: str, *, filled: bool = False) -> Items:
    """Return a text column that is never NULL; where `filled`, never empty either."""
    column = sa.Column(name, sa.Text(), nullable=False)
    return [column, check(table, name, f"{name} <> ''")] if filled else [column]


def choice(table: str, name: str, *choices: str) -> Items:
    """Return a text column that holds one of the given words."""
    words = ", ".join(f"'{word}'" for word in choices)
    return [sa.Column(name, sa.Text(), nullable=False), check(table, name, f"{name} IN ({words})")]


def number(table: str, name: str, low: str = "-1e15", high: str = "1e15", *, optional: bool = False) -> Items:
    """Return a column of floating-point numbers within bounds."""
    return [sa.Column(name, NUMBER, nullable=optional), check(table, name, f"{name} BETWEEN {low} AND {high}")]


def amount(table: str, name: str, *, optional: bool = False) -> Items:
    """Return a column of numbers that are at least 0."""
    return number(table, name, "0", optional=optional)


def fraction(table: str, name: str) -> Items:
    """Return a column of weight fractions or probabilities."""
    return number(table, name, "0", "1.000001")


def count(table: str, name: str, least: int = 0, *, optional: bool = False) -> Items:
    """Return a column of whole numbers that are at least `least`."""
    return [sa.Column(name, ID, nullable=optional), check(table, name, f"{name} >= {least}")]


def sha256(table: str, name: str, *, optional: bool = False) -> Items:
    """Return a column for a SHA-256 in hexadecimal digits."""
    return [sa.Column(name, sa.Text(), nullable=optional), check(table, name, f"length({name}) = 64")]


def moment(table: str, name: str) -> Items:
    """Return a column for a moment in UTC."""
    form = check(table, name, f"{name} LIKE '____-__-__T__:__:__.______Z'").ddl_if(dialect="sqlite")
    return [sa.Column(name, TIME, nullable=False), form]


def flag(table: str, name: str) -> Items:
    """Return a column that is true or false."""
    return [sa.Column(name, FLAG, nullable=False), check(table, name, f"{name} IN (0, 1)").ddl_if(dialect="sqlite")]
