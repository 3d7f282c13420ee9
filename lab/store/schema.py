"""The tables. docs/reference/store.md explains them; migrations/ makes them; a test compares the two.

Besides the campaigns, their events and the events' seals, three kinds of tables hold a campaign:

* names (film, deck, model, design): one row a thing that other records speak of,
* records: one row a version of a record; a version that replaces another one points to it,
* parts: rows that belong to one version, such as the fractions of a composition.

Rules that every record table keeps in the database, not only in Python: its event and whatever it speaks of are of the
same campaign; a version supersedes a version of the same thing; a version is superseded once, so a history never forks;
a thing has one first version.
"""

from collections.abc import Sequence
from itertools import chain

import sqlalchemy as sa

from lab.grades import Grade
from lab.records import (
    Advice,
    Charge,
    Course,
    DishState,
    LoadAct,
    ModelKind,
    Purpose,
    RequestedWork,
    RequestState,
    RunStatus,
    SimulationStatus,
    Status,
    Verdict,
)
from lab.store.columns import ID, amount, choice, count, flag, fraction, moment, number, sha256, text

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every schema revision that this filmlab knows, oldest first; the last one is what it works with."""

Items = Sequence[sa.schema.SchemaItem]

metadata = sa.MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s"})


def _table(name: str, *items: Items | sa.schema.SchemaItem, with_rowid: bool = True) -> sa.Table:
    flat = chain.from_iterable([item] if isinstance(item, sa.schema.SchemaItem) else item for item in items)
    return sa.Table(name, metadata, *flat, sqlite_strict=True, sqlite_with_rowid=with_rowid)


def _key() -> sa.Column[int]:
    return sa.Column("id", ID, primary_key=True, autoincrement=True)


def _campaign_column() -> sa.Column[int]:
    return sa.Column("campaign_id", ID, nullable=False)


def _in_campaign(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id", column], [f"{referred}.campaign_id", f"{referred}.id"], name=f"fk_{table}_{referred}"
    )


campaign = _table(
    "campaign",
    _key(),
    text("name", filled=True),
    sa.Column("seed", ID, nullable=False),
    text("definition_toml"),
    text("created_by"),
    moment("created_at"),
    sa.UniqueConstraint("name", name="uq_campaign_name"),
)

event = _table(
    "event",
    _key(),
    _campaign_column(),
    text("key", filled=True),
    text("who", filled=True),
    text("source"),
    flag("simulated"),
    moment("at"),
    sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_event_campaign"),
    sa.UniqueConstraint("campaign_id", "key", name="uq_event_key"),
    sa.UniqueConstraint("campaign_id", "id", name="uq_event_id"),
)

event_seal = _table(
    "event_seal",
    _key(),
    _campaign_column(),
    sa.Column("event_id", ID, nullable=False),
    count("number", 1),
    sha256("sha256"),
    _in_campaign("event_seal", "event_id", "event"),
    sa.UniqueConstraint("campaign_id", "number", name="uq_event_seal_number"),
    sa.UniqueConstraint("event_id", name="uq_event_seal_event"),
)


def _names(name: str) -> sa.Table:
    return _table(
        name,
        _key(),
        _campaign_column(),
        text("label", filled=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=f"fk_{name}_campaign"),
        sa.UniqueConstraint("campaign_id", "label", name=f"uq_{name}_label"),
        sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
    )


film = _names("film")
deck = _names("deck")
model = _names("model")
design = _names("design")


def _reference(table: str, named: str, *, optional: bool = False) -> Items:
    column = f"{named}_id"
    return [sa.Column(column, ID, nullable=optional), _in_campaign(table, column, named)]


def _record(name: str, keys: Sequence[str], *items: Items | sa.schema.SchemaItem) -> sa.Table:
    """Make a record table: one row a version of the record that `keys` name within a campaign."""
    table = _table(
        name,
        _key(),
        _campaign_column(),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("supersedes", ID, nullable=True),
        *items,
        _in_campaign(name, "event_id", "event"),
        sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
        sa.UniqueConstraint("campaign_id", *keys, "id", name=f"uq_{name}_versions"),
        sa.ForeignKeyConstraint(
            ["campaign_id", *keys, "supersedes"],
            [f"{name}.{column}" for column in ("campaign_id", *keys, "id")],
            name=f"fk_{name}_supersedes",
        ),
        sa.CheckConstraint("supersedes < id", name="supersedes"),
    )
    columns = table.c
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
    return table


def _part(record: sa.Table, what: str, *items: Items | sa.schema.SchemaItem) -> sa.Table:
    """Make a table of ordered rows that belong to one version of a record."""
    name = f"{record.name}_{what}"
    return _table(
        name,
        _campaign_column(),
        sa.Column("record_id", ID, nullable=False),
        count("position"),
        *items,
        sa.PrimaryKeyConstraint("campaign_id", "record_id", "position"),
        _in_campaign(name, "record_id", record.name),
        with_rowid=False,
    )


def _unique_in_record(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("campaign_id", "record_id", *columns, name=f"uq_{table}_{columns[0]}")


def _well(table: str) -> Items:
    """A well of what stands in a slot, once in a record."""
    return [*count("slot", 1), *text("well", filled=True), _unique_in_record(table, "slot", "well")]


def _fractions(record: sa.Table, *items: Items) -> sa.Table:
    unique = _unique_in_record(f"{record.name}_fraction", "material")
    return _part(record, "fraction", text("material", filled=True), fraction("fraction"), *items, unique)


film_plan = _record(
    "film_plan",
    ["film_id"],
    _reference("film_plan", "film"),
    choice("purpose", *Purpose),
    amount("solids"),
    amount("volume"),
    count("loop", 1, optional=True),
    _reference("film_plan", "design", optional=True),
)
film_plan_fraction = _fractions(film_plan)
film_plan_attribute = _part(
    film_plan,
    "attribute",
    text("name", filled=True),
    text("value"),
    _unique_in_record("film_plan_attribute", "name"),
)

deck_plan = _record(
    "deck_plan",
    ["deck_id"],
    _reference("deck_plan", "deck"),
    sha256("plan_sha256"),
    sha256("protocol_sha256"),
    count("vendor_commands"),
    text("vendor_note"),
    amount("minutes"),
)
deck_plan_dish = _part(
    deck_plan,
    "dish",
    _reference("deck_plan_dish", "film"),
    count("slot", 1),
    text("well", filled=True),
    _unique_in_record("deck_plan_dish", "film_id"),
    _unique_in_record("deck_plan_dish", "slot", "well"),
)

deck_check = _record("deck_check", ["deck_id"], _reference("deck_check", "deck"), sha256("plan_sha256"))

deck_load = _record(
    "deck_load",
    ["robot", "label"],
    text("robot", filled=True),
    text("label", filled=True),
    choice("act", *LoadAct),
    sha256("plan_sha256", optional=True),
)
deck_load_slot = _part(
    deck_load,
    "slot",
    choice("holds", "racks", "dishes"),
    count("slot", 1),
    _unique_in_record("deck_load_slot", "slot"),
)
deck_load_fill = _part(
    deck_load,
    "fill",
    *_well("deck_load_fill"),
    text("stock", filled=True),
    amount("volume"),
)

run_charge = _record(
    "run_charge",
    ["robot", "run"],
    text("robot", filled=True),
    text("run", filled=True),
    choice("state", *Charge),
)
run_charge_tip = _part(run_charge, "tip", *_well("run_charge_tip"))
run_charge_draw = _part(
    run_charge,
    "draw",
    *_well("run_charge_draw"),
    text("stock", filled=True),
    number("drawn"),
    amount("perhaps"),
)
run_charge_dish = _part(
    run_charge,
    "dish",
    text("film", filled=True),
    *_well("run_charge_dish"),
    choice("state", *DishState),
)

robot_run = _record(
    "robot_run",
    ["deck_id"],
    _reference("robot_run", "deck"),
    text("robot"),
    choice("status", *RunStatus),
    text("note"),
)

transfer = _record(
    "transfer",
    ["deck_id", "step"],
    _reference("transfer", "deck"),
    count("step"),
    _reference("transfer", "film"),
    text("stock", filled=True),
    text("pipette"),
    amount("requested"),
    amount("delivered"),
    amount("sd"),
    sa.Index("ix_transfer_film", "film_id"),
)

as_made = _record("as_made", ["film_id"], _reference("as_made", "film"), amount("solids"))
as_made_fraction = _fractions(as_made, amount("sd", optional=True))

drying = _record(
    "drying",
    ["film_id"],
    _reference("drying", "film"),
    number("temperature", "-273.15"),
    amount("hours"),
)

approval = _record("approval", ["film_id"], _reference("approval", "film"), choice("verdict", *Verdict), text("note"))
film_grade = _record("film_grade", ["film_id"], _reference("film_grade", "film"), choice("grade", *Grade), text("note"))

measurement = _record(
    "measurement",
    ["film_id", "property_name"],
    _reference("measurement", "film"),
    text("property_name", filled=True),
    choice("status", *Status),
    number("value", optional=True),
    amount("sd", optional=True),
    count("n"),
    text("instrument"),
    sha256("raw_sha256", optional=True),
    text("reason"),
    sa.CheckConstraint("(status = 'failed') = (value IS NULL)", name="failed_has_no_value"),
)

model_training = _record(
    "model_training",
    ["model_id"],
    _reference("model_training", "model"),
    choice("predicts", *ModelKind),
    count("loop"),
    count("films"),
    sha256("data_sha256"),
    sha256("content_sha256"),
)
model_training_metric = _part(
    model_training,
    "metric",
    text("name", filled=True),
    number("value", optional=True),
    _unique_in_record("model_training_metric", "name"),
)

suggestion = _record(
    "suggestion",
    ["film_id"],
    _reference("suggestion", "film"),
    count("loop", 1),
    count("rank"),
    text("rule", filled=True),
    fraction("quality"),
    number("score"),
)
suggestion_fraction = _fractions(suggestion)
suggestion_model = _part(suggestion, "model", _reference("suggestion_model", "model"))

loop_review = _record(
    "loop_review", ["name"], text("name", filled=True), choice("advice", *Advice), text("content", filled=True)
)
loop_decision = _record("loop_decision", ["name"], text("name", filled=True), choice("course", *Course), text("note"))

design_promise = _record(
    "design_promise",
    ["design_id"],
    _reference("design_promise", "design"),
    text("request", filled=True),
    fraction("probability"),
    fraction("quality"),
)
design_promise_fraction = _fractions(design_promise)
design_promise_requirement = _part(design_promise, "requirement", text("requirement", filled=True))
design_promise_prediction = _part(
    design_promise,
    "prediction",
    text("property_name", filled=True),
    number("mean"),
    amount("sd"),
    number("p05"),
    number("p95"),
    sa.CheckConstraint("p05 <= p95", name="p05_below_p95"),
    _unique_in_record("design_promise_prediction", "property_name"),
)
design_promise_model = _part(design_promise, "model", _reference("design_promise_model", "model"))

design_answer = _record("design_answer", ["request"], text("request", filled=True), count("found"), text("note"))

simulation = _record(
    "simulation",
    ["label"],
    text("label", filled=True),
    sha256("content_sha256"),
    text("model", filled=True),
    text("test", filled=True),
    text("profile", filled=True),
    text("force_field", filled=True),
    count("seed"),
    count("atoms", 1),
    number("rate_per_s"),
    amount("temperature"),
    choice("status", *SimulationStatus),
    text("failure_mode"),
    text("reason"),
)
simulation_fraction = _fractions(simulation)
simulation_number = _part(
    simulation,
    "number",
    text("name", filled=True),
    number("value"),
    _unique_in_record("simulation_number", "name"),
)
simulation_version = _part(
    simulation,
    "version",
    text("program", filled=True),
    text("version"),
    _unique_in_record("simulation_version", "program"),
)

work_request = _record(
    "work_request",
    ["work", "subject"],
    choice("work", *RequestedWork),
    text("subject", filled=True),
    choice("state", *RequestState),
)

artefact = _record("artefact", ["name"], text("name", filled=True), sha256("sha256"), text("media_type"), count("size"))
