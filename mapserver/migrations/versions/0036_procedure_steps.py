"""The steps of incidents' procedures that were done or skipped."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "procedure_steps",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("incident_id", "procedure", "step"),
    )
    op.create_index("procedure_steps_by_city_time", "procedure_steps", ["city", "scope", "at"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_table("procedure_steps")
