"""The number of a flight's last applied record, and the driver of a drone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("flights") as flights:
        flights.add_column(sa.Column("records_applied", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("driver", sa.String(), nullable=False, server_default="mavsdk"))
    for table, column in (("flights", "records_applied"), ("units", "driver")):
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, server_default=None)
