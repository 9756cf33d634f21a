"""Lists find their rows by keys that fit, and how many there are in tables of counts."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.counting import keep_counts, stop_counts

revision = "0025"
down_revision = "0024"
OF_INCIDENTS = ("city", "state", "category", "title")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incident_counts",
        *(sa.Column(name, sa.String(), nullable=False) for name in OF_INCIDENTS),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*OF_INCIDENTS),
    )
    op.create_table(
        "observation_counts",
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("city"),
    )
    keep_counts("incidents", "incident_counts", OF_INCIDENTS)
    keep_counts("observations", "observation_counts", ("city",))
    op.drop_index("incidents_by_city_time", "incidents")
    op.create_index("incidents_by_city_state_category_time", "incidents", ["city", "state", "category", "last_at"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("incidents_by_city_state_category_time", "incidents")
    op.create_index("incidents_by_city_time", "incidents", ["city", "last_at"])
    for table in ("incidents", "observations"):
        stop_counts(table)
    op.drop_table("incident_counts")
    op.drop_table("observation_counts")
