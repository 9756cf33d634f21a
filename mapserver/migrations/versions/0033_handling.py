"""An incident has an owner, people who are assigned to it and, once it is closed, a code of how it ended."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply."""
    op.add_column("incidents", sa.Column("owner", sa.String(), nullable=True))
    op.add_column("incidents", sa.Column("assigned", JsonColumn(), nullable=True))
    op.add_column("incidents", sa.Column("closing_code", sa.String(), nullable=True))


def downgrade() -> None:
    """Revert."""
    for column in ("closing_code", "assigned", "owner"):
        op.drop_column("incidents", column)
