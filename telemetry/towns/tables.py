"""The table of the towns that are served."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store.columns import JsonColumn


class TownRow(SQLModel, table=True):
    """One town; what is said of it is explained at `telemetry.cities.CityFacts`."""

    __tablename__ = "towns"

    id: str = Field(primary_key=True)
    place: int
    """Where it stands in lists; the first is the one whose clock is shown to who serves all."""
    name: str
    country: str
    law: str
    languages: Any = Field(sa_column=Column(JsonColumn, nullable=False))
    """A list of ISO 639-1 codes."""
    zone: str
    """IANA time zone."""
    lat: float
    lon: float
