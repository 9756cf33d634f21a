"""The table of weather reports. Rows are only ever added: what a flight was judged by stays to be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class WeatherRow(SQLModel, table=True):
    """One report of one source for one place."""

    __tablename__ = "weather"
    __table_args__ = (Index("weather_by_city_time", "city", "issued_at"),)

    id: int | None = Field(default=None, primary_key=True)
    city: str
    scope: str
    source: str
    """`manual`, or the name of a service."""
    lat: float
    lon: float
    issued_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    entered_by: str
    """A user, or `system`."""
    samples: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    """`Sample`s as JSON, in the order of their times."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
