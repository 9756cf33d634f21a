"""Incidents are settled: what waits for it, what people decided and are asked, and where a swallowed incident went."""

import sqlalchemy as sa
from alembic import op

from telemetry.store import JsonColumn, UtcDateTime

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Apply."""
    # Without a foreign key, which SQLite would add only by writing the whole table anew.
    op.add_column("incidents", sa.Column("merged_into", sa.String(), nullable=True))
    op.create_index("incidents_by_merged_into", "incidents", ["merged_into"])
    op.create_table(
        "unsettled_observations",
        sa.Column("observation_id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["observation_id"], ["observations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("observation_id"),
    )
    op.create_index("unsettled_by_town", "unsettled_observations", ["city", "scope", "since"])
    op.create_table(
        "grouping_acts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("a", sa.String(), nullable=False),
        sa.Column("b", sa.String(), nullable=True),
        sa.Column("message", JsonColumn(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["a"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["b"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_grouping_acts_a", "grouping_acts", ["a"])
    op.create_index("ix_grouping_acts_b", "grouping_acts", ["b"])
    op.create_table(
        "grouping_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("a", sa.String(), nullable=False),
        sa.Column("b", sa.String(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["act"], ["grouping_acts.id"]),
        sa.ForeignKeyConstraint(["a"], ["observations.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b"], ["observations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_grouping_decisions_act", "grouping_decisions", ["act"])
    op.create_index("grouping_decisions_by_town", "grouping_decisions", ["city", "scope", "id"])
    op.create_table(
        "incident_questions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("a", sa.String(), nullable=False),
        sa.Column("b", sa.String(), nullable=False),
        sa.Column("observation_a", sa.String(), nullable=False),
        sa.Column("observation_b", sa.String(), nullable=False),
        sa.Column("odds", sa.Float(), nullable=False),
        sa.Column("message", JsonColumn(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["a"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["b"], ["incidents.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_questions_a", "incident_questions", ["a"])
    op.create_index("ix_incident_questions_b", "incident_questions", ["b"])
    op.create_index("incident_questions_by_town", "incident_questions", ["city", "scope", "asked_at"])


def downgrade() -> None:
    """Revert. Incidents that went into others are closed ones without observations then."""
    op.drop_table("incident_questions")
    op.drop_table("grouping_decisions")
    op.drop_table("grouping_acts")
    op.drop_table("unsettled_observations")
    op.drop_index("incidents_by_merged_into", "incidents")
    op.execute("UPDATE incidents SET state = 'resolved' WHERE state = 'merged'")
    op.drop_column("incidents", "merged_into")
