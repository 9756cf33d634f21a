"""Escalations: to whom an incident went that nobody acknowledged in time."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "escalations",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("incident_id", "step"),
    )


def downgrade() -> None:
    """Revert."""
    op.drop_table("escalations")
