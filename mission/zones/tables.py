"""The table of problem zones."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class ZoneRow(SQLModel, table=True):
    """One problem zone of one town."""

    __tablename__ = "zones"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    name: str
    kind: str
    """A word of the town's own: dumping, parking, gathering, flooding, …"""
    priority: int
    """1 (watch when there is time) to 5 (now)."""
    polygon: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """GeoJSON Polygon."""
    notes: str = ""
    simulated: bool = False
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    created_by: str
    archived_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When it was put away, UTC; it is kept for the flights that were flown over it."""
