"""The geofence and the rally points that a plan came with."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    op.add_column("plans", sa.Column("fence", JsonColumn(), nullable=False, server_default="[]"))
    op.add_column("plans", sa.Column("rally", JsonColumn(), nullable=False, server_default="[]"))
