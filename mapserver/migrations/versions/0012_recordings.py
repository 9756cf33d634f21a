"""Recordings: what must not be deleted, and what was cut out of them."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0012"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "evidence_holds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("camera_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("begins", UtcDateTime(), nullable=False),
        sa.Column("ends", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "clips",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("camera_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("manifest", JsonColumn(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for table in ("evidence_holds", "clips"):
        op.create_index(f"ix_{table}_camera_id", table, ["camera_id"], unique=False)
        op.create_index(f"ix_{table}_city", table, ["city"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("clips")
    op.drop_table("evidence_holds")
