"""A survey's track in flat metres: transects joined by turns inside the area, and detours to whatever they miss."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mission.routes.inside import Inside, Point, length
from mission.routes.ordering import Line
from mission.routes.route import LegKind

CAMERA_IN_TURNS_UP_TO = 3.0
"""Spacings: in a longer turn the camera pauses, as it flies over ground that is seen already."""
ENOUGH = 0.997
"""Part of the area that must be covered before no more detours are made."""
MOST_ROUNDS = 8


@dataclass
class Track:
    """Corners in flying order, and for each piece between two of them what it is for."""

    points: list[Point]
    kinds: list[LegKind]
    camera: list[bool]

    def go(self, way: list[Point], kind: LegKind, *, camera: bool) -> None:
        """Fly on along `way`, which begins where the track ends."""
        for point in way[1:]:
            self.points.append(point)
            self.kinds.append(kind)
            self.camera.append(camera)

    def covered(self, reach: float) -> BaseGeometry:
        """Everything within `reach` metres of a piece on which pictures are taken."""
        pieces = [pair for pair, on in zip(pairwise(self.points), self.camera, strict=True) if on]
        return shapely.union_all(shapely.linestrings(np.array(pieces))).buffer(reach, quad_segs=8)


def joined(transects: Line, inside: Inside, spacing: float) -> Track:
    """`transects` flown one after the other, the way between them kept inside."""
    track = Track([transects[0][0]], [], [])
    for begin, end in transects:
        way = inside.path(track.points[-1], begin)
        track.go(way, LegKind.TURN, camera=length(way) <= CAMERA_IN_TURNS_UP_TO * spacing)
        track.go([begin, end], LegKind.TRANSECT, camera=True)
    return track


def fill_gaps(track: Track, inside: Inside, reach: float) -> float:
    """Add detours until `ENOUGH` of the area is within `reach` of the track; gives the part that then is."""
    area = inside.area
    for _ in range(MOST_ROUNDS):
        gaps = _gaps(area, track, reach)
        missing = sum(gap.area for gap in gaps)
        if missing <= (1 - ENOUGH) * area.area:
            return 1 - missing / area.area
        for gap in gaps:
            _visit(track, gap, inside, reach)
            missing -= gap.area
            if missing <= 0.5 * (1 - ENOUGH) * area.area:
                break
    return covered_fraction(area, track, reach)


def covered_fraction(area: Polygon, track: Track, reach: float) -> float:
    """Part of `area` within `reach` metres of the pieces on which pictures are taken."""
    return 1 - float(area.difference(track.covered(reach)).area) / float(area.area)


def _gaps(area: Polygon, track: Track, reach: float) -> list[Polygon]:
    missed = shapely.get_parts(area.difference(track.covered(reach)))
    polygons = [gap for gap in missed if isinstance(gap, Polygon)]
    return sorted(polygons, key=lambda gap: (-gap.area, gap.bounds))


def _visit(track: Track, gap: Polygon, inside: Inside, reach: float) -> None:
    """Put a detour into `track` where it costs least, so that it passes within `reach` of all of `gap`."""
    stops = [inside.nearest(stop) for stop in _spine(gap, reach)]
    place, stops = min(_offers(track, stops), key=lambda offer: offer[0])[1:]
    here = track.points[place]
    if len(stops) == 1:
        stops = [_as_far_as_needed(inside.path(here, stops[0]), gap, reach)]
    on = track.points[place + 1] if place < len(track.kinds) else None
    rest = Track(track.points[place:], track.kinds[place:], track.camera[place:])
    del track.points[place + 1 :], track.kinds[place:], track.camera[place:]
    for stop in stops:
        track.go(inside.path(track.points[-1], stop), LegKind.TURN, camera=True)
    if on is None:
        return
    if rest.kinds[0] is LegKind.TURN:
        track.go(inside.path(track.points[-1], on), LegKind.TURN, camera=rest.camera[0])
    else:
        track.go(inside.path(track.points[-1], here), LegKind.TURN, camera=True)
        track.go([here, on], rest.kinds[0], camera=rest.camera[0])
    track.points += rest.points[2:]
    track.kinds += rest.kinds[1:]
    track.camera += rest.camera[1:]


def _offers(track: Track, stops: list[Point]) -> list[tuple[float, int, list[Point]]]:
    """(extra metres, after which corner, stops in order) of every place for a detour, straight lines assumed."""
    offers = []
    for order in (stops, stops[::-1]):
        along = length(order)
        for place, here in enumerate(track.points):
            out = math.dist(here, order[0])
            if place == len(track.kinds):
                extra = out
            elif track.kinds[place] is LegKind.TURN:
                on = track.points[place + 1]
                extra = out + math.dist(order[-1], on) - math.dist(here, on)
            else:
                extra = out + math.dist(order[-1], here)
            offers.append((extra + along, place, order))
    return offers


def _spine(gap: Polygon, reach: float) -> list[Point]:
    """One point that sees a small gap whole, or the two ends of the line to fly along a long one."""
    box = shapely.get_coordinates(shapely.oriented_envelope(gap))[:4]
    if math.dist(box[1], box[2]) > math.dist(box[0], box[1]):
        box = np.roll(box, -1, axis=0)
    a, b = (box[0] + box[3]) / 2, (box[1] + box[2]) / 2
    long, wide = math.dist(a, b), math.dist(box[0], box[3])
    middle = (a + b) / 2
    if math.hypot(long, wide) / 2 <= 0.95 * reach:
        return [(float(middle[0]), float(middle[1]))]
    short = max(0.0, 1 - 2 * 0.6 * reach / long)
    ends = (middle + (a - middle) * short, middle + (b - middle) * short)
    return [(float(x), float(y)) for x, y in ends]


def _as_far_as_needed(way: list[Point], gap: Polygon, reach: float) -> Point:
    """The first point on `way` from which all of `gap` is within reach; its end if there is none."""
    if len(way) < 2:
        return way[-1]
    line = shapely.LineString(way)
    corners = shapely.points(np.asarray(gap.exterior.coords))
    for part in np.linspace(0, 1, 21)[1:]:
        stop = line.interpolate(part, normalized=True)
        if float(np.max(shapely.distance(corners, stop))) <= 0.98 * reach:
            return stop.x, stop.y
    return way[-1]
