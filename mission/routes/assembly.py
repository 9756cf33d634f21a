"""A track in flat metres made into the route a pilot sees: legs in degrees, and what flying them takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely import Polygon

from mission.routes.cameras import Camera
from mission.routes.footprint import gsd_cm
from mission.routes.inside import Point, length
from mission.routes.route import STRAIGHT_DOWN, Leg, LegKind, Route, Summary, Waypoint
from mission.routes.track import Track, covered_fraction
from telemetry.positions import LocalFrame, Position
from telemetry.vehicles import Airframe


@dataclass(frozen=True)
class Flown:
    """How a track is flown."""

    airframe: Airframe
    camera: Camera
    altitude_m: float
    """Above home."""
    spacing: float
    """Metres between lines."""
    trigger: float
    """Metres between pictures."""
    asked_speed: float
    """Metres a second, as wished."""

    @property
    def speed(self) -> float:
        """Metres a second that airframe and camera can keep up with."""
        return min(self.asked_speed, self.airframe.max_speed_m_s, self.trigger / self.camera.min_trigger_s)

    def seconds(self, path: Sequence[Point]) -> float:
        """Seconds along `path`, stopping at every corner."""
        return sum(self.airframe.leg_seconds(math.dist(a, b), self.speed) for a, b in pairwise(path))


def to_route(
    track: Track, angle: float, area: Polygon, frame: LocalFrame, flown: Flown, home: Position | None
) -> Route:
    """The route of `track` over `area` (both in metres of `frame`), with transits if `home` is given."""
    # Rounded as MAVLink and the file formats carry it, so that what is measured is what is flown.
    corners = [_rounded(*frame.to_degrees(*point), flown.altitude_m) for point in track.points]
    track = Track([_metres(frame, point) for point in corners], track.kinds, track.camera)
    legs = _legs(corners, track)
    whole, transit = list(track.points), 0.0
    if home is not None:
        at = _rounded(home.lat, home.lon, flown.altitude_m)
        legs = [
            Leg(LegKind.TRANSIT, (at, corners[0]), camera=False),
            *legs,
            Leg(LegKind.TRANSIT, (corners[-1], at), camera=False),
        ]
        whole = [_metres(frame, at), *whole, _metres(frame, at)]
        transit = math.dist(*whole[:2]) + math.dist(*whole[-2:])
    duration, energy = _effort(whole, flown)
    return Route(
        tuple(legs),
        flown.altitude_m,
        Summary(
            length_m=length(whole),
            duration_s=duration,
            photos=_photos(legs, frame, flown.trigger),
            covered_fraction=covered_fraction(area, track, flown.spacing / 2),
            outside_m=float(shapely.LineString(track.points).difference(area).length),
            transit_m=transit,
            max_height_agl_m=flown.altitude_m,
            energy_fraction=energy,
            gsd_cm=gsd_cm(flown.camera, flown.altitude_m),
            spacing_m=flown.spacing,
            trigger_m=flown.trigger,
            speed_m_s=flown.speed,
            angle_deg=(90 - math.degrees(angle)) % 180,
            transects=sum(leg.kind is LegKind.TRANSECT for leg in legs),
            area_m2=float(area.area),
        ),
    )


def _legs(corners: list[Waypoint], track: Track) -> list[Leg]:
    """Pieces of a turn gathered into one leg; each transect is one of its own."""
    legs: list[Leg] = []
    for (a, b), kind, camera in zip(pairwise(corners), track.kinds, track.camera, strict=True):
        last = legs[-1] if legs else None
        if a == b:
            continue
        if kind is LegKind.TURN and last is not None and (last.kind, last.camera) == (kind, camera):
            legs[-1] = Leg(kind, (*last.points, b), camera, STRAIGHT_DOWN)
        else:
            legs.append(Leg(kind, (a, b), camera, STRAIGHT_DOWN))
    return legs


def _effort(path: list[Point], flown: Flown) -> tuple[float, float]:
    """Seconds, and the part of a full battery, from take-off to landing."""
    frame = flown.airframe
    up, down = flown.altitude_m / frame.climb_m_s, flown.altitude_m / frame.descent_m_s
    along = flown.seconds(path)
    mean_speed = length(path) / along if along else 0.0
    joules = up * frame.power_w(0, frame.climb_m_s) + down * frame.power_w(0, 0) + along * frame.power_w(mean_speed, 0)
    return up + along + down, joules / 3600 / frame.battery_wh


def _photos(legs: list[Leg], frame: LocalFrame, trigger: float) -> int:
    """One at each start of the camera and one every `trigger` metres for as long as it stays on."""
    count, on_for = 0, 0.0
    for leg, before in zip(legs, [None, *legs], strict=False):
        if not leg.camera:
            continue
        if before is None or not before.camera:
            count, on_for = count + 1, 0.0
        on_for += length([_metres(frame, point) for point in leg.points])
        count, on_for = count + int(on_for // trigger), on_for % trigger
    return count


def _rounded(lat: float, lon: float, height_m: float) -> Waypoint:
    return Waypoint(round(lat, 7), round(lon, 7), height_m)


def _metres(frame: LocalFrame, point: Waypoint) -> Point:
    east, north = frame.to_metres(*point.place)
    return east, north
