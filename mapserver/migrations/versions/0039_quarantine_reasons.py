"""Why a message waits in quarantine, as code and parameters beside the English words."""

import sqlalchemy as sa
from alembic import op

from telemetry.store.columns import JsonColumn

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Apply."""
    op.add_column("quarantined_messages", sa.Column("reason_message", JsonColumn(), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("quarantined_messages", "reason_message")
