"""What the API answers of the map."""

from typing import Any, Literal

from mapserver.assignments.schemas import AssignmentAnswer
from mapserver.cameras.schemas import CameraAnswer
from mapserver.dispatch.schemas import DroneRequestAnswer
from mapserver.flights.schemas import FlightAnswer
from mapserver.incidents.schemas import IncidentHeadline
from mapserver.units.schemas import UnitAnswer
from mapserver.web.schemas import Answer, GeoJsonGeometry, PlaceAnswer, Utc
from mapserver.zones.schemas import ZoneAnswer


class SnapshotTown(PlaceAnswer):
    """A town that the caller may see."""

    id: str
    name: str
    zone: str
    """Its time zone."""


class ShownPart(Answer):
    """How much of a list is in the snapshot."""

    shown: int
    total: int


class SnapshotParts(Answer):
    """Lists that the snapshot holds a part of."""

    closed_incidents: ShownPart
    flights_over: ShownPart


class SnapshotAnswer(Answer):
    """Everything that the caller may see, as of `seq`."""

    epoch: str
    seq: int
    at: Utc
    demo: bool
    cities: list[SnapshotTown]
    units: list[UnitAnswer]
    cameras: list[CameraAnswer]
    zones: list[ZoneAnswer]
    flights: list[FlightAnswer]
    assignments: list[AssignmentAnswer]
    incidents: list[IncidentHeadline]
    drone_requests: list[DroneRequestAnswer]
    parts: SnapshotParts


class GroundFeature(Answer):
    """A line or an area of the ground, GeoJSON."""

    type: Literal["Feature"]
    properties: dict[str, Any]
    geometry: GeoJsonGeometry


class GroundLines(Answer):
    """The ground for where there are no tiles, GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[GroundFeature]
