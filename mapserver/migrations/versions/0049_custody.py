"""Custody of body cameras: how each is, what happened to it, what came off it."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import UtcDateTime
from telemetry.store.columns import JsonColumn

revision = "0049"
down_revision = "0048"
ENTRIES = "custody_entries"


def upgrade() -> None:
    """Apply. Who carries a body camera by an assignment has it in custody from then on."""
    cameras = op.create_table(
        "custody_cameras",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("stored", sa.String(), nullable=False),
        sa.Column("wearers", JsonColumn(), nullable=False),
        sa.Column("battery", sa.Float(), nullable=True),
        sa.Column("free_bytes", sa.BigInteger(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.Column("offload_name", sa.String(), nullable=True),
        sa.Column("offload_done_bytes", sa.BigInteger(), nullable=True),
        sa.Column("offload_total_bytes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint("unit_id"),
    )
    op.create_index("ix_custody_cameras_city", "custody_cameras", ["city"], unique=False)
    held = sa.text("holder IS NOT NULL")
    op.create_index(
        "one_custody_a_holder", "custody_cameras", ["holder"], unique=True, sqlite_where=held, postgresql_where=held
    )
    op.create_table(
        ENTRIES,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("new_holder", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("facts", JsonColumn(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_custody_entries_unit_id", ENTRIES, ["unit_id"], unique=False)
    refuse_changes(ENTRIES)
    op.create_table(
        "custody_footage",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("offloaded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("clock_offset_s", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"]),
        sa.PrimaryKeyConstraint("unit_id", "sha256"),
    )
    carried = op.get_bind().execute(
        sa.text(
            "SELECT a.unit_id, a.city, a.scope, a.holder, a.since FROM assignments a JOIN units u ON u.id = a.unit_id"
            " WHERE a.ended_at IS NULL AND a.holder IS NOT NULL AND u.kind = 'body_camera'"
        ).columns(since=UtcDateTime())
    )
    rows = [
        {**row, "state": "issued", "stored": "unverified", "wearers": [row["holder"]]} for row in carried.mappings()
    ]
    if rows:
        op.bulk_insert(cameras, rows)


def downgrade() -> None:
    """Take back."""
    op.drop_table("custody_footage")
    op.drop_table(ENTRIES)
    if op.get_bind().dialect.name != "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION {ENTRIES}_refuses_{verb}()")
    op.drop_table("custody_cameras")
