"""What each device may speak for, and messages of cameras that nobody knows yet.

Devices of before go on as they are: each becomes a gateway of its town, for everything but inspectors. That is to be
narrowed with `vanagas devices`.
"""

import sqlalchemy as sa
from alembic import op

from telemetry.store import UtcDateTime

revision = "0020"
down_revision = "0019"

KINDS = ("drone", "tower", "body_camera", "fixed_camera", "plate_reader", "report", "telemetry")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "device_bindings",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["users.name"]),
        sa.PrimaryKeyConstraint("device", "source_kind", "source_id"),
    )
    gateways = sa.text(
        "INSERT INTO device_bindings (device, source_kind, source_id, added_by, added_at) "
        "SELECT name, :kind, '*', 'upgrade', CURRENT_TIMESTAMP FROM users WHERE role = 'device'"
    )
    for kind in KINDS:
        op.get_bind().execute(gateways, {"kind": kind})
    op.execute(
        "INSERT INTO audit (at, who, role, city, action, subject, detail) "
        "SELECT CURRENT_TIMESTAMP, 'upgrade', 'admin', city, 'bind_device', 'device ' || name, "
        "'all sources of its town, as before; narrow it' FROM users WHERE role = 'device'"
    )
    op.create_table(
        "quarantined_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quarantined_messages_device", "quarantined_messages", ["device"], unique=False)
    op.create_index("ix_quarantined_messages_received_at", "quarantined_messages", ["received_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table("quarantined_messages")
    op.drop_table("device_bindings")
