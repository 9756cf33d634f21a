"""The table of steps that were done or skipped. What a person undoes goes; the timeline keeps both."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class ProcedureStepRow(SQLModel, table=True):
    """One step of the procedure of one incident."""

    __tablename__ = "procedure_steps"
    __table_args__ = (Index("procedure_steps_by_city_time", "city", "scope", "at"),)

    incident_id: str = Field(primary_key=True, foreign_key="incidents.id")
    procedure: str = Field(primary_key=True)
    """Its name in the town's file."""
    step: str = Field(primary_key=True)
    """Its id in the procedure."""
    city: str
    scope: str
    mandatory: bool
    """Whether it was so when it was done or skipped."""
    text: str
    """What the step said then, in the town's language."""
    outcome: str
    answer: str | None = None
    """The name of the answer; None for a step that is ticked, or skipped."""
    reason: str = ""
    """Why it was skipped."""
    who: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
