"""The tables of schedules: what was proposed for a town and a day, and the visits that people go by."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class VisitState(StrEnum):
    """Where a visit is in its life."""

    PROPOSED = "proposed"
    """The program's suggestion; the next one may be another."""
    CONFIRMED = "confirmed"
    """People have been told; the next schedule moves it only at a price, and then proposes it anew."""
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"
    """Taken off by a person, or no longer part of the schedule."""


class ProposalRow(SQLModel, table=True):
    """One run of the scheduler for one day of one town, kept with its numbers and with what it left unserved."""

    __tablename__ = "schedule_proposals"
    __table_args__ = (Index("schedule_proposals_by_city_day", "city", "begins"),)

    id: str = Field(primary_key=True)
    city: str
    scope: str
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """The horizon: from midnight to midnight of the town's clock."""
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    made_by: str
    numbers: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """As `mission.schedule.answer.Numbers`, with `proven` and `stopped`."""
    unserved: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    """As `mission.schedule.answer.Unserved`."""


class VisitRow(SQLModel, table=True):
    """One visit of one unit to one zone; there is one row for each visit that a zone wants on a day."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("zone_id", "day", "number", name="one_row_a_wanted_visit"),
        Index("visits_by_city_time", "city", "begins"),
    )

    id: str = Field(primary_key=True)
    city: str
    scope: str
    zone_id: str = Field(foreign_key="zones.id")
    day: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """The beginning of its schedule's horizon."""
    number: int
    """Among the visits that the zone wants on that day, from 1."""
    unit_id: str = Field(foreign_key="units.id")
    person_id: str | None = None
    """Username of the pilot or inspector; None for a tower."""
    departs: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str = Field(default=VisitState.PROPOSED, index=True)
    priority: int
    late_min: float
    moved_from: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """The confirmed start that the latest schedule moved; None when it moved none, or it has been confirmed anew."""
    proposal_id: str = Field(foreign_key="schedule_proposals.id")
    """The schedule that placed it last."""
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_by: str

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
