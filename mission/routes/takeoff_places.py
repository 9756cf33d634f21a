"""Places to take off from that need fewer batteries than the present one, in the middle of the work and at its edge.

Goes by the lines as they are: planned anew from such a place they may begin at another end. Does not know where a
pilot can stand: that is judged on the map and by the checks.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from mission.routes.battery_cuts import BatteryCuts
from mission.routes.energy import Floats
from mission.routes.route import Leg, TakeoffPlace, Waypoint, height_base
from mission.routes.transits import Flying, with_transits
from telemetry.errors import BadPlan
from telemetry.positions import LocalFrame, Position

SAMPLES = 400
"""Places along the work that stand for all of it."""
EDGE_PLACES = 60
MEDIAN_STEPS = 30


def takeoff_places(
    work: Sequence[Leg], flying: Flying, allowed: float, flights: int | None
) -> tuple[TakeoffPlace, ...]:
    """Up to two places from which `work` takes fewer batteries than `flights`, the one with the fewest first.

    `allowed` joules of each battery may be used. `flights` None: there is no place yet, any number is better.
    """
    frame = LocalFrame(work[0].points[0].lat, work[0].points[0].lon)
    along = _along(work, frame)
    found = []
    for where, (east, north) in (("middle", _median(along)), ("edge", _edge(along))):
        lat, lon = frame.to_degrees(east, north)
        home = Position(lat=round(lat, 6), lon=round(lon, 6))
        place = _tried(where, home, work, flying, allowed)
        if place is not None and (flights is None or place.flights < flights):
            found.append(place)
    return tuple(sorted(found, key=lambda each: (each.flights, each.energy_fraction)))


def _tried(where: str, home: Position, work: Sequence[Leg], flying: Flying, allowed: float) -> TakeoffPlace | None:
    """What flying from `home` takes; None where it cannot be done."""
    there = replace(flying, home=home)
    if flying.follow_terrain:
        work = _above(work, flying, home)
    try:
        parts = BatteryCuts(work, there, allowed).parts()
    except BadPlan:
        return None
    energy = sum(with_transits(part.legs, there).summary.energy_fraction for part in parts)
    return TakeoffPlace(where, home.lat, home.lon, len(parts), round(energy, 4))


def _above(work: Sequence[Leg], flying: Flying, home: Position) -> list[Leg]:
    """The same heights above the ground, as metres above the new home."""
    before = height_base(flying.home, work[0].points[0])
    lower = float(flying.terrain.heights_m(*before)) - float(flying.terrain.heights_m(home.lat, home.lon))

    def higher(point: Waypoint) -> Waypoint:
        return point._replace(height_m=round(point.height_m + lower, 2))

    return [replace(leg, points=tuple(higher(point) for point in leg.points)) for leg in work]


def _along(work: Sequence[Leg], frame: LocalFrame) -> Floats:
    """Metres east and north of places evenly along the work, shape (n, 2)."""
    corners = np.array([frame.to_metres(*point.place) for leg in work for point in leg.points])
    line = shapely.LineString(corners)
    places = shapely.line_interpolate_point(line, np.linspace(0, line.length, SAMPLES))
    return shapely.get_coordinates(places)


def _median(places: Floats) -> tuple[float, float]:
    """The place with the shortest ways to all of `places` (Weiszfeld, 1937)."""
    at = places.mean(axis=0)
    for _ in range(MEDIAN_STEPS):
        weights = 1 / np.maximum(np.linalg.norm(places - at, axis=1), 1.0)
        at = (places * weights[:, None]).sum(axis=0) / weights.sum()
    return float(at[0]), float(at[1])


def _edge(places: Floats) -> tuple[float, float]:
    """The place on the outline of `places` with the shortest ways to all of them; one of them if they have none."""
    outline = shapely.MultiPoint(places).convex_hull
    if isinstance(outline, shapely.Polygon):
        line = outline.exterior
        spots = shapely.get_coordinates(shapely.line_interpolate_point(line, np.linspace(0, line.length, EDGE_PLACES)))
    else:
        spots = places
    ways = np.linalg.norm(spots[:, None, :] - places[None, :, :], axis=2).sum(axis=1)
    east, north = spots[int(np.argmin(ways))]
    return float(east), float(north)
