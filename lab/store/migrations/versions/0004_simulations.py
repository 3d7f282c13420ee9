"""Simulations of atomic models."""

from lab.store import migration_tables as make

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of simulations."""
    make.record(
        "simulation",
        ["label"],
        make.text("simulation", "label", filled=True),
        make.sha256("simulation", "content_sha256"),
        make.text("simulation", "model", filled=True),
        make.text("simulation", "test", filled=True),
        make.text("simulation", "profile", filled=True),
        make.text("simulation", "force_field", filled=True),
        make.count("simulation", "seed"),
        make.count("simulation", "atoms", 1),
        make.number("simulation", "rate_per_s"),
        make.amount("simulation", "temperature"),
        make.choice("simulation", "status", "ok", "failed"),
        make.text("simulation", "failure_mode"),
        make.text("simulation", "reason"),
    )
    make.fractions("simulation")
    make.part(
        "simulation",
        "number",
        make.text("simulation_number", "name", filled=True),
        make.number("simulation_number", "value"),
        make.unique("simulation_number", "name"),
    )
    make.part(
        "simulation",
        "version",
        make.text("simulation_version", "program", filled=True),
        make.text("simulation_version", "version"),
        make.unique("simulation_version", "program"),
    )


def downgrade() -> None:
    """Refuse: going back would throw records away."""
    raise NotImplementedError("the records would be lost: restore a backup instead")
