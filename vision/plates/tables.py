"""What is stored of plates: who is looked for and why, who was met, and which reads are still to be forgotten."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class WatchEntryRow(SQLModel, table=True):
    """One plate that a town looks for. It is never deleted: removing it is a change like any other."""

    __tablename__ = "plate_watch_entries"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    plate: str
    """Letters and digits; `?` for one that is not known, `*` for any number of them."""
    reason: str
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """UTC: from then on it matches nothing."""
    added_by: str
    added_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    removed_by: str | None = None
    removed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))


class PlateHitRow(SQLModel, table=True):
    """A plate that was looked for and read. Rows never change or go: triggers in the database see to it."""

    __tablename__ = "plate_hits"

    observation_id: str = Field(primary_key=True)
    entry_id: str = Field(foreign_key="plate_watch_entries.id", index=True)
    city: str = Field(index=True)
    scope: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When it was read, UTC."""
    plate: str
    """As it was read."""
    camera: str
    exact: bool
    """False when it matches only once characters that look alike are taken for one."""


class PlateReadRow(SQLModel, table=True):
    """A read that hit nothing: its observation carries a keyed hash, until this row says that it goes too."""

    __tablename__ = "plate_reads"

    observation_id: str = Field(primary_key=True)
    forget_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    """UTC."""
