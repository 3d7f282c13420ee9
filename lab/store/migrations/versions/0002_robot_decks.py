"""What stands on robots' decks, and what runs used up."""

import sqlalchemy as sa

from lab.store import migration_tables as make

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the robots' ledgers."""
    _make_loads()
    _make_charges()


def downgrade() -> None:
    """Refuse: going back would throw records away."""
    raise NotImplementedError("the records would be lost: restore a backup instead")


def _make_loads() -> None:
    make.record(
        "deck_load",
        ["robot", "label"],
        make.text("deck_load", "robot", filled=True),
        make.text("deck_load", "label", filled=True),
        make.choice("deck_load", "act", "loaded", "rack swapped", "refilled"),
        make.sha256("deck_load", "plan_sha256", optional=True),
    )
    make.part(
        "deck_load",
        "slot",
        make.choice("deck_load_slot", "holds", "racks", "dishes"),
        make.count("deck_load_slot", "slot", 1),
        make.unique("deck_load_slot", "slot"),
    )
    make.part(
        "deck_load",
        "fill",
        *_well("deck_load_fill"),
        make.text("deck_load_fill", "stock", filled=True),
        make.amount("deck_load_fill", "volume"),
    )


def _make_charges() -> None:
    make.record(
        "run_charge",
        ["robot", "run"],
        make.text("run_charge", "robot", filled=True),
        make.text("run_charge", "run", filled=True),
        make.choice("run_charge", "state", "pending", "committed", "rolled back"),
    )
    make.part("run_charge", "tip", *_well("run_charge_tip"))
    make.part(
        "run_charge",
        "draw",
        *_well("run_charge_draw"),
        make.text("run_charge_draw", "stock", filled=True),
        make.number("run_charge_draw", "drawn"),
        make.amount("run_charge_draw", "perhaps"),
    )
    make.part(
        "run_charge",
        "dish",
        make.text("run_charge_dish", "film", filled=True),
        *_well("run_charge_dish"),
        make.choice("run_charge_dish", "state", "empty", "finished", "partial", "suspect"),
    )


def _well(table: str) -> list[sa.schema.SchemaItem]:
    slot, well = make.count(table, "slot", 1), make.text(table, "well", filled=True)
    return [*slot, *well, make.unique(table, "slot", "well")]
