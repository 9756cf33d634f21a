"""What the database knows of recordings: holds, clips, originals asked for. Where pictures are, the files tell."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class HoldRow(SQLModel, table=True):
    """Footage that must not be deleted, however old and however full the disk."""

    __tablename__ = "evidence_holds"

    id: str = Field(primary_key=True)
    camera_id: str = Field(index=True)
    """The fixed camera or unit."""
    city: str = Field(index=True)
    scope: str
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    why: str
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When the hold itself ends, unless it is placed again."""
    placed_by: str
    placed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    lifted_by: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))


class ClipState(StrEnum):
    """How far a clip is."""

    WAITING = "waiting"
    """Asked for; it is made as soon as its turn comes."""
    READY = "ready"
    FAILED = "failed"
    """It could not be made."""
    CANCELLED = "cancelled"
    """Nobody wants it any more."""


class ClipRow(SQLModel, table=True):
    """A clip; when it is ready, its files are in the media store, under the hashes of its manifest."""

    __tablename__ = "clips"

    id: str = Field(primary_key=True)
    camera_id: str = Field(index=True)
    city: str = Field(index=True)
    scope: str
    why: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When it was asked for."""
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str = Field(index=True)
    problem: str = ""
    """Why it could not be made."""
    unmasked: bool
    """The pictures as they were recorded, with everybody to be recognised."""
    granted_to: str | None = None
    """Who may see the unmasked clip beside those who may see any."""
    manifest: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """Empty until it is ready."""


class OriginalStep(StrEnum):
    """What was said about a clip's original."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"


class UnmaskingRow(SQLModel, table=True):
    """One word about the original of a blurred clip: the asking, or the one answer.

    Rows never change or go: triggers in the database see to it.
    """

    __tablename__ = "unmasking"
    __table_args__ = (UniqueConstraint("request_id", "answers", name="unmasking_one_answer"),)

    id: int | None = Field(default=None, primary_key=True)
    request_id: str = Field(index=True)
    answers: bool
    """False for the asking."""
    clip_id: str = Field(foreign_key="clips.id", index=True)
    city: str = Field(index=True)
    scope: str
    step: str
    who: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    why: str
    original_id: str | None = Field(default=None, foreign_key="clips.id")
    """The clip that was granted."""
