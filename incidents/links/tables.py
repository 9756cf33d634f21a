"""The table of links between incidents."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class IncidentLinkRow(SQLModel, table=True):
    """What a person said that two incidents have to do with each other. What is taken back stays, marked."""

    __tablename__ = "incident_links"
    __table_args__ = (Index("incident_links_by_a", "a"), Index("incident_links_by_b", "b"))

    id: str = Field(primary_key=True)
    city: str
    scope: str
    a: str = Field(foreign_key="incidents.id")
    """Of a cause and what it caused: what it caused."""
    b: str = Field(foreign_key="incidents.id")
    cause: bool
    """Whether `b` caused `a`; otherwise they are related."""
    reason: str
    who: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC, as `removed_at`."""
    removed_by: str | None = None
    removed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    removed_because: str | None = None
