"""A track in flat metres made into the route a pilot sees: legs in degrees, and what flying them takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import shapely
from shapely import Polygon

from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import Camera
from mission.routes.energy import CALM, Wind
from mission.routes.footprint import gsd_cm
from mission.routes.inner_paths import Point
from mission.routes.route import STRAIGHT_DOWN, GimbalPitch, Leg, LegKind, Route, Waypoint
from mission.routes.track import Track, covered_fraction
from mission.routes.transits import Flying, fly, rounded
from telemetry.positions import LocalFrame, Position
from telemetry.vehicles import Airframe


@dataclass(frozen=True)
class FlownRoute:
    """How a track is flown."""

    airframe: Airframe
    camera: Camera
    altitude_m: float
    """Above home, or above the ground when it is followed."""
    spacing: float
    """Metres between lines."""
    trigger: float | None
    """Metres between pictures; None where none are taken."""
    asked_speed: float
    """Metres a second, as wished."""

    wind: Wind = CALM
    terrain: Terrain = field(default_factory=FlatTerrain)
    follow_terrain: bool = False
    """Whether `altitude_m` is kept above the ground instead of above home."""
    look: GimbalPitch = STRAIGHT_DOWN

    @property
    def speed(self) -> float:
        """Metres a second that airframe and camera can keep up with."""
        speed = min(self.asked_speed, self.airframe.max_speed_m_s)
        if self.trigger is None:
            return speed
        return min(speed, self.trigger / self.camera.min_trigger_s)

    def seconds(self, path: Sequence[Point]) -> float:
        """Seconds along `path` in still air, stopping at every corner."""
        return sum(self.airframe.leg_seconds(math.dist(a, b), self.speed) for a, b in pairwise(path))

    def flying(self, home: Position | None) -> Flying:
        """The same for whole routes, which know no lines."""
        return Flying(
            self.airframe,
            self.speed,
            self.altitude_m,
            self.trigger,
            home,
            self.wind,
            self.terrain,
            self.follow_terrain,
        )


def to_route(
    track: Track, angle: float, area: Polygon, frame: LocalFrame, flown: FlownRoute, home: Position | None
) -> Route:
    """The route of `track` over `area` (both in metres of `frame`), with transits if `home` is given.

    Covered is what lies within half a spacing of where the camera is on, also when no pictures are taken there.
    """
    corners = [rounded(*frame.to_degrees(*point), flown.altitude_m) for point in track.points]
    track = Track([_metres(frame, point) for point in corners], track.kinds, track.camera)
    legs = _legs(corners, track, flown)
    route = fly(legs, flown.flying(home))
    summary = replace(
        route.summary,
        covered_fraction=covered_fraction(area, track, flown.spacing / 2),
        outside_m=float(shapely.LineString(track.points).difference(area).length),
        gsd_cm=None if flown.trigger is None else gsd_cm(flown.camera, flown.altitude_m),
        spacing_m=flown.spacing,
        angle_deg=(90 - math.degrees(angle)) % 180,
        transects=sum(leg.kind is LegKind.TRANSECT for leg in legs),
        area_m2=float(area.area),
    )
    return replace(route, summary=summary)


def _legs(corners: list[Waypoint], track: Track, flown: FlownRoute) -> list[Leg]:
    """Pieces of a turn gathered into one leg; each transect is one of its own."""
    legs: list[Leg] = []
    look = None if flown.trigger is None else flown.look
    for (a, b), kind, on in zip(pairwise(corners), track.kinds, track.camera, strict=True):
        camera = on and flown.trigger is not None
        last = legs[-1] if legs else None
        if a == b:
            continue
        if kind is LegKind.TURN and last is not None and (last.kind, last.camera) == (kind, camera):
            legs[-1] = Leg(kind, (*last.points, b), camera, look)
        else:
            legs.append(Leg(kind, (a, b), camera, look))
    return legs


def _metres(frame: LocalFrame, point: Waypoint) -> Point:
    east, north = frame.to_metres(*point.place)
    return east, north
