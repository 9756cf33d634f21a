"""The language that a user has chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("language", sa.String(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("users", "language")
