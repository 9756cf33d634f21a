"""Flight events, outcomes and runs of checks keep what they say as code and parameters beside the English words."""

import sqlalchemy as sa
from alembic import op

from telemetry.store.columns import JsonColumn

revision = "0029"
down_revision = "0028"
COLUMNS = (("flight_events", "message"), ("flight_checks", "message"), ("flights", "outcome_message"))


def upgrade() -> None:
    """Apply."""
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, JsonColumn(), nullable=True))


def downgrade() -> None:
    """Revert."""
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
