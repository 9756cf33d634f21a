"""The table of units. What a unit is deployed to is the mobile_units floor's; what it flies, the mission floor's."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime
from telemetry.units.kinds import UnitKind

__all__ = ["UnitKind", "UnitRow"]


class UnitRow(SQLModel, table=True):
    """One unit and its last report."""

    __tablename__ = "units"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    """The town that owns it."""
    scope: str
    lent_to: str | None = None
    """Another town, while it is on loan there; both then see it."""
    kind: str
    name: str
    link: str | None = None
    """How it is reached: a MAVSDK connection URL for a drone."""
    driver: str = "mavsdk"
    """The library that speaks to it: a `telemetry.vehicles.drivers.VehicleDriver`; of meaning for a drone only."""
    lat: float | None = None
    lon: float | None = None
    alt_m: float | None = None
    """Metres above mean sea level."""
    accuracy_m: float | None = None
    height_m: float | None = None
    """Metres above where it took off; None for what does not fly."""
    heading_deg: float | None = None
    """Clockwise from true north."""
    battery: float | None = None
    """Fraction left, 0..1."""
    status: str = "idle"
    """A word for the map: idle, deployed, flying, …"""
    instruments: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """As `telemetry.vehicles.Instruments.as_json` gives them; None for what does not fly."""
    hfov_deg: float | None = None
    """Horizontal field of view of its camera."""
    range_m: float | None = None
    """How far its camera is useful."""
    updated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """When it last reported its position, UTC."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
