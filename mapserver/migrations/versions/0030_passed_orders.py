"""Orders that reach a server without the drone's link wait here for the server that has it."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "passed_orders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("flight_id", sa.String(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("what", JsonColumn(), nullable=False),
        sa.Column("given_by", JsonColumn(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("expires_s", sa.Float(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", JsonColumn(), nullable=True),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_passed_orders_server", "passed_orders", ["server"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_table("passed_orders")
