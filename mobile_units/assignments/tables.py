"""The table of assignments. The rules that one word cannot carry twice are in the database too."""

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime

_ACTIVE = text("ended_at IS NULL")


class AssignmentRow(SQLModel, table=True):
    """One deployment of one unit, kept after it ended."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index("one_place_a_unit", "unit_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("one_camera_a_holder", "holder", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    )

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    """The town it works for: the unit's owner or borrower."""
    scope: str
    unit_id: str
    zone_id: str
    holder: str | None = None
    """Username of the inspector who carries it; None for towers."""
    purpose: str
    since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When it is meant to end; it stays active until somebody ends it."""
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    ended_by: str | None = None
    made_by: str
    lat: float | None = None
    """Where it was put, degrees north."""
    lon: float | None = None
