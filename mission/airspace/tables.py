"""The tables of zone files, of the sets of zones that towns took from them, and of permits."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class ZoneFileRow(SQLModel, table=True):
    """A file of zones as it came, kept for the verdicts that stand on it. Rows never change or go."""

    __tablename__ = "airspace_files"

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The file's bytes, deflated."""


class ZoneSetRow(SQLModel, table=True):
    """A town's set of zones out of one file. A newer file of the same name takes its place."""

    __tablename__ = "airspace_sets"
    __table_args__ = (
        Index(
            "one_airspace_set_a_name",
            "city",
            "scope",
            "name",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    name: str
    """What the town calls it, such as `national`; one of a name is in force at a time."""
    file_name: str
    sha256: str = Field(foreign_key="airspace_files.sha256")
    format: str
    title: str
    zones: int
    """How many there are in it."""
    remarks: list[Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """What was read on the safe side."""
    keep_unclear: bool
    """Whether unclear zones were kept at their worst, so that the file is read the same way again."""
    synthetic: bool
    issued: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    valid_from: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    valid_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    loaded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    loaded_by: str
    replaced_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When a newer one took its place or it was put away, UTC; it is kept for verdicts."""


class PermitRow(SQLModel, table=True):
    """A permit that an authority gave a town."""

    __tablename__ = "airspace_permits"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    reference: str
    """The authority's own number."""
    zones: list[str] = Field(sa_column=Column(JsonColumn, nullable=False))
    area: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """GeoJSON Polygon."""
    lower: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """A limit: value, reference, unit."""
    upper: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    begins: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ends: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    operator: str = ""
    conditions: str = ""
    stored_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    stored_by: str
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    withdrawn_by: str | None = None
