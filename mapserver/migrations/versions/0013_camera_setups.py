"""Camera setups: every version of a camera's rules, masks and place on the ground, appended only."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import JsonColumn, UtcDateTime

revision = "0013"
down_revision = "0011"
TABLE = "camera_setups"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JsonColumn(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("camera_id", "part", "version", name="one_setup_a_version"),
    )
    op.create_index("ix_camera_setups_camera_id", TABLE, ["camera_id"], unique=False)
    refuse_changes(TABLE)


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
    if op.get_bind().dialect.name != "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION {TABLE}_refuses_{verb}()")
