"""The key of an observation belongs to its town and sender, and counts the events to which a source gave one name."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

OLD_KEY = ["source_kind", "source_id", "source_ref"]
NEW_KEY = ["city", "sender", "source_ref", "source_kind", "source_id", "occurrence"]


def upgrade() -> None:
    """Apply. Rows of before have no sender: whoever of their town says them again means them."""
    with op.batch_alter_table("observations") as observations:
        observations.add_column(sa.Column("sender", sa.String(), nullable=False, server_default=""))
        observations.add_column(sa.Column("occurrence", sa.Integer(), nullable=False, server_default="1"))
        observations.drop_constraint("observation_key", type_="unique")
        observations.create_unique_constraint("observation_key", NEW_KEY)
    with op.batch_alter_table("observations") as observations:
        observations.alter_column("sender", server_default=None)
        observations.alter_column("occurrence", server_default=None)
    op.create_index(
        "observations_by_source", "observations", ["city", "source_kind", "source_id", "received_at"], unique=False
    )


def downgrade() -> None:
    """Take back. Fails when two towns or senders have used one key meanwhile: neither of the two may be lost."""
    op.drop_index("observations_by_source", "observations")
    with op.batch_alter_table("observations") as observations:
        observations.drop_constraint("observation_key", type_="unique")
        observations.drop_column("occurrence")
        observations.drop_column("sender")
        observations.create_unique_constraint("observation_key", OLD_KEY)
