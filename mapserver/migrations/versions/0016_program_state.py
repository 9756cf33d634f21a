"""What the program keeps about itself: a check of its secret key, its version, the last time it trusted its clock."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "program_state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", JsonColumn(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("program_state")
