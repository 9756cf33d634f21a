"""The legs of a pattern made into a route: the way out and back, and what flying all of it takes.

Knows no pattern: what only a survey or a corridor has (cover, spacing, lines) is put into the summary by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mission.ground import FlatTerrain, Terrain
from mission.routes.energy import CALM, Effort, Floats, Wind, effort
from mission.routes.route import Leg, LegKind, Route, Summary, Waypoint, height_base
from mission.routes.terrain_following import followed, heights_above_ground
from telemetry.positions import LocalFrame, Position
from telemetry.vehicles import Airframe

SAME_HEIGHT_M = 0.05


@dataclass(frozen=True)
class Flying:
    """With what, in what and how the legs are flown."""

    airframe: Airframe
    speed_m_s: float
    """Over ground, at most."""
    altitude_m: float
    """Of the way out and back: metres above home, or above the ground when it is followed."""
    trigger_m: float | None = None
    """Metres between pictures on legs with the camera on."""
    home: Position | None = None
    """Where it starts and lands; None: where the first leg begins, and there is no way out and back."""
    wind: Wind = CALM
    terrain: Terrain = field(default_factory=FlatTerrain)
    follow_terrain: bool = False
    """Whether heights above ground are kept, instead of heights above home."""


def fly(work: Sequence[Leg], flying: Flying) -> Route:
    """The route of `work`, whose heights are metres above home, or above the ground when it is followed."""
    legs = tuple(work)
    if flying.follow_terrain:
        legs = followed(legs, flying.terrain, _base(legs[0].points[0], flying), flying.airframe, flying.speed_m_s)
    return with_transits(legs, flying)


def with_transits(work: Sequence[Leg], flying: Flying) -> Route:
    """The route of `work`, whose heights are metres above home, with the way out and back where there is a home."""
    out = way_out(work[0].points[0], flying)
    legs = (*out, *work, *way_back(work[-1].points[-1], flying))
    took = effort_of(legs, flying, grounded=True)
    trigger = None
    photos = 0
    if flying.trigger_m is not None and any(leg.camera for leg in work):
        trigger = flying.trigger_m
        photos = _photos(legs, trigger)
    return Route(
        legs,
        Summary(
            length_m=sum(_lengths(leg) for leg in legs),
            duration_s=took.total_s,
            photos=photos,
            covered_fraction=None,
            outside_m=None,
            transit_m=sum(_lengths(leg) for leg in legs if leg.kind is LegKind.TRANSIT),
            max_height_agl_m=float(heights_above_ground(legs, flying.terrain, _base(legs[0].points[0], flying)).max()),
            energy_fraction=took.total_j / 3600 / flying.airframe.battery_wh,
            speed_m_s=flying.speed_m_s,
            trigger_m=trigger,
        ),
    )


def way_out(first: Waypoint, flying: Flying) -> tuple[Leg, ...]:
    """From above home, at the height of the transit, to where the work begins. Nothing where there is no home."""
    if flying.home is None:
        return ()
    above_home = rounded(flying.home.lat, flying.home.lon, flying.altitude_m)
    transit = Leg(LegKind.TRANSIT, (above_home, first._replace(height_m=flying.altitude_m)), camera=False)
    if flying.follow_terrain:
        (transit,) = followed([transit], flying.terrain, _base(first, flying), flying.airframe, flying.speed_m_s)
    arrival = transit.points[-1]
    if abs(arrival.height_m - first.height_m) <= SAME_HEIGHT_M:
        return (Leg(LegKind.TRANSIT, (*transit.points[:-1], first), camera=False),)
    return transit, Leg(LegKind.CLIMB, (arrival, first), camera=False)


def way_back(last: Waypoint, flying: Flying) -> tuple[Leg, ...]:
    """The way out, backwards."""
    return tuple(Leg(leg.kind, leg.points[::-1], camera=False) for leg in reversed(way_out(last, flying)))


def effort_of(legs: Sequence[Leg], flying: Flying, *, grounded: bool = False) -> Effort:
    """What each segment of `legs` takes; with `grounded` take-off and landing before and after."""
    line = [legs[0].points[0], *(point for leg in legs for point in leg.points[1:])]
    holds = [hold for leg in legs for hold in (*[0.0] * (len(leg.points) - 2), leg.hold_s)]
    if grounded:
        line = [line[0]._replace(height_m=0.0), *line, line[-1]._replace(height_m=0.0)]
        holds = [0.0, *holds, 0.0]
    return effort(in_metres(line), flying.airframe, speed_m_s=flying.speed_m_s, wind=flying.wind, holds_s=holds)


def in_metres(points: Sequence[Waypoint]) -> Floats:
    """Corners in metres east, north and up of the first one's place, shape (n, 3)."""
    frame = LocalFrame(points[0].lat, points[0].lon)
    return np.array([(*frame.to_metres(*point.place), point.height_m) for point in points])


def rounded(lat: float, lon: float, height_m: float) -> Waypoint:
    """As MAVLink and the file formats carry it, so that what is measured is what is flown."""
    return Waypoint(round(lat, 7), round(lon, 7), round(height_m, 2))


def _base(first: Waypoint, flying: Flying) -> float:
    """Metres above the sea of home, or of where the route begins when there is none."""
    lat, lon = height_base(flying.home, first)
    return float(flying.terrain.heights_m(lat, lon))


def _lengths(leg: Leg) -> float:
    return float(np.linalg.norm(np.diff(in_metres(leg.points), axis=0), axis=1).sum())


def _photos(legs: Sequence[Leg], trigger: float) -> int:
    """One at each start of the camera and one every `trigger` metres over ground for as long as it stays on."""
    count = 0
    on_for = 0.0
    for leg, before in zip(legs, [None, *legs], strict=False):
        if not leg.camera:
            continue
        if before is None or not before.camera:
            count = count + 1
            on_for = 0.0
        corners = in_metres(leg.points)[:, :2]
        on_for += float(np.linalg.norm(np.diff(corners, axis=0), axis=1).sum())
        count = count + int(on_for // trigger)
        on_for = on_for % trigger
    return count
