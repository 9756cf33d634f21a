"""What the database knows of recordings: holds and clips. Where the pictures are, the files themselves tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class HoldRow(SQLModel, table=True):
    """Footage that must not be deleted, however old and however full the disk."""

    __tablename__ = "evidence_holds"

    id: str = Field(primary_key=True)
    camera_id: str = Field(index=True)
    """The fixed camera or unit."""
    city: str = Field(index=True)
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    why: str
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    """When the hold itself ends, unless it is placed again."""
    placed_by: str
    placed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    lifted_by: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))


class ClipRow(SQLModel, table=True):
    """A clip that was cut; its files are in the media store, under the hashes of its manifest."""

    __tablename__ = "clips"

    id: str = Field(primary_key=True)
    camera_id: str = Field(index=True)
    city: str = Field(index=True)
    why: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    manifest: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
