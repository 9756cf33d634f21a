"""The table of observations: the indexed parts as columns, the whole as JSON."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class ObservationRow(SQLModel, table=True):
    """One accepted observation."""

    __tablename__ = "observations"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "source_ref", name="observation_key"),
        Index("observations_by_city_time", "city", "started_at"),
    )

    id: str = Field(primary_key=True)
    city: str
    source_kind: str
    source_id: str
    source_ref: str
    category: str
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    received_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    body: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """The observation as JSON, as `Observation.model_dump(mode="json")` gives it."""
