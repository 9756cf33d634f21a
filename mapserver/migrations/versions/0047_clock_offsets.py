"""Learned offsets of clocks, and what people decided about them."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "clock_offsets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("ahead_s", sa.Float(), nullable=False),
        sa.Column("whole_hour", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("clock_offsets_by_town", "clock_offsets", ["city", "scope", "state"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("clock_offsets")
