"""The list of towns, which was a part of the program; its changes count the access version up."""

import sqlalchemy as sa
from alembic import op

from telemetry.cities import read_initial
from telemetry.store.columns import JsonColumn

revision = "0031"
down_revision = "0030"
COUNTING = "UPDATE access_version SET version = version + 1"
VERBS = ("INSERT", "DELETE", "UPDATE")


def upgrade() -> None:
    """Apply."""
    towns = op.create_table(
        "towns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("languages", JsonColumn(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    rows = [
        {
            "id": id,
            "place": place,
            "name": town.name,
            "country": town.country,
            "law": town.law.value,
            "languages": list(town.languages),
            "zone": town.zone.key,
            "lat": town.lat,
            "lon": town.lon,
        }
        for place, (id, town) in enumerate(read_initial().items(), 1)
    ]
    op.bulk_insert(towns, rows)
    if op.get_bind().dialect.name == "sqlite":
        for verb in VERBS:
            op.execute(f"CREATE TRIGGER {_trigger(verb)} AFTER {verb} ON towns BEGIN {COUNTING}; END")
        return
    body = f"BEGIN {COUNTING}; RETURN NULL; END"
    op.execute(f"CREATE FUNCTION towns_bumps_access() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql")
    for verb in VERBS:
        op.execute(
            f"CREATE TRIGGER {_trigger(verb)} AFTER {verb} ON towns FOR EACH ROW EXECUTE FUNCTION towns_bumps_access()"
        )


def _trigger(verb: str) -> str:
    return f"towns_{verb.lower()}_bumps_access"


def downgrade() -> None:
    """Take back."""
    op.drop_table("towns")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION towns_bumps_access()")
