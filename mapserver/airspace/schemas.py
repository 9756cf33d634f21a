"""What the API answers of airspace zones and permits."""

from typing import Literal

from mapserver.web.schemas import Answer, GeoJsonGeometry, Json, Utc
from mission.airspace.data_set import DoubtKind
from mission.airspace.heights import HeightReference, LengthUnit
from mission.airspace.zones import Restriction


class HeightLimitAnswer(Answer):
    """A limit of height as it was published."""

    value: float | None
    """Null for none."""
    unit: LengthUnit
    reference: HeightReference


class ZoneHeightLimit(HeightLimitAnswer):
    """A limit of a zone, also in metres."""

    metres: float | None


class ZoneAuthority(Answer):
    """Whom to ask."""

    name: str
    service: str
    contact: str
    email: str
    phone: str
    site: str
    purpose: str
    hours_before: float | None


class AirspaceZoneProperties(Answer):
    """What is known of one outline of an airspace zone."""

    zone: int
    identifier: str
    country: str
    name: str
    restriction: Restriction
    gravity: int
    conditions: str
    reasons: list[str]
    message: str
    times: str
    active: bool
    changes_at: Utc | None
    """When it becomes active, or ends to be."""
    authorities: list[ZoneAuthority]
    remarks: list[str]
    id: str
    heights: str
    circle: bool
    lower: ZoneHeightLimit
    upper: ZoneHeightLimit


class AirspaceZoneFeature(Answer):
    """One outline of an airspace zone, GeoJSON."""

    type: Literal["Feature"]
    id: str
    geometry: GeoJsonGeometry
    properties: AirspaceZoneProperties


class AirspaceDoubt(Answer):
    """Why the data should not be trusted."""

    kind: DoubtKind
    message: str


class AirspaceZones(Answer):
    """The airspace zones of a town, GeoJSON."""

    type: Literal["FeatureCollection"]
    version: str
    at: Utc
    """The moment that `active` is said of."""
    features: list[AirspaceZoneFeature]
    doubts: list[AirspaceDoubt]


class ZoneSetAnswer(Answer):
    """A published set of airspace zones."""

    id: str
    city: str
    name: str
    file_name: str
    title: str
    format: str
    version: str
    """SHA-256 of the file."""
    zones: int
    remarks: list[str]
    synthetic: bool
    issued: Utc | None
    valid_from: Utc | None
    valid_until: Utc | None
    loaded_at: Utc
    loaded_by: str
    in_force: bool


class PermitAnswer(Answer):
    """A permit to fly where a zone wants one."""

    id: str
    city: str
    reference: str
    zones: list[str]
    area: Json | None
    """GeoJSON; null for all of the zones."""
    lower: HeightLimitAnswer
    upper: HeightLimitAnswer
    begins: Utc
    ends: Utc
    operator: str
    conditions: str
    stored_at: Utc
    stored_by: str
    withdrawn_at: Utc | None
    withdrawn_by: str | None


class StoredPermit(PermitAnswer):
    """A permit that was just kept."""

    hints: list[str]
    """Its zones that the town's data do not have."""
