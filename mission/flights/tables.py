"""The tables of flights and what is kept of them: events, tracks, checks and acknowledgements.

But for the flights themselves and orders on their way to another server, rows are only ever added.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from mission.flights.states import FlightState
from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class FlightRow(SQLModel, table=True):
    """One flight of one drone."""

    __tablename__ = "flights"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    unit_id: str = Field(index=True, foreign_key="units.id")
    plan_id: str = Field(foreign_key="plans.id")
    zone_id: str = Field(foreign_key="zones.id")
    name: str
    state: str = Field(default=FlightState.PLANNED, index=True)
    pilot: str
    """The user who must confirm the start."""
    confirmed_by: str | None = None
    scheduled_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    planned_s: float
    """How long the plan takes, seconds."""
    started_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    landed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    progress_current: int = 0
    """Mission items done."""
    progress_total: int = 0
    battery_start: float | None = None
    """Fraction, 0..1."""
    battery_end: float | None = None
    outcome_message: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """How it ended, as code and parameters; None for what ended before there were codes."""
    outcome: str | None = None
    """How it ended, in words."""
    fence: int = 0
    """Of the lease under which its link was last opened: what is recorded under a lower one is no longer taken."""
    heard_by: str = ""
    """The id of the server that heard its vehicle last; empty for those of before that was kept."""
    records_applied: int = 0
    """The number of the last record of its flight recorder that is in the database."""
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE


class FlightEventRow(SQLModel, table=True):
    """One thing that happened to a flight: a change of state, or a word about it."""

    __tablename__ = "flight_events"

    id: int | None = Field(default=None, primary_key=True)
    flight_id: str = Field(index=True, foreign_key="flights.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str
    """The flight's state from then on."""
    who: str
    """A user, or `system`."""
    why: str
    """In English."""
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The same as code and parameters; None for what was written before there were codes."""


class TrackPointRow(SQLModel, table=True):
    """Where the drone was at one moment of a flight."""

    __tablename__ = "track_points"
    __table_args__ = (Index("track_points_by_flight_time", "flight_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    flight_id: str = Field(foreign_key="flights.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    lat: float
    lon: float
    alt_m: float | None = None
    """Metres above mean sea level."""
    relative_alt_m: float
    """Metres above the take-off."""
    heading_deg: float | None = None
    speed_m_s: float
    """Over ground."""
    battery: float | None = None


class FlightCheckRow(SQLModel, table=True):
    """All checks of one flight at one moment, with the data they stood on."""

    __tablename__ = "flight_checks"

    id: int | None = Field(default=None, primary_key=True)
    flight_id: str = Field(index=True, foreign_key="flights.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    why: str
    """What they were run for, in English."""
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The same as code and parameters; None for what was run before there were codes."""
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    """As `mission.checks.verdict.Verdict.to_row` gives them."""
    versions: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """What they stood on, as `mission.flights.check_inputs.versions` gives it."""
    worst: str
    """The gravest level among them."""
    in_the_way: int
    """How many keep the flight from its next step."""


class AcknowledgementRow(SQLModel, table=True):
    """A pilot's word that what a check asks to be acknowledged has been read and is met."""

    __tablename__ = "acknowledgements"

    id: int | None = Field(default=None, primary_key=True)
    plan_id: str = Field(index=True, foreign_key="plans.id")
    flight_id: str | None = Field(default=None, index=True, foreign_key="flights.id")
    """None: given on the plan, good for a flight scheduled soon after."""
    check_name: str
    subject: str
    """What was acknowledged: a zone's identifier, say."""
    data_version: str
    """The data it was acknowledged on; newer data are acknowledged anew."""
    said: str
    """The sentence that was acknowledged."""
    who: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


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
    """As `mission.debrief.analysis.DebriefResult.as_json` gives it."""


class PassedOrderRow(SQLModel, table=True):
    """An order that a server without the drone's link left for the one that has it."""

    __tablename__ = "passed_orders"

    id: str = Field(primary_key=True)
    flight_id: str = Field(foreign_key="flights.id")
    server: str = Field(index=True)
    """The id of the server that is to give it."""
    what: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """The order."""
    given_by: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """Name, role, town and scope of the pilot."""
    language: str
    """In which the pilot is answered."""
    expires_s: float
    """Not taken by then, it is given by nobody; seconds since 1970 UTC by the database's own clock."""
    state: str
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The flight's state after it, or the error that it ended with."""
