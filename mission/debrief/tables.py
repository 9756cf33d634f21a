"""The tables of debriefs and of what pilots remark on their flights. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class DebriefRow(SQLModel, table=True):
    """What was found of one flight after it; the newest of a flight holds, the others are history."""

    __tablename__ = "debriefs"

    id: int | None = Field(default=None, primary_key=True)
    flight_id: str = Field(index=True, foreign_key="flights.id")
    unit_id: str = Field(index=True, foreign_key="units.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_by: str
    """A user, or `system`."""
    energy_ratio: float | None = None
    """Energy used against the model's along what was flown; None when the flight does not tell."""
    found: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """As `mission.debrief.making.DebriefResult.as_json` gives it."""


class FlightRemarkRow(SQLModel, table=True):
    """Something a pilot wrote into the log-book after a flight."""

    __tablename__ = "flight_remarks"

    id: int | None = Field(default=None, primary_key=True)
    flight_id: str = Field(index=True, foreign_key="flights.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    who: str
    text: str
