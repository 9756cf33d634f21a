"""The tables of observations: indexed parts as columns, the whole as JSON; their number, and the pictures they name."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.chain import ChainedTable
from telemetry.store import JsonColumn, UtcDateTime


class ObservationRow(SQLModel, table=True):
    """One accepted observation."""

    __tablename__ = "observations"
    __table_args__ = (
        UniqueConstraint(
            "city", "scope", "sender", "source_ref", "source_kind", "source_id", "occurrence", name="observation_key"
        ),
        Index("observations_by_city_time", "city", "scope", "started_at"),
        Index("observations_by_source", "city", "source_kind", "source_id", "received_at"),
        Index("observations_by_review", "review_at", "received_at"),
    )

    id: str = Field(primary_key=True)
    city: str
    scope: str
    sender: str = ""
    """Who handed it in: a user's name, or that of `acceptance.SERVER`; empty for those of before senders were kept."""
    source_kind: str
    source_id: str
    source_ref: str
    occurrence: int = 1
    """1, 2, …: counts the events for which the source has used the same name."""
    category: str
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    received_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    body: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """The observation as JSON, as `Observation.model_dump(mode="json")` gives it."""
    review_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """UTC: retention judges it again then. None for one that retention has not judged as it is now."""
    salt: str | None = None
    """Of its digest in the chain; None for those of before there were chains."""


CHAINED_OBSERVATIONS = ChainedTable(
    "observations",
    key=("id",),
    facts=("category", "received_at"),
    content=("city", "scope", "source_kind", "source_id", "source_ref", "started_at", "body"),
    order="received_at",
    append_only=False,
)
"""Not who handed it in: that is known only when it is said first, and the body holds its source."""


class ObservationCountRow(SQLModel, table=True):
    """How many observations there are of a town and scope; triggers in the database see to it."""

    __tablename__ = "observation_counts"

    city: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    rows: int


class ObservationPictureRow(SQLModel, table=True):
    """A picture that an observation names; so that nobody has to look through observations to find who names it."""

    __tablename__ = "observation_pictures"

    sha256: str = Field(primary_key=True)
    observation_id: str = Field(
        sa_column=Column(ForeignKey("observations.id", ondelete="CASCADE"), primary_key=True, index=True)
    )
