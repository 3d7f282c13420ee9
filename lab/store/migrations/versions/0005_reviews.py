"""Reviews between loops, and decisions about the loops to come."""

from lab.store import migration_tables as make

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of reviews and decisions."""
    make.record(
        "loop_review",
        ["name"],
        make.text("loop_review", "name", filled=True),
        make.choice("loop_review", "advice", "go-on", "look", "stop"),
        make.text("loop_review", "content", filled=True),
    )
    make.record(
        "loop_decision",
        ["name"],
        make.text("loop_decision", "name", filled=True),
        make.choice("loop_decision", "course", "stop", "go-on"),
        make.text("loop_decision", "note"),
    )


def downgrade() -> None:
    """Refuse: going back would throw records away."""
    raise NotImplementedError("the records would be lost: restore a backup instead")
