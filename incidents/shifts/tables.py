"""The table of shifts."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class ShiftRow(SQLModel, table=True):
    """One person on duty for one town."""

    __tablename__ = "shifts"
    __table_args__ = (Index("shifts_by_city_time", "city", "scope", "ends"),)

    id: str = Field(primary_key=True)
    city: str
    scope: str
    person: str
    """The name they sign in with."""
    role: str
    """What they are on duty as (`telemetry.access.Role`)."""
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC; so is `ends`, at which the shift is over."""
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    planned_by: str
    planned_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
