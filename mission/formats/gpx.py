"""GPX 1.0 and 1.1 in and out: a route, home and rally points; no commands, no geofence.

`ele` is metres above mean sea level, which a height above home only becomes where home's own is known; what the plan
says is kept beside it in an extension that other programs pass over. Read: the first route, else the first track, else
the waypoints.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from mission.formats.document import Dump, PlanFile
from mission.formats.path import PathPoint, lost_beside_path, path_of, waypoints_of
from mission.parsing import bounded
from mission.parsing.markup import add, child, children, document, local, text
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

GPX = "http://www.topografix.com/GPX/1/1"
OURS = "urn:vanagas:plan"
REFERENCES = {"sea": int(AltitudeFrame.AMSL), "home": int(AltitudeFrame.RELATIVE), "terrain": 10}
HOME = "home"
RALLY = "rally point"
"""The `type` of a wpt that is no point of the path."""


def read(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a GPX file; points without `ele` get `height_m` above home. Raises BadPlan."""
    root = bounded.xml_of(content, name)
    if local(root) != "gpx":
        raise BadPlan(Message("plans.gpx.root", name=name, root=local(root)[:40]))
    marks = children(root, "wpt")
    homes = [_position(mark, name) for mark in marks if text(mark, "type") == HOME]
    rally = tuple(_position(mark, name) for mark in marks if text(mark, "type") == RALLY)
    rest = [mark for mark in marks if text(mark, "type") not in (HOME, RALLY)]
    routes = children(root, "rte")
    tracks = children(root, "trk")
    way = _way(routes, tracks, rest)
    bounded.want_count(len(way), name, "points")
    if not (way or homes or rally or routes):
        raise BadPlan(Message("plans.gpx.nothing", name=name))
    items, notes = waypoints_of([_point(spot, name) for spot in way], height_m)
    if len(routes) + len(tracks) > 1:
        notes.append(Message("plans.notes.first_way", routes=len(routes), tracks=len(tracks)))
    if rest and (routes or tracks):
        notes.append(Message("plans.notes.waypoints_beside", count=len(rest)))
    title = bounded.stem(name)
    if routes:
        title = text(routes[0], "name") or title
    return PlanFile(title, tuple(items), next(iter(homes), None), (), rally, notes=tuple(notes))


def write(plan: PlanFile) -> Dump:
    """The plan as GPX 1.1: its path as one route, home and rally points as typed waypoints."""
    root = Element("gpx", {"xmlns": GPX, "xmlns:vanagas": OURS, "version": "1.1", "creator": "Vanagas"})
    level = plan.home_alt_m
    if plan.home is not None:
        _write_point(root, "wpt", plan.home, plan.home.alt_m, level, "sea", HOME)
    for place in plan.rally:
        _write_point(root, "wpt", place, place.alt_m, level, "home", RALLY)
    route = add(root, "rte")
    add(route, "name", plan.name)
    path = path_of(plan)
    reference = {frame: name for name, frame in REFERENCES.items()}
    for item in path:
        _write_point(route, "rtept", item, item.alt_m, level, reference.get(item.frame, "home"))
    return Dump(document(root), tuple(_lost(plan, path)))


def _lost(plan: PlanFile, path: Sequence[MissionItem]) -> list[Message]:
    lost = lost_beside_path(plan, "gpx")
    if plan.fence:
        lost.append(Message("plans.lost.gpx_fence", count=len(plan.fence)))
    level = plan.home_alt_m
    bare = sum(
        item.frame != AltitudeFrame.AMSL and (level is None or item.frame != AltitudeFrame.RELATIVE) for item in path
    )
    if bare:
        lost.append(Message("plans.lost.gpx_heights", count=bare))
    return lost


def _way(routes: Sequence[Element], tracks: Sequence[Element], marks: list[Element]) -> list[Element]:
    if routes:
        return children(routes[0], "rtept")
    if tracks:
        return [spot for segment in children(tracks[0], "trkseg") for spot in children(segment, "trkpt")]
    return marks


def _point(spot: Element, name: str) -> PathPoint:
    place = f"{name}, {local(spot)} lat={spot.get('lat', '')[:16]} lon={spot.get('lon', '')[:16]}"
    lat, lon = bounded.place_of(
        bounded.number_in(spot.get("lat"), place), bounded.number_in(spot.get("lon"), place), place
    )
    ours = child(child(spot, "extensions"), "height")
    if ours is not None and ours.get("above") in REFERENCES:
        alt = bounded.height_of(bounded.number_in(ours.text, place), place)
        return PathPoint(lat, lon, alt, REFERENCES[ours.get("above", "")])
    ele = text(spot, "ele")
    alt_m = None
    if ele is not None:
        alt_m = bounded.height_of(bounded.number_in(ele, f"{place}, ele"), place)
    return PathPoint(lat, lon, alt_m, int(AltitudeFrame.AMSL))


def _position(spot: Element, name: str) -> Position:
    point = _point(spot, name)
    return Position(lat=point.lat, lon=point.lon, alt_m=point.alt_m)


def _write_point(
    parent: Element, tag: str, place: Position | MissionItem, alt_m: float | None, level: float | None, above: str,
    kind: str | None = None,
) -> None:  # fmt: skip
    spot = add(parent, tag)
    spot.set("lat", f"{place.lat:.9f}")
    spot.set("lon", f"{place.lon:.9f}")
    known = above == "sea" or (above == "home" and level is not None)
    if alt_m is not None and known:
        add(spot, "ele", alt_m + (level or 0.0) * (above == "home"))
    if kind is not None:
        add(spot, "name", kind.capitalize())
        add(spot, "type", kind)
    if alt_m is not None:
        add(add(spot, "extensions"), "vanagas:height", alt_m).set("above", above)
