"""Campaigns, events, records and their history.

The tables are written out here and not taken from `lab.store.schema`, which describes the newest schema and will grow.
"""

import sqlalchemy as sa
from alembic import op

from lab.store import migration_tables as make

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables and the triggers that keep them from being changed."""
    _make_names()
    _make_films()
    _make_decks()
    _make_results()
    _make_models()
    _make_designs()


def downgrade() -> None:
    """Refuse: going back would throw records away."""
    raise NotImplementedError("the records would be lost: restore a backup instead")


def _make_names() -> None:
    make.table(
        "campaign",
        make.key(),
        make.text("campaign", "name", filled=True),
        sa.Column("seed", make.ID, nullable=False),
        make.text("campaign", "definition_toml"),
        make.text("campaign", "created_by"),
        make.moment("campaign", "created_at"),
        sa.UniqueConstraint("name", name="uq_campaign_name"),
    )
    make.table(
        "event",
        make.key(),
        make.campaign_column(),
        make.text("event", "key", filled=True),
        make.text("event", "who", filled=True),
        make.text("event", "source"),
        make.flag("event", "simulated"),
        make.moment("event", "at"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_event_campaign"),
        sa.UniqueConstraint("campaign_id", "key", name="uq_event_key"),
        sa.UniqueConstraint("campaign_id", "id", name="uq_event_id"),
    )
    for name in ("film", "deck", "model", "design"):
        make.table(
            name,
            make.key(),
            make.campaign_column(),
            make.text(name, "label", filled=True),
            sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=f"fk_{name}_campaign"),
            sa.UniqueConstraint("campaign_id", "label", name=f"uq_{name}_label"),
            sa.UniqueConstraint("campaign_id", "id", name=f"uq_{name}_id"),
        )


def _make_films() -> None:
    make.record(
        "film_plan",
        ["film_id"],
        make.reference("film_plan", "film"),
        make.choice("film_plan", "purpose", "library", "loop", "verification", "manual"),
        make.amount("film_plan", "solids"),
        make.amount("film_plan", "volume"),
        make.count("film_plan", "loop", 1, optional=True),
        make.reference("film_plan", "design", optional=True),
    )
    make.fractions("film_plan")
    make.part(
        "film_plan",
        "attribute",
        make.text("film_plan_attribute", "name", filled=True),
        make.text("film_plan_attribute", "value"),
        make.unique("film_plan_attribute", "name"),
    )
    make.record("as_made", ["film_id"], make.reference("as_made", "film"), make.amount("as_made", "solids"))
    make.fractions("as_made", make.amount("as_made_fraction", "sd", optional=True))
    make.record(
        "drying",
        ["film_id"],
        make.reference("drying", "film"),
        make.number("drying", "temperature", "-273.15"),
        make.amount("drying", "hours"),
    )


def _make_decks() -> None:
    make.record(
        "deck_plan",
        ["deck_id"],
        make.reference("deck_plan", "deck"),
        make.sha256("deck_plan", "plan_sha256"),
        make.sha256("deck_plan", "protocol_sha256"),
        make.count("deck_plan", "vendor_commands"),
        make.text("deck_plan", "vendor_note"),
        make.amount("deck_plan", "minutes"),
    )
    make.part(
        "deck_plan",
        "dish",
        make.reference("deck_plan_dish", "film"),
        make.count("deck_plan_dish", "slot", 1),
        make.text("deck_plan_dish", "well", filled=True),
        make.unique("deck_plan_dish", "film_id"),
        make.unique("deck_plan_dish", "slot", "well"),
    )
    make.record(
        "deck_check", ["deck_id"], make.reference("deck_check", "deck"), make.sha256("deck_check", "plan_sha256")
    )
    make.record(
        "robot_run",
        ["deck_id"],
        make.reference("robot_run", "deck"),
        make.text("robot_run", "robot"),
        make.choice("robot_run", "status", "succeeded", "failed", "stopped"),
        make.text("robot_run", "note"),
    )
    make.record(
        "transfer",
        ["deck_id", "step"],
        make.reference("transfer", "deck"),
        make.count("transfer", "step"),
        make.reference("transfer", "film"),
        make.text("transfer", "stock", filled=True),
        make.text("transfer", "pipette"),
        make.amount("transfer", "requested"),
        make.amount("transfer", "delivered"),
        make.amount("transfer", "sd"),
    )
    op.create_index("ix_transfer_film", "transfer", ["film_id"])


def _make_results() -> None:
    make.record(
        "approval",
        ["film_id"],
        make.reference("approval", "film"),
        make.choice("approval", "verdict", "approved", "edited", "refused"),
        make.text("approval", "note"),
    )
    make.record(
        "film_grade",
        ["film_id"],
        make.reference("film_grade", "film"),
        make.choice("film_grade", "grade", "A", "B", "C", "D"),
        make.text("film_grade", "note"),
    )
    make.record(
        "measurement",
        ["film_id", "property_name"],
        make.reference("measurement", "film"),
        make.text("measurement", "property_name", filled=True),
        make.choice("measurement", "status", "ok", "failed", "censored"),
        make.number("measurement", "value", optional=True),
        make.amount("measurement", "sd", optional=True),
        make.count("measurement", "n"),
        make.text("measurement", "instrument"),
        make.sha256("measurement", "raw_sha256", optional=True),
        make.text("measurement", "reason"),
        make.check("measurement", "failed_has_no_value", "(status = 'failed') = (value IS NULL)"),
    )
    make.record(
        "artefact",
        ["name"],
        make.text("artefact", "name", filled=True),
        make.sha256("artefact", "sha256"),
        make.text("artefact", "media_type"),
        make.count("artefact", "size"),
    )


def _make_models() -> None:
    make.record(
        "model_training",
        ["model_id"],
        make.reference("model_training", "model"),
        make.choice("model_training", "predicts", "quality", "properties"),
        make.count("model_training", "loop"),
        make.count("model_training", "films"),
        make.sha256("model_training", "data_sha256"),
        make.sha256("model_training", "content_sha256"),
    )
    make.part(
        "model_training",
        "metric",
        make.text("model_training_metric", "name", filled=True),
        make.number("model_training_metric", "value", optional=True),
        make.unique("model_training_metric", "name"),
    )
    make.record(
        "suggestion",
        ["film_id"],
        make.reference("suggestion", "film"),
        make.count("suggestion", "loop", 1),
        make.count("suggestion", "rank"),
        make.text("suggestion", "rule", filled=True),
        make.fraction("suggestion", "quality"),
        make.number("suggestion", "score"),
    )
    make.fractions("suggestion")
    make.part("suggestion", "model", make.reference("suggestion_model", "model"))


def _make_designs() -> None:
    make.record(
        "design_promise",
        ["design_id"],
        make.reference("design_promise", "design"),
        make.text("design_promise", "request", filled=True),
        make.fraction("design_promise", "probability"),
        make.fraction("design_promise", "quality"),
    )
    make.fractions("design_promise")
    make.part("design_promise", "requirement", make.text("design_promise_requirement", "requirement", filled=True))
    prediction = "design_promise_prediction"
    make.part(
        "design_promise",
        "prediction",
        make.text(prediction, "property_name", filled=True),
        make.number(prediction, "mean"),
        make.amount(prediction, "sd"),
        make.number(prediction, "p05"),
        make.number(prediction, "p95"),
        make.check(prediction, "p05_below_p95", "p05 <= p95"),
        make.unique(prediction, "property_name"),
    )
    make.part("design_promise", "model", make.reference("design_promise_model", "model"))
    make.record(
        "design_answer",
        ["request"],
        make.text("design_answer", "request", filled=True),
        make.count("design_answer", "found"),
        make.text("design_answer", "note"),
    )
