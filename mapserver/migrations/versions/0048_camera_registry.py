"""The registry of fixed cameras: what is known of each, and its streams, encrypted."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0048"
down_revision = "0047"

TEXTS = ("make", "serial", "watches", "rules", "maintainer")


def upgrade() -> None:
    """Apply."""
    op.add_column("cameras", sa.Column("mast_m", sa.Float(), nullable=True))
    for name in TEXTS:
        op.add_column("cameras", sa.Column(name, sa.String(), nullable=True))
    op.add_column("cameras", sa.Column("purpose", sa.String(), nullable=False, server_default="public_safety"))
    op.add_column("cameras", sa.Column("retired_at", UtcDateTime(), nullable=True))
    op.create_table(
        "camera_streams",
        sa.Column("camera_id", sa.String(), nullable=False),
        sa.Column("main", sa.String(), nullable=False),
        sa.Column("main_shown", sa.String(), nullable=False),
        sa.Column("sub", sa.String(), nullable=True),
        sa.Column("sub_shown", sa.String(), nullable=True),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name="stream_of", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("camera_id"),
    )


def downgrade() -> None:
    """Revert."""
    op.drop_table("camera_streams")
    for name in ("retired_at", "purpose", *TEXTS, "mast_m"):
        op.drop_column("cameras", name)
