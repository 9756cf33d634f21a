"""KML (OGC 12-007), plain or as a KMZ with doc.kml, in and out: a path, a geofence and rally points; no commands.

Read: the Points in a folder called Waypoints, else every LineString and gx:Track, else every Point. Heights count as
`altitudeMode` says: relativeToGround is taken as above home, absolute as above mean sea level, clampToGround as none.
Polygons in a folder called Geofence are the fence; those whose name begins with "exclusion" are to be kept out of.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from xml.etree.ElementTree import Element

from mission.formats.document import Dump, FenceArea, PlanFile, fence_area
from mission.formats.path import PathPoint, lost_beside_path, path_of, waypoints_of
from mission.parsing import bounded
from mission.parsing.markup import add, children, decimal, document, local, named, text
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

KML = "http://www.opengis.net/kml/2.2"
MODE_OF_FRAME = {
    int(AltitudeFrame.AMSL): "absolute",
    int(AltitudeFrame.RELATIVE): "relativeToGround",
    10: "relativeToGround",
}
FRAME_OF_MODE = {"absolute": int(AltitudeFrame.AMSL), "relativeToGround": int(AltitudeFrame.RELATIVE)}
NO_HEIGHT = {"clampToGround", "clampToSeaFloor"}
FENCE = "geofence"
RALLY = "rally points"
HOME = "home"
WAYPOINTS = "waypoints"
"""Names of folders, in small letters."""
CORNERS_OF_CIRCLE = 72


def read(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a KML file; points without a height get `height_m`. Raises BadPlan."""
    return of_root(bounded.xml_of(content, name), name, height_m)


def of_root(root: Element, name: str, height_m: float) -> PlanFile:
    """The plan in a parsed KML document, as `read`."""
    if local(root) not in ("kml", "Document", "Folder", "Placemark"):
        raise BadPlan(Message("plans.kml.root", name=name, root=local(root)[:40]))
    folders: dict[str, list[Element]] = {HOME: [], RALLY: [], FENCE: [], WAYPOINTS: []}
    for folder in named(root, "Folder"):
        folders.get((text(folder, "name") or "").lower(), []).append(folder)
    apart = {place for key in (HOME, RALLY, FENCE) for folder in folders[key] for place in named(folder, "Placemark")}
    ours = [place for folder in folders[WAYPOINTS] for place in named(folder, "Placemark")]
    lines = []
    if not ours:
        lines = [line for place in named(root, "Placemark") if place not in apart for line in _lines(place)]
    points = [p for place in ours or named(root, "Placemark") if place not in apart for p in _points(place)]
    notes: list[Message] = []
    way = [point for line in lines for point in _line(line, name, notes)]
    way = way or [point for spot in points for point in _line(spot, name, notes)]
    areas = (area for folder in folders[FENCE] for area in _fence(folder, name))
    fence = tuple(islice(areas, bounded.MOST_ITEMS // 3 + 1))  # one more than there may be corners for
    rally = tuple(place for folder in folders[RALLY] for place in _positions(folder, name))
    homes = [place for folder in folders[HOME] for place in _positions(folder, name)]
    bounded.want_count(len(way) + len(rally), name, "points")
    bounded.want_count(sum(len(area.corners) for area in fence), name, "corners")
    if not (way or fence or rally or homes or _is_ours(root)):
        raise BadPlan(Message("plans.no_path", name=name))
    items, told = waypoints_of(way, height_m)
    if len(lines) > 1:
        told.append(Message("plans.notes.lines", count=len(lines)))
    if lines and points:
        told.append(Message("plans.notes.points_beside", count=len(points)))
    if any(item.frame == AltitudeFrame.RELATIVE for item in items):
        told.append(Message("plans.notes.ground_as_home"))
    home = next(iter(homes), None)
    return PlanFile(bounded.stem(name), tuple(items), home, fence, rally, notes=(*notes, *told))


def write(plan: PlanFile) -> Dump:
    """The plan as KML: folders Waypoints, Home, Geofence and Rally points, and a line along the path."""
    root = Element("kml", {"xmlns": KML})
    body = add(root, "Document")
    add(body, "name", plan.name)
    path = path_of(plan)
    _write_path(body, path)
    if plan.home is not None:
        _mark(_folder(body, "Home"), "Home", plan.home.lat, plan.home.lon, plan.home.alt_m, "absolute")
    if plan.fence:
        folder = _folder(body, "Geofence")
        for number, area in enumerate(plan.fence, start=1):
            _write_area(folder, area, number)
    if plan.rally:
        folder = _folder(body, "Rally points")
        for number, place in enumerate(plan.rally, start=1):
            _mark(folder, f"Rally {number}", place.lat, place.lon, place.alt_m, "relativeToGround")
    return Dump(document(root), tuple(_lost(plan, path)))


def _lost(plan: PlanFile, path: Sequence[MissionItem]) -> list[Message]:
    lost = lost_beside_path(plan, "kml")
    if terrain := sum(item.frame not in (AltitudeFrame.AMSL, AltitudeFrame.RELATIVE) for item in path):
        lost.append(Message("plans.lost.kml_terrain", count=terrain))
    if circles := sum(area.radius_m is not None for area in plan.fence):
        lost.append(Message("plans.lost.kml_circles", count=circles, corners=CORNERS_OF_CIRCLE))
    return lost


def _is_ours(root: Element) -> bool:
    return any((text(folder, "name") or "") == "Waypoints" for folder in named(root, "Folder"))


def _lines(place: Element) -> Iterator[Element]:
    return (inner for inner in place.iter() if local(inner) in ("LineString", "Track"))


def _points(place: Element) -> Iterator[Element]:
    return named(place, "Point")


def _line(geometry: Element, name: str, notes: list[Message]) -> list[PathPoint]:
    """The points of one geometry, their heights as its altitudeMode says."""
    mode = text(geometry, "altitudeMode")
    if local(geometry) == "Track":
        tuples = [(spot.text or "").split() for spot in children(geometry, "coord")]
    else:
        words = (text(geometry, "coordinates") or "").split(maxsplit=bounded.MOST_ITEMS + 1)
        bounded.want_count(len(words), name, "points")
        tuples = [word.split(",") for word in words]
    bounded.want_count(len(tuples), name, "points")
    points = [_point(parts, mode, f"{name}, {local(geometry)}, point {n}") for n, parts in enumerate(tuples, start=1)]
    if mode is None and any(point.alt_m is not None for point in points):
        notes.append(Message("plans.notes.no_altitude_mode"))
    return points


def _point(parts: Sequence[str], mode: str | None, place: str) -> PathPoint:
    if len(parts) not in (2, 3):
        raise BadPlan(Message("plans.kml.coordinates", place=place, said=",".join(parts)[:40]))
    lat, lon = bounded.place_of(bounded.number_in(parts[1], place), bounded.number_in(parts[0], place), place)
    alt = None
    if len(parts) == 3:
        alt = bounded.height_of(bounded.number_in(parts[2], place), place)
    if mode in NO_HEIGHT or (mode is None and not alt):
        alt = None
    return PathPoint(lat, lon, alt, FRAME_OF_MODE.get(mode or "", int(AltitudeFrame.RELATIVE)))


def _positions(folder: Element, name: str) -> list[Position]:
    spots = [point for spot in named(folder, "Point") for point in _line(spot, name, [])]
    return [Position(lat=spot.lat, lon=spot.lon, alt_m=spot.alt_m) for spot in spots]


def _fence(folder: Element, name: str) -> Iterator[FenceArea]:
    """Each polygon is one area; a hole in one to stay in is one to keep out of."""
    for place in named(folder, "Placemark"):
        label = text(place, "name") or ""
        inclusion = not label.lower().startswith("exclusion")
        for polygon in named(place, "Polygon"):
            for bound in polygon:
                inner = local(bound) == "innerBoundaryIs"
                if inner and not inclusion:
                    raise BadPlan(Message("plans.kml.hole_in_keep_out", name=name, label=label[:40]))
                for ring in named(bound, "LinearRing"):
                    corners = [(point.lat, point.lon) for point in _line(ring, name, [])]
                    yield fence_area(corners, f"{name}, {label[:40]!r}", inclusion=inclusion and not inner)


def _folder(body: Element, name: str) -> Element:
    folder = add(body, "Folder")
    add(folder, "name", name)
    return folder


def _write_path(body: Element, path: Sequence[MissionItem]) -> None:
    folder = _folder(body, "Waypoints")
    for number, item in enumerate(path, start=1):
        mode = MODE_OF_FRAME.get(item.frame, "relativeToGround")
        _mark(folder, str(number), item.lat, item.lon, item.alt_m, mode)
    modes = {MODE_OF_FRAME.get(item.frame, "relativeToGround") for item in path}
    if len(path) > 1 and len(modes) == 1:
        place = add(_folder(body, "Path"), "Placemark")
        line = add(place, "LineString")
        add(line, "altitudeMode", modes.pop())
        add(line, "coordinates", " ".join(_coordinates(item.lat, item.lon, item.alt_m) for item in path))


def _mark(folder: Element, name: str, lat: float, lon: float, alt_m: float | None, mode: str) -> None:
    if alt_m is None:
        mode = "clampToGround"
    place = add(folder, "Placemark")
    add(place, "name", name)
    point = add(place, "Point")
    add(point, "altitudeMode", mode)
    add(point, "coordinates", _coordinates(lat, lon, alt_m))


def _write_area(folder: Element, area: FenceArea, number: int) -> None:
    place = add(folder, "Placemark")
    add(place, "name", f"{'inclusion' if area.inclusion else 'exclusion'} {number}")
    ring = add(add(add(place, "Polygon"), "outerBoundaryIs"), "LinearRing")
    corners = list(area.corners)
    if area.radius_m is not None:
        corners = _round(area.corners[0], area.radius_m)
    add(ring, "coordinates", " ".join(_coordinates(lat, lon, None) for lat, lon in [*corners, corners[0]]))


def _round(centre: tuple[float, float], radius_m: float) -> list[tuple[float, float]]:
    frame = LocalFrame(*centre)
    angles = [2 * math.pi * number / CORNERS_OF_CIRCLE for number in range(CORNERS_OF_CIRCLE)]
    ring = [frame.to_degrees(radius_m * math.sin(angle), radius_m * math.cos(angle)) for angle in angles]
    return [(max(-90.0, min(90.0, lat)), (lon + 180) % 360 - 180) for lat, lon in ring]


def _coordinates(lat: float, lon: float, alt_m: float | None) -> str:
    return ",".join(decimal(value) for value in (lon, lat, alt_m) if value is not None)
