"""The table of problem zones."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class ZoneRow(SQLModel, table=True):
    """One problem zone of one town."""

    __tablename__ = "zones"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    name: str
    kind: str
    """A word of the town's own: dumping, parking, gathering, flooding, …"""
    priority: int
    """1 (watch when there is time) to 5 (now)."""
    polygon: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """GeoJSON Polygon."""
    notes: str = ""
    attention: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonColumn, nullable=False, server_default="{}")
    )
    """What it wants, as `mission.zones.attention.Attention` reads it; what is left out has its default."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """One more with every change, so that two people do not undo each other's."""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    created_by: str
    updated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """UTC; None while it is as it was drawn."""
    updated_by: str | None = None
    archived_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When it was put away, UTC; it is kept for the flights that were flown over it."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
