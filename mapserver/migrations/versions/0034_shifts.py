"""Shifts: who is on duty for a town, in which role, from when until when."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("begins", UtcDateTime(), nullable=False),
        sa.Column("ends", UtcDateTime(), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("shifts_by_city_time", "shifts", ["city", "scope", "ends"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_table("shifts")
