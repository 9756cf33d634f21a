"""Tables of incidents and their timelines. Timeline rows never change or go: triggers in the database see to it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.chain import ChainedTable
from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class IncidentRow(SQLModel, table=True):
    """An incident as its observations and the people working on it have made it."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index("incidents_by_city_state_time", "city", "scope", "state", "last_at"),
        Index("incidents_by_city_state_category_time", "city", "scope", "state", "category", "last_at"),
        Index("incidents_by_merged_into", "merged_into"),
    )

    id: str = Field(primary_key=True)
    city: str
    scope: str
    category: str
    title: str
    state: str
    severity: int
    first_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    last_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    identities: list[str] = Field(sa_column=Column(JsonColumn, nullable=False))
    sources: list[str] = Field(sa_column=Column(JsonColumn, nullable=False))
    observation_ids: list[str] = Field(sa_column=Column(JsonColumn, nullable=False))
    merged_into: str | None = None
    """The incident that has taken in all its observations."""
    entries: int = 0
    """How many timeline entries it has; the next one's `seq` is one more."""
    owner: str | None = None
    """The person who answers for it."""
    assigned: list[str] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The people who work on it, by name; None as long as nobody was."""
    closing_code: str | None = None
    """How it ended, while it is closed; None where nobody said so."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE


class IncidentCountRow(SQLModel, table=True):
    """How many incidents there are of a town, scope, state, category and title; triggers in the database see to it."""

    __tablename__ = "incident_counts"

    city: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    title: str = Field(primary_key=True)
    rows: int


class IncidentPlaceRow(SQLModel, table=True):
    """Where and when an incident may be joined, as plain numbers that an index orders; see incident_index.py."""

    __tablename__ = "incident_places"
    __table_args__ = (
        # The search is answered from the index alone, so every column that it gives is in it.
        Index(
            "incident_places_search",
            "city", "scope", "category", "band", "last_s",
            "lon", "lat", "accuracy_m", "first_s", "closed_s", "incident_id",
        ),
    )  # fmt: skip

    incident_id: str = Field(primary_key=True, foreign_key="incidents.id")
    city: str
    scope: str
    category: str
    band: int
    """Of latitude."""
    lat: float
    lon: float
    accuracy_m: float
    first_s: float
    """Seconds since 1970 UTC, as the next two."""
    last_s: float
    closed_s: float | None = None


class IncidentIdentityRow(SQLModel, table=True):
    """A plate or the like that an incident's observations named."""

    __tablename__ = "incident_identities"

    city: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    identity: str = Field(primary_key=True)
    incident_id: str = Field(primary_key=True, foreign_key="incidents.id", index=True)


class IncidentObservationRow(SQLModel, table=True):
    """Which incident an observation belongs to: at most one."""

    __tablename__ = "incident_observations"

    observation_id: str = Field(primary_key=True, foreign_key="observations.id")
    incident_id: str = Field(foreign_key="incidents.id", index=True)


class UnsettledRow(SQLModel, table=True):
    """An observation that came, grew or was decided about since its town was settled."""

    __tablename__ = "unsettled_observations"
    __table_args__ = (Index("unsettled_by_town", "city", "scope", "since"),)

    observation_id: str = Field(primary_key=True, foreign_key="observations.id", ondelete="CASCADE")
    city: str
    scope: str
    since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC."""


class EntryKind(StrEnum):
    """What a timeline entry tells."""

    OPENED = "opened"
    OBSERVATION = "observation"
    AMENDED = "amended"
    """A source added to what it had said: it ended, or became surer."""
    STATE = "state"
    SEVERITY = "severity"
    """A person changed how bad it is."""
    RESPONSE = "response"
    """Somebody who goes there says how far they have come."""
    CATEGORY = "category"
    PLACE = "place"
    PEOPLE = "people"
    """Who answers for it or works on it changed."""
    ESCALATION = "escalation"
    """Nobody acknowledged it in time."""
    PROCEDURE = "procedure"
    """A step of its procedure was done, skipped or undone."""
    REFERRAL = "referral"
    """It was handed over to a service, or the service answered."""
    CORRECTION = "correction"
    """What a person said was struck through, or stands again."""
    DISPATCH = "dispatch"
    """Somebody was sent."""
    NOTE = "note"
    DECISION = "decision"
    """A person decided what belongs together."""
    MOVED = "moved"
    """Observations went to another incident, or came back."""
    LINK = "link"
    """A person said what it has to do with another incident, or took that back."""
    CLOCK = "clock"
    """The times of a source are read with another offset of its clock."""

    @property
    def by_merging(self) -> bool:
        """Whether the program writes it by itself about what was observed, and no person did anything."""
        return self in _BY_MERGING


_BY_MERGING = frozenset({EntryKind.OPENED, EntryKind.OBSERVATION, EntryKind.AMENDED, EntryKind.MOVED, EntryKind.CLOCK})


class TimelineRow(SQLModel, table=True):
    """One entry of one timeline."""

    __tablename__ = "timeline"
    __table_args__ = (
        UniqueConstraint("incident_id", "seq", name="timeline_order"),
        Index("timeline_by_time", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident_id: str = Field(foreign_key="incidents.id")
    seq: int
    """1, 2, 3, … without a gap."""
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When it was written, UTC."""
    happened_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When it happened, by the clock of whoever saw it, UTC."""
    who: str
    kind: str
    text: str
    """In English; what a person wrote, as written."""
    message: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """The text as a message's code and parameters; None for what a person wrote, and for rows of before there were
    messages."""
    why: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    observation_id: str | None = Field(default=None, foreign_key="observations.id")
    salt: str | None = None
    """Of its digest in the chain; None for entries of before there were chains."""


CHAINED_TIMELINE = ChainedTable(
    "timeline",
    key=("incident_id", "seq"),
    facts=("kind", "at", "happened_at"),
    content=("who", "text", "message", "why", "observation_id"),
    order="id",
    message="message",
)


class ForgottenRow(SQLModel, table=True):
    """An observation of an incident of which only kind, place and time are left. Rows never change or go: triggers in
    the database see to it, and let a timeline's words go for these alone."""

    __tablename__ = "forgotten_observations"

    observation_id: str = Field(primary_key=True, foreign_key="observations.id")
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
