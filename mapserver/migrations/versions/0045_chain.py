"""A chain for each town and for the system: its first entry says which rows were there before, unproved."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from mapserver.migrations.append_only import refuse_changes
from telemetry.chain.canonical import utc_text
from telemetry.chain.values import SYSTEM_CHAIN, genesis
from telemetry.clock import SystemClock
from telemetry.store import UtcDateTime

revision = "0045"
down_revision = "0044"

ORDERS = {"audit": "id", "observations": "received_at", "timeline": "id"}
"""By table, the column that grows as rows come."""


def upgrade() -> None:
    """Apply."""
    entries = op.create_table(
        "chain_entries",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq"),
    )
    refuse_changes("chain_entries")
    for table in ORDERS:
        op.add_column(table, sa.Column("salt", sa.String(), nullable=True))
    before = {table: _present(table, order) for table, order in ORDERS.items()}
    at = SystemClock().now()
    for chain in (SYSTEM_CHAIN, *_towns()):
        first = genesis(chain, at, before)
        row = {"chain": chain, "seq": first.seq, "at": at, "body": first.body, "hash": first.hash}
        op.get_bind().execute(entries.insert(), row)


def _present(table: str, order: str) -> dict[str, object]:
    """How many rows there are, and the last of them in their order."""
    column: sa.Column[object] = sa.Column(order)
    if order != "id":
        column = sa.Column(order, UtcDateTime())
    counted = sa.select(sa.func.count(), sa.func.max(column)).select_from(sa.table(table, column))
    rows, last = op.get_bind().execute(counted).one()
    if isinstance(last, datetime):
        last = utc_text(last)
    return {"rows": rows, "last": last}


def _towns() -> list[str]:
    towns = sa.table("towns", sa.column("id", sa.String()))
    return list(op.get_bind().execute(sa.select(towns.c.id).order_by(towns.c.id)).scalars())


def downgrade() -> None:
    """Revert."""
    for table in ORDERS:
        op.drop_column(table, "salt")
    op.drop_table("chain_entries")
    if op.get_bind().dialect.name != "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION chain_entries_refuses_{verb}()")
