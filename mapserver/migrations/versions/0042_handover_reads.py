"""When people last read a handover; timelines are found by when they were written."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "handover_reads",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["users.name"]),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index("timeline_by_time", "timeline", ["at"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_index("timeline_by_time", table_name="timeline")
    op.drop_table("handover_reads")
