"""What vehicles say of themselves beside their place, and drones that are asked for at incidents."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0008"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    op.add_column("units", sa.Column("instruments", JsonColumn(), nullable=True))
    op.create_table(
        "drone_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("flight_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"]),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_drone_requests_incident_id", "drone_requests", ["incident_id"], unique=False)
    op.create_index("ix_drone_requests_city", "drone_requests", ["city"], unique=False)
    op.create_index("ix_drone_requests_answer", "drone_requests", ["answer"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("drone_requests")
    op.drop_column("units", "instruments")
