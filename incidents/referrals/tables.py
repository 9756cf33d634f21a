"""The tables of referrals and of what is still to be sent about them: an outbox that survives a restart."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class ReferralRow(SQLModel, table=True):
    """An incident that was handed over to a service."""

    __tablename__ = "referrals"
    __table_args__ = (Index("referrals_by_city_state_time", "city", "scope", "state", "due_at"),)

    id: str = Field(primary_key=True)
    incident_id: str = Field(foreign_key="incidents.id", index=True)
    """To which it was handed over; where that became part of another, the answers go to the other."""
    city: str
    scope: str
    service: str
    """Its name in the town's file, as it was then; so are title, channel, address and phone."""
    title: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    channel: str
    address: str
    phone: str
    language: str
    """In which the service is written to."""
    note: str
    """What the coordinator wrote to the service."""
    asked_by: str
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str
    answer: str = ""
    """The service's last line."""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    overdue_told_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When the timeline said that it is overdue."""
    link_digest: str = Field(unique=True)
    """SHA-256 of the status link's secret part."""
    link_until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """From this moment the link leads nowhere."""


class ReferralNews(StrEnum):
    """What a service is told."""

    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"


class ReferralMessageRow(SQLModel, table=True):
    """One message to a service: sent, given up, or to be tried at `try_at`."""

    __tablename__ = "referral_messages"
    __table_args__ = (Index("referral_messages_by_try", "try_at"),)

    id: str = Field(primary_key=True)
    """Goes with every try of the message, so that a service can tell that one came twice."""
    referral_id: str = Field(foreign_key="referrals.id", index=True)
    news: str
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    try_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """UTC; None once it is sent or given up."""
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    problem: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """Why the last try failed; None once it is sent."""
