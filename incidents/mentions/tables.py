"""The table of mentions."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class MentionRow(SQLModel, table=True):
    """A person whom a note of a timeline names."""

    __tablename__ = "mentions"
    __table_args__ = (Index("mentions_by_person_time", "person", "read_at", "at"),)

    id: str = Field(primary_key=True)
    incident_id: str = Field(foreign_key="incidents.id", index=True)
    seq: int
    """The number of the note in the timeline in which it was written."""
    city: str
    scope: str
    person: str = Field(foreign_key="users.name")
    said_by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When the person said that they have read it."""
