"""The control of vehicles: who had it, and how it passed on."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import UtcDateTime

revision = "0006"
down_revision = "0005"

TABLE = "control_events"
"""Its rows never change or go; the database itself refuses."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("unit_id", "number", name="one_control_event_a_number"),
    )
    op.create_index("ix_control_events_unit_id", TABLE, ["unit_id"], unique=False)
    refuse_changes(TABLE)


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
    if op.get_bind().dialect.name != "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION {TABLE}_refuses_{verb}()")
