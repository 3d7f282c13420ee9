"""Long work that people ask for."""

from lab.store import migration_tables as make

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of requests."""
    make.record(
        "work_request",
        ["work", "subject"],
        make.choice("work_request", "work", "train", "simulate"),
        make.text("work_request", "subject", filled=True),
        make.choice("work_request", "state", "asked", "withdrawn"),
    )


def downgrade() -> None:
    """Refuse: going back would throw records away."""
    raise NotImplementedError("the records would be lost: restore a backup instead")
