"""Seals of events. Events that are there already are sealed after the migration (`lab.store.sealing`)."""

import sqlalchemy as sa

from lab.store import migration_tables as make

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of seals."""
    make.table(
        "event_seal",
        make.key(),
        make.campaign_column(),
        sa.Column("event_id", make.ID, nullable=False),
        make.count("event_seal", "number", 1),
        make.sha256("event_seal", "sha256"),
        make.in_campaign("event_seal", "event_id", "event"),
        sa.UniqueConstraint("campaign_id", "number", name="uq_event_seal_number"),
        sa.UniqueConstraint("event_id", name="uq_event_seal_event"),
    )


def downgrade() -> None:
    """Refuse: going back would throw the seals away."""
    raise NotImplementedError("the seals would be lost: restore a backup instead")
