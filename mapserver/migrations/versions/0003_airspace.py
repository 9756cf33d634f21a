"""Files of UAS geographical zones, the sets that towns took from them, and permits."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import JsonColumn, UtcDateTime

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("airspace_files",)
"""Tables whose rows never change or go; the database itself refuses."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "airspace_files",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "airspace_sets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("zones", sa.Integer(), nullable=False),
        sa.Column("remarks", JsonColumn(), nullable=False),
        sa.Column("keep_unclear", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("issued", UtcDateTime(), nullable=True),
        sa.Column("valid_from", UtcDateTime(), nullable=True),
        sa.Column("valid_until", UtcDateTime(), nullable=True),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["airspace_files.sha256"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_airspace_sets_city", "airspace_sets", ["city"], unique=False)
    op.create_index(
        "one_airspace_set_a_name",
        "airspace_sets",
        ["city", "name"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "airspace_permits",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("zones", JsonColumn(), nullable=False),
        sa.Column("area", JsonColumn(), nullable=True),
        sa.Column("lower", JsonColumn(), nullable=False),
        sa.Column("upper", JsonColumn(), nullable=False),
        sa.Column("begins", UtcDateTime(), nullable=False),
        sa.Column("ends", UtcDateTime(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.Column("stored_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_airspace_permits_city", "airspace_permits", ["city"], unique=False)
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Take back."""
    for table in ("airspace_permits", "airspace_sets", "airspace_files"):
        op.drop_table(table)
