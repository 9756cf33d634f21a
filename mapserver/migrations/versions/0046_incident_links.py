"""Links between incidents, as people set them."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incident_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("a", sa.String(), nullable=False),
        sa.Column("b", sa.String(), nullable=False),
        sa.Column("cause", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("removed_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["a"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["b"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("incident_links_by_a", "incident_links", ["a"])
    op.create_index("incident_links_by_b", "incident_links", ["b"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("incident_links")
