"""Clips that are made while one waits, their originals for few, and observations and pictures that have their time."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes, refuse_changes_but
from telemetry.store import JsonColumn, UtcDateTime

revision = "0014"
down_revision = "0013"

FORGETTING = """
CAST(NEW.why AS TEXT) = '[]' AND NEW.text = ''
AND EXISTS (SELECT 1 FROM forgotten_observations WHERE observation_id = OLD.observation_id)
AND NEW.id = OLD.id AND NEW.incident_id = OLD.incident_id AND NEW.seq = OLD.seq
AND NEW.at = OLD.at AND NEW.happened_at = OLD.happened_at
AND NEW.who = OLD.who AND NEW.kind = OLD.kind AND NEW.observation_id = OLD.observation_id
"""
"""The one change that a timeline takes: what an observation said goes when the observation itself is forgotten."""


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("clips") as clips:
        clips.add_column(sa.Column("begins", UtcDateTime(), nullable=True))
        clips.add_column(sa.Column("ends", UtcDateTime(), nullable=True))
        clips.add_column(sa.Column("state", sa.String(), nullable=False, server_default="ready"))
        clips.add_column(sa.Column("problem", sa.String(), nullable=False, server_default=""))
        # Clips of before show people as they are.
        clips.add_column(sa.Column("unmasked", sa.Boolean(), nullable=False, server_default=sa.true()))
        clips.add_column(sa.Column("granted_to", sa.String(), nullable=True))
    _take_times_from_manifests()
    with op.batch_alter_table("clips") as clips:
        clips.alter_column("begins", nullable=False)
        clips.alter_column("ends", nullable=False)
        for column in ("state", "problem", "unmasked"):
            clips.alter_column(column, server_default=None)
        clips.create_index("ix_clips_state", ["state"], unique=False)
    op.create_table(
        "unmasking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("clip_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("original_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.id"]),
        sa.ForeignKeyConstraint(["original_id"], ["clips.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "answers", name="unmasking_one_answer"),
    )
    for column in ("request_id", "clip_id", "city"):
        op.create_index(f"ix_unmasking_{column}", "unmasking", [column], unique=False)
    op.create_table(
        "forgotten_observations",
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["observation_id"], ["observations.id"]),
        sa.PrimaryKeyConstraint("observation_id"),
    )
    op.create_table(
        "leaving_pictures", sa.Column("sha256", sa.String(), nullable=False), sa.PrimaryKeyConstraint("sha256")
    )
    op.create_index("ix_observations_received_at", "observations", ["received_at"], unique=False)
    refuse_changes("unmasking")
    refuse_changes("forgotten_observations")
    refuse_changes_but("timeline", FORGETTING)


def _take_times_from_manifests() -> None:
    clips = sa.table(
        "clips", sa.column("id"), sa.column("manifest", JsonColumn), sa.column("begins", UtcDateTime),
        sa.column("ends", UtcDateTime),
    )  # fmt: skip
    connection = op.get_bind()
    for clip in connection.execute(sa.select(clips.c.id, clips.c.manifest)).all():
        asked = clip.manifest["asked"]
        times = {"begins": datetime.fromisoformat(asked["from"]), "ends": datetime.fromisoformat(asked["to"])}
        connection.execute(clips.update().where(clips.c.id == clip.id).values(**times))


def downgrade() -> None:
    """Take back."""
    refuse_changes_but("timeline", "FALSE")
    op.drop_index("ix_observations_received_at", "observations")
    for table in ("leaving_pictures", "forgotten_observations", "unmasking"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ("forgotten_observations", "unmasking"):
            for verb in ("update", "delete"):
                op.execute(f"DROP FUNCTION {table}_refuses_{verb}()")
    with op.batch_alter_table("clips") as clips:
        clips.drop_index("ix_clips_state")
        for column in ("begins", "ends", "state", "problem", "unmasked", "granted_to"):
            clips.drop_column(column)
