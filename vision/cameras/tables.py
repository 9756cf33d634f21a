"""The tables of fixed cameras and of their streams. Their events are kept elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime

DEFAULT_PURPOSE = "public_safety"


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
    mast_m: float | None = None
    """Height of the camera above the ground, metres."""
    make: str | None = None
    """Maker and model."""
    serial: str | None = None
    watches: str | None = None
    """What it watches, in words."""
    purpose: str = DEFAULT_PURPOSE
    """What it is recorded for, in one word: how long that may be kept depends on it."""
    rules: str | None = None
    """A rule set that ships; rules drawn in the browser go before it."""
    maintainer: str | None = None
    """Who looks after it, and how they are reached."""
    retired_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """Since when it is no longer used, UTC; what it told of stays."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE


class CameraStreamRow(SQLModel, table=True):
    """Where the pictures of one fixed camera come from. No address stands here in clear."""

    __tablename__ = "camera_streams"

    camera_id: str = Field(primary_key=True, foreign_key="cameras.id", ondelete="CASCADE")
    main: str
    """The address of the main stream, encrypted (`stream_cipher.py`)."""
    main_shown: str
    """The same as it may be shown: without user, password and what else may be secret."""
    sub: str | None = None
    """The smaller stream, encrypted; analysed in place of the main one."""
    sub_shown: str | None = None
    transport: str = "tcp"
    """How RTSP brings the pictures: tcp or udp."""
    recorded: bool = True
    """Whether it is recorded, where recording is on."""
