"""Whom notes name."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mentions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["person"], ["users.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mentions_incident_id", "mentions", ["incident_id"], unique=False)
    op.create_index("mentions_by_person_time", "mentions", ["person", "read_at", "at"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_table("mentions")
