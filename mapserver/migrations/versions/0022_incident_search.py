"""The index of incidents' places answers a search without a look at the table."""

from alembic import op

revision = "0022"
down_revision = "0021"
SEARCHED = ["city", "simulated", "category", "band", "last_s"]
GIVEN = ["lon", "lat", "accuracy_m", "first_s", "closed_s", "incident_id"]


def upgrade() -> None:
    """Apply."""
    op.drop_index("incident_places_search", "incident_places")
    op.create_index("incident_places_search", "incident_places", [*SEARCHED, *GIVEN])


def downgrade() -> None:
    """Revert."""
    op.drop_index("incident_places_search", "incident_places")
    op.create_index("incident_places_search", "incident_places", SEARCHED)
