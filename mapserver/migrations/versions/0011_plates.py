"""Plates: the watch list, its hits, and the reads that are to be forgotten; those read before are forgotten now."""

import json
import re

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import JsonColumn, UtcDateTime

revision = "0011"
down_revision = "0010"

HITS = "plate_hits"
"""Its rows never change or go; the database itself refuses."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "plate_watch_entries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_plate_watch_entries_city", "plate_watch_entries", ["city"], unique=False)
    op.create_table(
        HITS,
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["plate_watch_entries.id"]),
        sa.PrimaryKeyConstraint("observation_id"),
    )
    op.create_index("ix_plate_hits_city", HITS, ["city"], unique=False)
    op.create_index("ix_plate_hits_entry_id", HITS, ["entry_id"], unique=False)
    op.create_table(
        "plate_reads",
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.Column("forget_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("observation_id"),
    )
    op.create_index("ix_plate_reads_forget_at", "plate_reads", ["forget_at"], unique=False)
    refuse_changes(HITS)
    _forget_plates()


def _forget_plates() -> None:
    """Take the plate from what devices told before there was a watch list: nobody looked for it."""
    observations = sa.table("observations", sa.column("id", sa.String), sa.column("body", JsonColumn))
    connection = op.get_bind()
    for row in connection.execute(sa.select(observations)).all():
        said = row.body["attributes"]
        if "identity" in said and ("format" in said or row.body["source"]["kind"] == "plate_reader"):
            spelled = re.compile(re.escape(str(said["identity"])), re.IGNORECASE)
            left = {key: value for key, value in said.items() if key != "identity"}
            cleaned = json.loads(spelled.sub("[plate]", json.dumps([row.body["summary"], left])))
            body = {**row.body, "summary": cleaned[0], "attributes": cleaned[1]}
            connection.execute(observations.update().where(observations.c.id == row.id).values(body=body))


def downgrade() -> None:
    """Take back."""
    op.drop_table("plate_reads")
    op.drop_table(HITS)
    op.drop_table("plate_watch_entries")
    if op.get_bind().dialect.name != "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION {HITS}_refuses_{verb}()")
