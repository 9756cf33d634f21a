"""Of several servers on one database one has each vehicle's link: leases, and the fence of what a flight records."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("flights", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("flights", sa.Column("heard_by", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Revert."""
    op.drop_column("flights", "heard_by")
    op.drop_column("flights", "fence")
    op.drop_table("leases")
