"""The index by which an observation finds the incidents it may join."""

import math
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0021"
down_revision = "0020"
AT_ONCE = 1_000
ANYWHERE = -100_000


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incident_places",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("accuracy_m", sa.Float(), nullable=False),
        sa.Column("first_s", sa.Float(), nullable=False),
        sa.Column("last_s", sa.Float(), nullable=False),
        sa.Column("closed_s", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_table(
        "incident_identities",
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("city", "identity", "incident_id"),
    )
    op.create_index("ix_incident_identities_incident_id", "incident_identities", ["incident_id"], unique=False)
    _fill()
    op.create_index(
        "incident_places_search", "incident_places", ["city", "simulated", "category", "band", "last_s"], unique=False
    )


def _fill() -> None:
    incidents = sa.table(
        "incidents", sa.column("id"), sa.column("city"), sa.column("simulated"), sa.column("category"),
        sa.column("lat"), sa.column("lon"), sa.column("accuracy_m"), sa.column("first_at", UtcDateTime),
        sa.column("last_at", UtcDateTime), sa.column("closed_at", UtcDateTime), sa.column("identities", JsonColumn),
    )  # fmt: skip
    connection = op.get_bind()
    metadata = sa.MetaData()
    places = sa.Table("incident_places", metadata, autoload_with=connection)
    identities = sa.Table("incident_identities", metadata, autoload_with=connection)
    stored = connection.execute(sa.select(incidents).where(incidents.c.lat.is_not(None)))
    for part in iter(lambda: stored.mappings().fetchmany(AT_ONCE), []):
        connection.execute(places.insert(), [_place(dict(row)) for row in part])
        named = [
            {"city": row["city"], "identity": identity, "incident_id": row["id"]}
            for row in part
            for identity in dict.fromkeys(row["identities"])
        ]
        if named:
            connection.execute(identities.insert(), named)


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    accuracy_m = row["accuracy_m"] or 25.0
    closed_at = row["closed_at"]
    return {
        "incident_id": row["id"],
        "city": row["city"],
        "simulated": row["simulated"],
        "category": row["category"],
        "band": ANYWHERE if accuracy_m > 100.0 else math.floor(row["lat"] * 100),
        "lat": row["lat"],
        "lon": row["lon"],
        "accuracy_m": accuracy_m,
        "first_s": row["first_at"].timestamp(),
        "last_s": row["last_at"].timestamp(),
        "closed_s": None if closed_at is None else closed_at.timestamp(),
    }


def downgrade() -> None:
    """Take back."""
    op.drop_table("incident_identities")
    op.drop_table("incident_places")
