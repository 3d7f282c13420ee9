"""The tables. docs/reference/store.md explains them; migrations/ makes them; a test compares the two.

Besides the campaigns, their events and the events' seals, three kinds of tables hold a campaign:

* names (film, deck, model, design): one row a thing that other records speak of,
* records: one row a version of a record; a version that replaces another one points to it,
* parts: rows that belong to one version, such as the fractions of a composition.

Rules that every record table keeps are made with it: see `lab.store.table_makers`.
"""

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
from lab.store.table_makers import (
    campaign_column,
    fraction_table,
    in_campaign,
    key_column,
    names_table,
    new_table,
    part_table,
    record_table,
    reference,
    unique_in_record,
    well,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every schema revision that this filmlab knows, oldest first; the last one is what it works with."""

campaign = new_table(
    "campaign",
    key_column(),
    text("name", filled=True),
    sa.Column("seed", ID, nullable=False),
    text("definition_toml"),
    text("created_by"),
    moment("created_at"),
    sa.UniqueConstraint("name", name="uq_campaign_name"),
)

event = new_table(
    "event",
    key_column(),
    campaign_column(),
    text("key", filled=True),
    text("who", filled=True),
    text("source"),
    flag("simulated"),
    moment("at"),
    sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_event_campaign"),
    sa.UniqueConstraint("campaign_id", "key", name="uq_event_key"),
    sa.UniqueConstraint("campaign_id", "id", name="uq_event_id"),
)

event_seal = new_table(
    "event_seal",
    key_column(),
    campaign_column(),
    sa.Column("event_id", ID, nullable=False),
    count("number", 1),
    sha256("sha256"),
    in_campaign("event_seal", "event_id", "event"),
    sa.UniqueConstraint("campaign_id", "number", name="uq_event_seal_number"),
    sa.UniqueConstraint("event_id", name="uq_event_seal_event"),
)

film = names_table("film")
deck = names_table("deck")
model = names_table("model")
design = names_table("design")

film_plan = record_table(
    "film_plan",
    ["film_id"],
    reference("film_plan", "film"),
    choice("purpose", *Purpose),
    amount("solids"),
    amount("volume"),
    count("loop", 1, optional=True),
    reference("film_plan", "design", optional=True),
)
film_plan_fraction = fraction_table(film_plan)
film_plan_attribute = part_table(
    film_plan,
    "attribute",
    text("name", filled=True),
    text("value"),
    unique_in_record("film_plan_attribute", "name"),
)

deck_plan = record_table(
    "deck_plan",
    ["deck_id"],
    reference("deck_plan", "deck"),
    sha256("plan_sha256"),
    sha256("protocol_sha256"),
    count("vendor_commands"),
    text("vendor_note"),
    amount("minutes"),
)
deck_plan_dish = part_table(
    deck_plan,
    "dish",
    reference("deck_plan_dish", "film"),
    count("slot", 1),
    text("well", filled=True),
    unique_in_record("deck_plan_dish", "film_id"),
    unique_in_record("deck_plan_dish", "slot", "well"),
)

deck_check = record_table("deck_check", ["deck_id"], reference("deck_check", "deck"), sha256("plan_sha256"))

deck_load = record_table(
    "deck_load",
    ["robot", "label"],
    text("robot", filled=True),
    text("label", filled=True),
    choice("act", *LoadAct),
    sha256("plan_sha256", optional=True),
)
deck_load_slot = part_table(
    deck_load,
    "slot",
    choice("holds", "racks", "dishes"),
    count("slot", 1),
    unique_in_record("deck_load_slot", "slot"),
)
deck_load_fill = part_table(
    deck_load,
    "fill",
    *well("deck_load_fill"),
    text("stock", filled=True),
    amount("volume"),
)

run_charge = record_table(
    "run_charge",
    ["robot", "run"],
    text("robot", filled=True),
    text("run", filled=True),
    choice("state", *Charge),
)
run_charge_tip = part_table(run_charge, "tip", *well("run_charge_tip"))
run_charge_draw = part_table(
    run_charge,
    "draw",
    *well("run_charge_draw"),
    text("stock", filled=True),
    number("drawn"),
    amount("perhaps"),
)
run_charge_dish = part_table(
    run_charge,
    "dish",
    text("film", filled=True),
    *well("run_charge_dish"),
    choice("state", *DishState),
)

robot_run = record_table(
    "robot_run",
    ["deck_id"],
    reference("robot_run", "deck"),
    text("robot"),
    choice("status", *RunStatus),
    text("note"),
)

transfer = record_table(
    "transfer",
    ["deck_id", "step"],
    reference("transfer", "deck"),
    count("step"),
    reference("transfer", "film"),
    text("stock", filled=True),
    text("pipette"),
    amount("requested"),
    amount("delivered"),
    amount("sd"),
    sa.Index("ix_transfer_film", "film_id"),
)

as_made = record_table("as_made", ["film_id"], reference("as_made", "film"), amount("solids"))
as_made_fraction = fraction_table(as_made, amount("sd", optional=True))

drying = record_table(
    "drying",
    ["film_id"],
    reference("drying", "film"),
    number("temperature", "-273.15"),
    amount("hours"),
)

approval = record_table(
    "approval", ["film_id"], reference("approval", "film"), choice("verdict", *Verdict), text("note")
)
film_grade = record_table(
    "film_grade", ["film_id"], reference("film_grade", "film"), choice("grade", *Grade), text("note")
)

measurement = record_table(
    "measurement",
    ["film_id", "property_name"],
    reference("measurement", "film"),
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

model_training = record_table(
    "model_training",
    ["model_id"],
    reference("model_training", "model"),
    choice("predicts", *ModelKind),
    count("loop"),
    count("films"),
    sha256("data_sha256"),
    sha256("content_sha256"),
)
model_training_metric = part_table(
    model_training,
    "metric",
    text("name", filled=True),
    number("value", optional=True),
    unique_in_record("model_training_metric", "name"),
)

suggestion = record_table(
    "suggestion",
    ["film_id"],
    reference("suggestion", "film"),
    count("loop", 1),
    count("rank"),
    text("rule", filled=True),
    fraction("quality"),
    number("score"),
)
suggestion_fraction = fraction_table(suggestion)
suggestion_model = part_table(suggestion, "model", reference("suggestion_model", "model"))

loop_review = record_table(
    "loop_review", ["name"], text("name", filled=True), choice("advice", *Advice), text("content", filled=True)
)
loop_decision = record_table(
    "loop_decision", ["name"], text("name", filled=True), choice("course", *Course), text("note")
)

design_promise = record_table(
    "design_promise",
    ["design_id"],
    reference("design_promise", "design"),
    text("request", filled=True),
    fraction("probability"),
    fraction("quality"),
)
design_promise_fraction = fraction_table(design_promise)
design_promise_requirement = part_table(design_promise, "requirement", text("requirement", filled=True))
design_promise_prediction = part_table(
    design_promise,
    "prediction",
    text("property_name", filled=True),
    number("mean"),
    amount("sd"),
    number("p05"),
    number("p95"),
    sa.CheckConstraint("p05 <= p95", name="p05_below_p95"),
    unique_in_record("design_promise_prediction", "property_name"),
)
design_promise_model = part_table(design_promise, "model", reference("design_promise_model", "model"))

design_answer = record_table("design_answer", ["request"], text("request", filled=True), count("found"), text("note"))

simulation = record_table(
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
simulation_fraction = fraction_table(simulation)
simulation_number = part_table(
    simulation,
    "number",
    text("name", filled=True),
    number("value"),
    unique_in_record("simulation_number", "name"),
)
simulation_version = part_table(
    simulation,
    "version",
    text("program", filled=True),
    text("version"),
    unique_in_record("simulation_version", "program"),
)

work_request = record_table(
    "work_request",
    ["work", "subject"],
    choice("work", *RequestedWork),
    text("subject", filled=True),
    choice("state", *RequestState),
)

artefact = record_table(
    "artefact", ["name"], text("name", filled=True), sha256("sha256"), text("media_type"), count("size")
)

metadata = campaign.metadata
"""All tables."""
