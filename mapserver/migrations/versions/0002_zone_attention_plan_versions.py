"""What a zone wants and who changed it; the versions of a plan and the shape each was made for."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.add_column("zones", sa.Column("attention", JsonColumn(), nullable=False, server_default="{}"))
    op.add_column("zones", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("zones", sa.Column("updated_at", UtcDateTime(), nullable=True))
    op.add_column("zones", sa.Column("updated_by", sa.String(), nullable=True))

    op.add_column("plans", sa.Column("unit_id", sa.String(), nullable=True))
    op.add_column("plans", sa.Column("home", JsonColumn(), nullable=True))
    op.add_column("plans", sa.Column("pattern", sa.String(), nullable=False, server_default="survey"))
    op.add_column("plans", sa.Column("geometry", JsonColumn(), nullable=False, server_default="{}"))
    op.add_column("plans", sa.Column("zone_shape", sa.String(), nullable=False, server_default=""))
    op.add_column("plans", sa.Column("lineage_id", sa.String(), nullable=False, server_default=""))
    op.add_column("plans", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("plans", sa.Column("previous_id", sa.String(), nullable=True))
    _fill_plans()
    op.create_index("one_plan_a_version", "plans", ["lineage_id", "version"], unique=True)


def _fill_plans() -> None:
    """Plans so far are first versions of a survey over a zone that could not change since."""
    zones = sa.table("zones", sa.column("id", sa.String()), sa.column("polygon", JsonColumn()))
    plans = sa.table(
        "plans",
        sa.column("zone_id", sa.String()),
        sa.column("id", sa.String()),
        sa.column("lineage_id", sa.String()),
        sa.column("geometry", JsonColumn()),
        sa.column("zone_shape", sa.String()),
    )
    connection = op.get_bind()
    connection.execute(sa.update(plans).values(lineage_id=plans.c.id))
    for zone in connection.execute(sa.select(zones.c.id, zones.c.polygon)).all():
        text = json.dumps(zone.polygon["coordinates"], separators=(",", ":"))
        shape = hashlib.sha256(text.encode()).hexdigest()[:16]
        connection.execute(
            sa.update(plans).where(plans.c.zone_id == zone.id).values(geometry=zone.polygon, zone_shape=shape)
        )
