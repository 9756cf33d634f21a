"""The table of escalations. A row is written once and stays."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class EscalationRow(SQLModel, table=True):
    """One step of one incident to the next person."""

    __tablename__ = "escalations"

    incident_id: str = Field(primary_key=True, foreign_key="incidents.id")
    step: int = Field(primary_key=True)
    """1, 2, 3, …: a second server that takes the same step fails on it."""
    city: str
    scope: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    person: str | None = None
    """To whom it went; None where nobody else was on shift."""
