"""The table of plans. A plan is never changed: a new wish makes a new version of it, a row of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from telemetry.scopes import LIVE
from telemetry.store import JsonColumn, UtcDateTime


class PlanRow(SQLModel, table=True):
    """One plan: what was asked, the route, and the items that go to the vehicle."""

    __tablename__ = "plans"
    __table_args__ = (Index("one_plan_a_version", "lineage_id", "version", unique=True),)

    id: str = Field(primary_key=True)
    city: str = Field(index=True)
    scope: str
    zone_id: str = Field(index=True, foreign_key="zones.id")
    name: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    lineage_id: str
    """The id of its first version; the same for all versions of one plan."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """1 for the first."""
    previous_id: str | None = None
    """The version, or the plan copied, that it was made from."""
    unit_id: str | None = None
    """The drone it was planned for; None for a plan from a file."""
    home: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn, nullable=True))
    """Where it takes off and lands: `lat` and `lon` in degrees."""
    pattern: str = Field(default="survey", sa_column_kwargs={"server_default": "survey"})
    """How it is flown: a name of the catalogue of patterns, or `file` for a plan from a file."""
    geometry: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """What it was planned over, GeoJSON: the zone's outline as it was, or a line or point drawn for it."""
    zone_shape: str
    """The shape the zone had, as `mission.zones.geometry.shape_of` names it; another one now means: plan again."""
    request: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """What the pilot wished, defaults included."""
    route: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    """GeoJSON Feature, as `mission.plans.geojson.route_feature` gives it."""
    items: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    """Mission items, as `mission.routes.mission_items.items_to_json` gives them."""
    fence: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JsonColumn, nullable=False, server_default="[]")
    )
    """The geofence that goes on board with it, part by part as `mission.plans.fence_json` gives it; empty for none."""
    rally: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JsonColumn, nullable=False, server_default="[]")
    )
    """Places to land in need that it came with: `lat` and `lon` in degrees, `alt_m` above home."""
    summary: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return self.scope != LIVE
