"""What entries of timelines and of the audit trail say, as code and parameters beside the text."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Apply."""
    for table in ("timeline", "audit"):
        op.add_column(table, sa.Column("message", JsonColumn(), nullable=True))


def downgrade() -> None:
    """Take back."""
    for table in ("audit", "timeline"):
        op.drop_column(table, "message")
