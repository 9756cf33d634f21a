"""Retention finds what is due by an index, and who names a picture by another."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0023"
down_revision = "0022"
BATCH = 1_000


def upgrade() -> None:
    """Apply."""
    op.add_column("observations", sa.Column("review_at", UtcDateTime(), nullable=True))
    op.create_index("observations_by_review", "observations", ["review_at", "received_at"])
    pictures = op.create_table(
        "observation_pictures",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["observation_id"], ["observations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sha256", "observation_id"),
    )
    op.create_index("ix_observation_pictures_observation_id", "observation_pictures", ["observation_id"])
    observations = sa.table("observations", sa.column("id", sa.String), sa.column("body", JsonColumn))
    connection = op.get_bind()
    last = ""
    while True:
        query = sa.select(observations.c.id, observations.c.body).where(observations.c.id > last)
        rows = connection.execute(query.order_by(observations.c.id).limit(BATCH)).all()
        if not rows:
            break
        last = rows[-1].id
        named = {(medium["sha256"], row.id) for row in rows for medium in row.body["media"]}
        if named:
            connection.execute(
                pictures.insert(), [{"sha256": sha256, "observation_id": row} for sha256, row in sorted(named)]
            )


def downgrade() -> None:
    """Revert."""
    op.drop_table("observation_pictures")
    op.drop_index("observations_by_review", "observations")
    op.drop_column("observations", "review_at")
