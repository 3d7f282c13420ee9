"""Campaigns, events, records and their history.

The tables are written out here and not taken from `lab.store.schema`, which describes the newest schema and will grow.
"""

from collections.abc import Sequence
from itertools import chain

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
_FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
_TIME = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")

_Items = Sequence[sa.schema.SchemaItem]

_tables: list[str] = []


def upgrade() -> None:
    """Make all tables and the triggers that keep them from being changed."""
    _tables.clear()
    _make_names()
    _make_films()
    _make_decks()
    _make_results()
    _make_models()
    _make_designs()
    for table in _tables:
        _refuse_changes(table)


def downgrade() -> None:
    """Refuse: going back would throw records away."""
    raise NotImplementedError("the records would be lost: restore a backup instead")


def _make_names() -> None:
    _table(
        "campaign",
        _key(),
        _text("campaign", "name", filled=True),
        sa.Column("seed", _ID, nullable=False),
        _text("campaign", "definition_toml"),
        _text("campaign", "created_by"),
        _moment("campaign", "created_at"),
        sa.UniqueConstraint("name", name="uq_campaign_name"),
    )
    _table(
        "event",
        _key(),
        _campaign_column(),
        _text("event", "key", filled=True),
        _text("event", "who", filled=True),
        _text("event", "source"),
        _flag("event", "simulated"),
        _moment("event", "at"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_event_campaign"),
        sa.UniqueConstraint("campaign_id", "key", name="uq_event_key"),
        sa.UniqueConstraint("campaign_id", "id", name="uq_event_id"),
    )
    for name in ("film", "deck", "model", "design"):
        _table(
            name,
            _key(),
            _campaign_column(),
            _text(name, "label", filled=True),
            sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=f"fk_{name}_campaign"),
            sa.UniqueConstraint("campaign_id", "label", name=f"uq_{name}_label"),
            sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
        )


def _make_films() -> None:
    _record(
        "film_plan",
        ["film_id"],
        _reference("film_plan", "film"),
        _choice("film_plan", "purpose", "library", "loop", "verification", "manual"),
        _amount("film_plan", "solids"),
        _amount("film_plan", "volume"),
        _count("film_plan", "loop", 1, optional=True),
        _reference("film_plan", "design", optional=True),
    )
    _fractions("film_plan")
    _part(
        "film_plan",
        "attribute",
        _text("film_plan_attribute", "name", filled=True),
        _text("film_plan_attribute", "value"),
        _unique("film_plan_attribute", "name"),
    )
    _record("as_made", ["film_id"], _reference("as_made", "film"), _amount("as_made", "solids"))
    _fractions("as_made", _amount("as_made_fraction", "sd", optional=True))
    _record(
        "drying",
        ["film_id"],
        _reference("drying", "film"),
        _number("drying", "temperature", "-273.15"),
        _amount("drying", "hours"),
    )


def _make_decks() -> None:
    _record(
        "deck_plan",
        ["deck_id"],
        _reference("deck_plan", "deck"),
        _sha256("deck_plan", "plan_sha256"),
        _sha256("deck_plan", "protocol_sha256"),
        _count("deck_plan", "vendor_commands"),
        _text("deck_plan", "vendor_note"),
        _amount("deck_plan", "minutes"),
    )
    _part(
        "deck_plan",
        "dish",
        _reference("deck_plan_dish", "film"),
        _count("deck_plan_dish", "slot", 1),
        _text("deck_plan_dish", "well", filled=True),
        _unique("deck_plan_dish", "film_id"),
        _unique("deck_plan_dish", "slot", "well"),
    )
    _record("deck_check", ["deck_id"], _reference("deck_check", "deck"), _sha256("deck_check", "plan_sha256"))
    _record(
        "robot_run",
        ["deck_id"],
        _reference("robot_run", "deck"),
        _text("robot_run", "robot"),
        _choice("robot_run", "status", "succeeded", "failed", "stopped"),
        _text("robot_run", "note"),
    )
    _record(
        "transfer",
        ["deck_id", "step"],
        _reference("transfer", "deck"),
        _count("transfer", "step"),
        _reference("transfer", "film"),
        _text("transfer", "stock", filled=True),
        _text("transfer", "pipette"),
        _amount("transfer", "requested"),
        _amount("transfer", "delivered"),
        _amount("transfer", "sd"),
    )
    op.create_index("ix_transfer_film", "transfer", ["film_id"])


def _make_results() -> None:
    _record(
        "approval",
        ["film_id"],
        _reference("approval", "film"),
        _choice("approval", "verdict", "approved", "edited", "refused"),
        _text("approval", "note"),
    )
    _record(
        "film_grade",
        ["film_id"],
        _reference("film_grade", "film"),
        _choice("film_grade", "grade", "A", "B", "C", "D"),
        _text("film_grade", "note"),
    )
    _record(
        "measurement",
        ["film_id", "property_name"],
        _reference("measurement", "film"),
        _text("measurement", "property_name", filled=True),
        _choice("measurement", "status", "ok", "failed", "censored"),
        _number("measurement", "value", optional=True),
        _amount("measurement", "sd", optional=True),
        _count("measurement", "n"),
        _text("measurement", "instrument"),
        _sha256("measurement", "raw_sha256", optional=True),
        _text("measurement", "reason"),
        _check("measurement", "failed_has_no_value", "(status = 'failed') = (value IS NULL)"),
    )
    _record(
        "artefact",
        ["name"],
        _text("artefact", "name", filled=True),
        _sha256("artefact", "sha256"),
        _text("artefact", "media_type"),
        _count("artefact", "size"),
    )


def _make_models() -> None:
    _record(
        "model_training",
        ["model_id"],
        _reference("model_training", "model"),
        _choice("model_training", "predicts", "quality", "properties"),
        _count("model_training", "loop"),
        _count("model_training", "films"),
        _sha256("model_training", "data_sha256"),
        _sha256("model_training", "content_sha256"),
    )
    _part(
        "model_training",
        "metric",
        _text("model_training_metric", "name", filled=True),
        _number("model_training_metric", "value", optional=True),
        _unique("model_training_metric", "name"),
    )
    _record(
        "suggestion",
        ["film_id"],
        _reference("suggestion", "film"),
        _count("suggestion", "loop", 1),
        _count("suggestion", "rank"),
        _text("suggestion", "rule", filled=True),
        _fraction("suggestion", "quality"),
        _number("suggestion", "score"),
    )
    _fractions("suggestion")
    _part("suggestion", "model", _reference("suggestion_model", "model"))


def _make_designs() -> None:
    _record(
        "design_promise",
        ["design_id"],
        _reference("design_promise", "design"),
        _text("design_promise", "request", filled=True),
        _fraction("design_promise", "probability"),
        _fraction("design_promise", "quality"),
    )
    _fractions("design_promise")
    _part("design_promise", "requirement", _text("design_promise_requirement", "requirement", filled=True))
    prediction = "design_promise_prediction"
    _part(
        "design_promise",
        "prediction",
        _text(prediction, "property_name", filled=True),
        _number(prediction, "mean"),
        _amount(prediction, "sd"),
        _number(prediction, "p05"),
        _number(prediction, "p95"),
        _check(prediction, "p05_below_p95", "p05 <= p95"),
        _unique(prediction, "property_name"),
    )
    _part("design_promise", "model", _reference("design_promise_model", "model"))
    _record(
        "design_answer",
        ["request"],
        _text("design_answer", "request", filled=True),
        _count("design_answer", "found"),
        _text("design_answer", "note"),
    )


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


def _table(name: str, *items: _Items | sa.schema.SchemaItem, with_rowid: bool = True) -> None:
    flat = chain.from_iterable([item] if isinstance(item, sa.schema.SchemaItem) else item for item in items)
    primary = [] if not with_rowid else [sa.PrimaryKeyConstraint("id", name=f"pk_{name}")]
    op.create_table(name, *flat, *primary, sqlite_strict=True, sqlite_with_rowid=with_rowid)
    _tables.append(name)


def _record(name: str, keys: Sequence[str], *items: _Items | sa.schema.SchemaItem) -> None:
    _table(
        name,
        _key(),
        _campaign_column(),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("supersedes", _ID, nullable=True),
        *items,
        _in_campaign(name, "event_id", "event"),
        sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
        sa.UniqueConstraint("campaign_id", *keys, "id", name=f"uq_{name}_versions"),
        sa.ForeignKeyConstraint(
            ["campaign_id", *keys, "supersedes"],
            [f"{name}.{column}" for column in ("campaign_id", *keys, "id")],
            name=f"fk_{name}_supersedes",
        ),
        _check(name, "supersedes", "supersedes < id"),
    )
    first, later = sa.text("supersedes IS NULL"), sa.text("supersedes IS NOT NULL")
    for index, columns, where in (
        (f"uq_{name}_first", ["campaign_id", *keys], first),
        (f"uq_{name}_supersedes", ["supersedes"], later),
    ):
        op.create_index(index, name, columns, unique=True, sqlite_where=where, postgresql_where=where)
    op.create_index(f"ix_{name}_event", name, ["event_id"])


def _part(record: str, what: str, *items: _Items | sa.schema.SchemaItem) -> None:
    name = f"{record}_{what}"
    _table(
        name,
        _campaign_column(),
        sa.Column("record_id", _ID, nullable=False),
        _count(name, "position"),
        *items,
        sa.PrimaryKeyConstraint("campaign_id", "record_id", "position", name=f"pk_{name}"),
        _in_campaign(name, "record_id", record),
        with_rowid=False,
    )


def _fractions(record: str, *items: _Items) -> None:
    name = f"{record}_fraction"
    _part(
        record,
        "fraction",
        _text(name, "material", filled=True),
        _fraction(name, "fraction"),
        *items,
        _unique(name, "material"),
    )


def _key() -> sa.Column[int]:
    return sa.Column("id", _ID, nullable=False, autoincrement=True)


def _campaign_column() -> sa.Column[int]:
    return sa.Column("campaign_id", _ID, nullable=False)


def _in_campaign(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id", column], [f"{referred}.campaign_id", f"{referred}.id"], name=f"fk_{table}_{referred}"
    )


def _reference(table: str, named: str, *, optional: bool = False) -> _Items:
    return [sa.Column(f"{named}_id", _ID, nullable=optional), _in_campaign(table, f"{named}_id", named)]


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("campaign_id", "record_id", *columns, name=f"uq_{table}_{columns[0]}")


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _text(table: str, name: str, *, filled: bool = False) -> _Items:
    column = sa.Column(name, sa.Text(), nullable=False)
    return [column, _check(table, name, f"{name} <> ''")] if filled else [column]


def _choice(table: str, name: str, *choices: str) -> _Items:
    words = ", ".join(f"'{word}'" for word in choices)
    return [sa.Column(name, sa.Text(), nullable=False), _check(table, name, f"{name} IN ({words})")]


def _number(table: str, name: str, low: str = "-1e15", high: str = "1e15", *, optional: bool = False) -> _Items:
    return [sa.Column(name, _NUMBER, nullable=optional), _check(table, name, f"{name} BETWEEN {low} AND {high}")]


def _amount(table: str, name: str, *, optional: bool = False) -> _Items:
    return _number(table, name, "0", optional=optional)


def _fraction(table: str, name: str) -> _Items:
    return _number(table, name, "0", "1.000001")


def _count(table: str, name: str, least: int = 0, *, optional: bool = False) -> _Items:
    return [sa.Column(name, _ID, nullable=optional), _check(table, name, f"{name} >= {least}")]


def _sha256(table: str, name: str, *, optional: bool = False) -> _Items:
    return [sa.Column(name, sa.Text(), nullable=optional), _check(table, name, f"length({name}) = 64")]


def _moment(table: str, name: str) -> _Items:
    form = _check(table, name, f"{name} LIKE '____-__-__T__:__:__.______Z'").ddl_if(dialect="sqlite")
    return [sa.Column(name, _TIME, nullable=False), form]


def _flag(table: str, name: str) -> _Items:
    return [sa.Column(name, _FLAG, nullable=False), _check(table, name, f"{name} IN (0, 1)").ddl_if(dialect="sqlite")]
