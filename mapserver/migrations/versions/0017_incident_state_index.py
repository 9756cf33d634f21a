"""The index by which open incidents are found among many closed ones."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply."""
    op.create_index("incidents_by_city_state_time", "incidents", ["city", "state", "last_at"])
