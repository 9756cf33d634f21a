"""The geofence round a planned flight and its place to land in need, in plan files as in plans that the server keeps.

Checks nothing.
"""

from collections.abc import Sequence

import shapely

from mission.formats import FenceArea
from mission.routes.route import Route
from mission.zones.geometry import flat
from telemetry.positions import LocalFrame, Position

FENCE_M = 30.0
"""Metres between the flight and its geofence, unless more is asked for."""


def fence_round(route: Route, margin_m: float = FENCE_M) -> FenceArea:
    """The convex hull of what one battery flies, `margin_m` wider, so that every straight way home lies in it."""
    first = route.points[0]
    frame = LocalFrame(first.lat, first.lon)
    places = shapely.MultiPoint([(point.lon, point.lat) for point in route.points])
    hull = flat(places, frame).convex_hull.buffer(margin_m, quad_segs=4).simplify(0.5)
    corners: Sequence[tuple[float, float]] = shapely.get_coordinates(hull)[:-1].tolist()
    degrees = [frame.to_degrees(east, north) for east, north in corners]
    return FenceArea(tuple((round(lat, 7), round(lon, 7)) for lat, lon in degrees))


def rally_at_home(route: Route) -> Position:
    """The place to land in need of a flight that names none: where it begins; altitude in metres above home.

    Without it a vehicle keeps the rally points of the flight before, or none.
    """
    first = route.points[0]
    return Position(lat=first.lat, lon=first.lon, alt_m=0.0)
