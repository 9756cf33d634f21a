"""Tables of settling: what people are asked, and what they decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class GroupingActRow(SQLModel, table=True):
    """What a person did at once: a split decides about many pairs. What is undone stays, marked."""

    __tablename__ = "grouping_acts"

    id: str = Field(primary_key=True)
    city: str
    scope: str
    a: str = Field(foreign_key="incidents.id", index=True)
    """The incident that it was done to, and the other one, if there was one."""
    b: str | None = Field(default=None, foreign_key="incidents.id", index=True)
    message: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """What was decided."""
    who: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    undone_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """UTC, as `at`."""


class GroupingDecisionRow(SQLModel, table=True):
    """What an act says about two observations."""

    __tablename__ = "grouping_decisions"
    __table_args__ = (Index("grouping_decisions_by_town", "city", "scope", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    city: str
    scope: str
    act: str = Field(foreign_key="grouping_acts.id", index=True)
    a: str = Field(foreign_key="observations.id", ondelete="CASCADE")
    b: str = Field(foreign_key="observations.id", ondelete="CASCADE")
    together: bool


class IncidentQuestionRow(SQLModel, table=True):
    """Whether two incidents are one; a row while it is asked."""

    __tablename__ = "incident_questions"
    __table_args__ = (Index("incident_questions_by_town", "city", "scope", "asked_at"),)

    id: str = Field(primary_key=True)
    city: str
    scope: str
    a: str = Field(foreign_key="incidents.id", index=True)
    b: str = Field(foreign_key="incidents.id", index=True)
    observation_a: str
    observation_b: str
    odds: float
    """Natural logarithm of the odds for one incident."""
    message: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC."""
