"""The register of papers, the weather, and what flights were checked by and acknowledged."""

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.store import JsonColumn, UtcDateTime

revision = "0004"
down_revision = "0003"

APPEND_ONLY = ("acknowledgements", "flight_checks", "register", "weather")
"""Tables whose rows never change or go; the database itself refuses."""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("papers", JsonColumn(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_register_city", "register", ["city"], unique=False)
    op.create_index("ix_register_holder", "register", ["holder"], unique=False)

    op.create_table(
        "weather",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("samples", JsonColumn(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("weather_by_city_time", "weather", ["city", "issued_at"], unique=False)

    op.create_table(
        "flight_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flight_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("verdicts", JsonColumn(), nullable=False),
        sa.Column("versions", JsonColumn(), nullable=False),
        sa.Column("worst", sa.String(), nullable=False),
        sa.Column("in_the_way", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flight_id"],
            ["flights.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_flight_checks_flight_id", "flight_checks", ["flight_id"], unique=False)

    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("flight_id", sa.String(), nullable=True),
        sa.Column("check_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data_version", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plans.id"],
        ),
        sa.ForeignKeyConstraint(
            ["flight_id"],
            ["flights.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_acknowledgements_flight_id", "acknowledgements", ["flight_id"], unique=False)
    op.create_index("ix_acknowledgements_plan_id", "acknowledgements", ["plan_id"], unique=False)
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Take back."""
    for table in ("acknowledgements", "flight_checks", "weather", "register"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"DROP FUNCTION {table}_refuses_{verb}()")
