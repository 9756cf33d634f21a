"""The table of fixed cameras. Their streams and their events are kept elsewhere."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn


class CameraRow(SQLModel, table=True):
    """One fixed camera."""

    __tablename__ = "cameras"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    name: str
    """What people call it: a street or an entrance."""
    lat: float
    lon: float
    azimuth_deg: float
    """Where the middle of the picture points, clockwise from true north."""
    hfov_deg: float
    """Horizontal field of view."""
    range_m: float
    """How far it is useful."""
    reads_plates: bool = False
    categories: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonColumn, nullable=False))
    """Category by a device's label where it differs from the usual, e.g. {"car": "vehicle_in_closed_area"}."""
    device_names: list[str] = Field(default_factory=list, sa_column=Column(JsonColumn, nullable=False))
    """Names by which devices' events mean this camera, besides its id: a Frigate camera name, a serial number."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
