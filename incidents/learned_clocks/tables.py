"""The table of learned offsets of clocks."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class ClockState(StrEnum):
    """What became of a learned offset."""

    PROPOSED = "proposed"
    TAKEN_OVER = "taken_over"
    """Every time of the device is read with it."""
    DECLINED = "declined"
    ENDED = "ended"
    """It was taken over, and no longer holds."""


class ClockOffsetRow(SQLModel, table=True):
    """How far one device's clock was found to be ahead, and what people decided about it. What is over stays."""

    __tablename__ = "clock_offsets"
    __table_args__ = (Index("clock_offsets_by_town", "city", "scope", "state"),)

    id: str = Field(primary_key=True)
    city: str
    scope: str
    device: str
    """Kind and id of the source."""
    ahead_s: float
    """Seconds; negative: behind."""
    whole_hour: bool
    """Whether it is summer time that was missed."""
    words: int
    """What the device said in the time that was looked at."""
    incidents: int
    """Those that were compared: of the hours round what the device said."""
    changed: int
    """How many of them would be other ones without it."""
    since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """The beginning of the time that was looked at; UTC, as all times here."""
    state: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    reason: str | None = None
    """Of whoever decided last."""
