"""The table of drones asked for. A row is written when it is asked and once more when it is answered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class RequestState(StrEnum):
    """What came of a request."""

    WAITING = "waiting"
    """No pilot has answered yet."""
    CONFIRMED = "confirmed"
    """A drone was sent."""
    DECLINED = "declined"
    """A pilot said no, and why."""
    WITHDRAWN = "withdrawn"
    """The incident was closed before."""


class DroneRequestRow(SQLModel, table=True):
    """One drone asked for at one incident."""

    __tablename__ = "drone_requests"

    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True, foreign_key="incidents.id")
    city: str = Field(index=True)
    scope: str
    unit_id: str = Field(foreign_key="units.id")
    """The drone that was offered when it was asked for; the pilot may send another."""
    asked_by: str
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    answer: str = Field(default=RequestState.WAITING, index=True)
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    reason: str = ""
    """Why it was declined."""
    flight_id: str | None = Field(default=None, foreign_key="flights.id")
    """The flight that was sent."""
