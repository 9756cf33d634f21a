"""No index of a timeline's entries by incident alone: that of their order begins with the incident."""

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_timeline_incident_id", "timeline")


def downgrade() -> None:
    """Revert."""
    op.create_index("ix_timeline_incident_id", "timeline", ["incident_id"])
