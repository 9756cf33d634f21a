"""What was found of flights after them, and what pilots remarked on them."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import JsonColumn, UtcDateTime

revision = "0007"
down_revision = "0006"

APPEND_ONLY = ("debriefs", "flight_remarks")
"""Tables whose rows never change or go; the database itself refuses."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "debriefs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flight_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("energy_ratio", sa.Float(), nullable=True),
        sa.Column("found", JsonColumn(), nullable=False),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_debriefs_flight_id", "debriefs", ["flight_id"], unique=False)
    op.create_index("ix_debriefs_unit_id", "debriefs", ["unit_id"], unique=False)
    op.create_table(
        "flight_remarks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flight_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_flight_remarks_flight_id", "flight_remarks", ["flight_id"], unique=False)
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Take back."""
    for table in APPEND_ONLY:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"DROP FUNCTION {table}_refuses_{verb}()")
