"""What a device that waits in quarantine is called by who handed its message in, and the topic that it came on."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Apply."""
    for name in ("called", "topic"):
        op.add_column("quarantined_messages", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert."""
    for name in ("topic", "called"):
        op.drop_column("quarantined_messages", name)
