"""The table of what pilots remark on their flights. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class FlightRemarkRow(SQLModel, table=True):
    """Something a pilot wrote into the log-book after a flight."""

    __tablename__ = "flight_remarks"

    id: int | None = Field(default=None, primary_key=True)
    flight_id: str = Field(index=True, foreign_key="flights.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    who: str
    text: str
