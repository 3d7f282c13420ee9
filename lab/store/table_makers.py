"""Makers of tables: what all tables of names, of records and of parts have in common.

Rules that every record table keeps in the database, not only in Python: its event and whatever it speaks of are of the
same campaign; a version supersedes a version of the same thing; a version is superseded once, so a history never forks;
a thing has one first version.
"""

from collections.abc import Sequence
from itertools import chain

import sqlalchemy as sa

from lab.store.columns import ID, count, fraction, text

Items = Sequence[sa.schema.SchemaItem]

metadata = sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"})


def new_table(name: str, *items: Items | sa.schema.SchemaItem, with_rowid: bool = True) -> sa.Table:
    """Make a table whose rows SQLite holds to their types."""
    flat = chain.from_iterable([item] if isinstance(item, sa.schema.SchemaItem) else item for item in items)
    return sa.Table(name, metadata, *flat, sqlite_strict=True, sqlite_with_rowid=with_rowid)


def key_column() -> sa.Column[int]:
    """Return the key that numbers the rows of a table."""
    return sa.Column("id", ID, primary_key=True, autoincrement=True)


def campaign_column() -> sa.Column[int]:
    """Return the column that says whose campaign a row is of."""
    return sa.Column("campaign_id", ID, nullable=False)


def in_campaign(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    """Return the rule that a column refers to a row of the same campaign."""
    return sa.ForeignKeyConstraint(
        ["campaign_id", column], [f"{referred}.campaign_id", f"{referred}.id"], name=f"fk_{table}_{referred}"
    )


def names_table(name: str) -> sa.Table:
    """Make a table of names: one row a thing that records speak of."""
    return new_table(
        name,
        key_column(),
        campaign_column(),
        text("label", filled=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=f"fk_{name}_campaign"),
        sa.UniqueConstraint("campaign_id", "label", name=f"uq_{name}_label"),
        sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
    )


def reference(table: str, named: str, *, optional: bool = False) -> Items:
    """Return the column that refers to a name, and its rule."""
    column = f"{named}_id"
    return [sa.Column(column, ID, nullable=optional), in_campaign(table, column, named)]


def record_table(name: str, keys: Sequence[str], *items: Items | sa.schema.SchemaItem) -> sa.Table:
    """Make a record table: one row a version of the record that `keys` name within a campaign."""
    made = new_table(
        name,
        key_column(),
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
        sa.CheckConstraint("supersedes < id", name="supersedes"),
    )
    columns = made.c
    # PostgreSQL's indexes have the same conditions. Saying so here would load that database's drivers in every command.
    first, later = columns.supersedes.is_(None), columns.supersedes.is_not(None)
    sa.Index(
        f"uq_{name}_first",
        columns.campaign_id,
        *(columns[key] for key in keys),
        unique=True,
        sqlite_where=first,
    )
    sa.Index(f"uq_{name}_supersedes", columns.supersedes, unique=True, sqlite_where=later)
    sa.Index(f"ix_{name}_event", columns.event_id)
    return made


def part_table(record: sa.Table, what: str, *items: Items | sa.schema.SchemaItem) -> sa.Table:
    """Make a table of ordered rows that belong to one version of a record."""
    name = f"{record.name}_{what}"
    return new_table(
        name,
        campaign_column(),
        sa.Column("record_id", ID, nullable=False),
        count("position"),
        *items,
        sa.PrimaryKeyConstraint("campaign_id", "record_id", "position"),
        in_campaign(name, "record_id", record.name),
        with_rowid=False,
    )


def unique_in_record(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return the rule that columns name a row of a record once."""
    return sa.UniqueConstraint("campaign_id", "record_id", *columns, name=f"uq_{table}_{columns[0]}")


def well(table: str) -> Items:
    """A well of what stands in a slot, once in a record."""
    return [*count("slot", 1), *text("well", filled=True), unique_in_record(table, "slot", "well")]


def fraction_table(record: sa.Table, *items: Items) -> sa.Table:
    """Make the table of the fractions of a record's composition."""
    unique = unique_in_record(f"{record.name}_fraction", "material")
    return part_table(record, "fraction", text("material", filled=True), fraction("fraction"), *items, unique)
