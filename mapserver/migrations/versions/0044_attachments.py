"""Files of notes: photos, voice, documents."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attachments",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("original_sha256", sa.String(), nullable=False),
        sa.Column("original_content_type", sa.String(), nullable=False),
        sa.Column("original_size", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id", "seq"], ["timeline.incident_id", "timeline.seq"], name="attachment_of"),
        sa.PrimaryKeyConstraint("incident_id", "seq"),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"], unique=False)
    op.create_index("ix_attachments_original_sha256", "attachments", ["original_sha256"], unique=False)


def downgrade() -> None:
    """Revert."""
    op.drop_table("attachments")
