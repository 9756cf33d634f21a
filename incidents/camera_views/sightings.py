"""Whether a camera sees a place, by the ground that its picture covers; and who passes which plate reader when. Pure.

What stands between a camera and the place is not known here: a camera that looks there *could have* seen it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shapely.geometry import Point as FlatPoint
from shapely.geometry import Polygon

from telemetry.observations.values import SourceKind
from telemetry.positions import LocalFrame, Position, distance_m

UNSURE_M = 50.0
"""A place known no better is taken to be known so well: else half the town would have seen it."""
SLOWEST_MPS = 6.0
FASTEST_MPS = 25.0
"""How fast somebody is taken to drive away, metres along the streets in a second: 22 to 90 km/h."""
DETOUR = 1.3
"""Streets are longer than the straight line by about so much (Ballou, Rahardja, Sakai 2002: 1.2 to 1.4 in Europe)."""
SECTORS = 8
"""Ways out that are told apart, by where they lead."""
NEAREST_READER_M = 30.0
"""Nearer than that a plate reader looks at the place itself."""


class ViewOfPlace(StrEnum):
    """How a camera stands to a place."""

    LOOKS = "looks"
    """The place is in its picture."""
    EDGE = "edge"
    """The place may be in its picture, as far as it is known."""
    TURNED_AWAY = "turned_away"
    """It would reach so far, but looks elsewhere."""
    TOO_FAR = "too_far"
    """It does not reach so far."""

    @property
    def could_see(self) -> bool:
        """Whether its video may show what happened there."""
        return self in (ViewOfPlace.LOOKS, ViewOfPlace.EDGE)


@dataclass(frozen=True)
class PlacedCamera:
    """One camera as it was at a moment."""

    id: str
    name: str
    kind: SourceKind
    stand: Position
    range_m: float
    """How far it is useful."""
    footprint: dict[str, Any] | None
    """The ground that it saw, a GeoJSON polygon; None where that is not known."""
    reads_plates: bool = False


@dataclass(frozen=True)
class CameraSight:
    """A camera and a place."""

    camera: PlacedCamera
    sight: ViewOfPlace
    away_m: float
    """From where it stands to the place."""


@dataclass(frozen=True)
class WayOut:
    """A plate reader that somebody passes who drives away in its direction."""

    camera: PlacedCamera
    away_m: float
    begins: datetime
    """The earliest that they pass it, UTC; `ends` the latest."""
    ends: datetime


def sight_of(camera: PlacedCamera, place: Position) -> CameraSight:
    """How the camera stands to the place."""
    away_m = distance_m(camera.stand, place)
    return CameraSight(camera, _sight(camera, place, away_m), away_m)


def _sight(camera: PlacedCamera, place: Position, away_m: float) -> ViewOfPlace:
    if camera.footprint is not None:
        outside_m = _outside_m(camera.footprint, place)
        if outside_m <= 0:
            return ViewOfPlace.LOOKS
        if outside_m <= min(place.accuracy_m, UNSURE_M):
            return ViewOfPlace.EDGE
    if away_m > camera.range_m:
        return ViewOfPlace.TOO_FAR
    return ViewOfPlace.TURNED_AWAY


def _outside_m(footprint: dict[str, Any], place: Position) -> float:
    """Metres from the place to the ground that is seen; 0 within it."""
    frame = LocalFrame(place.lat, place.lon)
    ring = [tuple(frame.to_metres(lat, lon)) for lon, lat in footprint["coordinates"][0]]
    return float(Polygon(ring).distance(FlatPoint(0, 0)))


def ways_out(readers: Iterable[PlacedCamera], place: Position, left_at: datetime) -> list[WayOut]:
    """In each direction the plate reader that is passed first by who leaves the place at `left_at` (UTC), and when.

    Along the streets at FASTEST_MPS to SLOWEST_MPS, which are DETOUR times the straight line at most.
    """
    first: dict[int, WayOut] = {}
    for camera in readers:
        away_m = distance_m(place, camera.stand)
        if away_m < NEAREST_READER_M:
            continue
        sector = round(_bearing_deg(place, camera.stand) / 360 * SECTORS) % SECTORS
        if sector not in first or away_m < first[sector].away_m:
            earliest = timedelta(seconds=away_m / FASTEST_MPS)
            latest = timedelta(seconds=away_m * DETOUR / SLOWEST_MPS)
            first[sector] = WayOut(camera, away_m, left_at + earliest, left_at + latest)
    return sorted(first.values(), key=lambda way: (way.begins, way.camera.id))


def _bearing_deg(origin: Position, to: Position) -> float:
    """Clockwise from true north, 0..360."""
    east_m, north_m = LocalFrame(origin.lat, origin.lon).to_metres(to.lat, to.lon)
    return math.degrees(math.atan2(east_m, north_m)) % 360
