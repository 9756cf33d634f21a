"""The table of plans. A plan is never changed: a new wish makes a new plan."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import JsonColumn, UtcDateTime


class PlanRow(SQLModel, table=True):
    """One plan: what was asked, the route, and the items that go to the vehicle."""

    __tablename__ = "plans"

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    zone_id: str = Field(index=True, foreign_key="zones.id")
    name: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    request: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """The survey request, defaults included."""
    route: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """GeoJSON Feature, as `mission.plans.geojson.route_feature` gives it."""
    items: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    """Mission items, as `mission.plans.items.items_to_json` gives them."""
    summary: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    simulated: bool = False
