"""The log of changes that viewers hear of, so that a restart loses no number and another server has the same."""

import secrets

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "changes",
        sa.Column("id", number, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("data", JsonColumn(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "pruned_changes",
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("count", number, nullable=False),
        sa.PrimaryKeyConstraint("audience"),
    )
    state = sa.table("program_state", sa.column("name", sa.String()), sa.column("value", JsonColumn()))
    op.get_bind().execute(state.insert().values(name="change_epoch", value=secrets.token_hex(8)))


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM program_state WHERE name = 'change_epoch'")
    op.drop_table("pruned_changes")
    op.drop_table("changes")
