"""GeoJSON (RFC 7946) in and out: our own plans whole, the routes of `vanagas plan`, and anybody's lines and points.

A plan is a FeatureCollection whose features tell their `role`: item (with or without a place), fence, rally, home, and
path, a line for maps that is not read back. A route (`mission.plans.geojson`) is a LineString with `legs`, `summary`.
Third coordinates are metres above home, as the routes' are; in an item of ours they are in the sense of its `frame`.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mission.formats.document import (
    DO_JUMP,
    HAS_POSITION,
    Dump,
    FenceArea,
    PlanFile,
    fence_area,
    jump_target,
    none_for_nan,
    object_in,
    plain_frame,
    zero_for_nan,
)
from mission.formats.losses import kept_by_others
from mission.formats.path import PathPoint, is_on_path, waypoints_of
from mission.parsing import bounded
from mission.routes.mission_items import items_of_legs
from mission.routes.route import GimbalPitch, Leg, LegKind, Look, PointOfInterest, Waypoint
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

GEOMETRIES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
DEEPEST = 8
"""Of collections in collections."""


def read(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a GeoJSON file; points without a third coordinate get `height_m`. Raises BadPlan."""
    return of_document(bounded.json_of(content, name), name, height_m)


def of_document(root: object, name: str, height_m: float) -> PlanFile:
    """The plan in a GeoJSON document, as `read`."""
    features = _features(root, name)
    bounded.want_count(len(features), name, "features")
    roles = [str(feature["properties"].get("role", "")) for feature, _ in features]
    fence = tuple(_fence(f, place) for (f, place), role in zip(features, roles, strict=True) if role == "fence")
    rally = tuple(_position(f, place) for (f, place), role in zip(features, roles, strict=True) if role == "rally")
    homes = [_position(f, place) for (f, place), role in zip(features, roles, strict=True) if role == "home"]
    speed = _speed(root)
    notes: list[Message] = []
    items = [_item(f, place) for (f, place), role in zip(features, roles, strict=True) if role == "item"]
    rest = [pair for pair, role in zip(features, roles, strict=True) if role not in ("fence", "rally", "home", "item")]
    if not items and "item" not in roles and not _is_ours(root):
        route = next(((f, place) for f, place in rest if isinstance(f["properties"].get("legs"), list)), None)
        if route is not None:
            items, begin, speed = _route(*route, height_m)
            homes = homes or [begin]
        else:
            items, notes = _plain(rest, name, height_m)
    home = next(iter(homes), None)
    plan = PlanFile(bounded.stem(name), tuple(items), home, fence, rally, speed, notes=tuple(notes))
    for item in plan.items:
        if item.command == DO_JUMP:
            jump_target(item, plan)
    return plan


def write(plan: PlanFile) -> Dump:
    """The plan as GeoJSON: every item, fence, rally point and home is a feature; nothing of the plan is lost."""
    path = [[item.lon, item.lat, item.alt_m] for item in plan.items if is_on_path(item)]
    features = []
    if len(path) > 1:
        features.append(_feature({"type": "LineString", "coordinates": path}, {"role": "path"}))
    if plan.home is not None:
        features.append(_feature(_point(plan.home), {"role": "home", "height": "above mean sea level"}))
    features += [_item_feature(number, item) for number, item in enumerate(plan.items)]
    features += [_fence_feature(area) for area in plan.fence]
    features += [_feature(_point(place), {"role": "rally", "height": "above home"}) for place in plan.rally]
    document = {"type": "FeatureCollection", "plan": {"version": 1, "speed_m_s": plan.speed_m_s}, "features": features}
    text = json.dumps(document, indent=1, allow_nan=False)
    return Dump((text + "\n").encode(), tuple(kept_by_others(plan, "geojson")))


def _is_ours(root: object) -> bool:
    return isinstance(root, dict) and isinstance(root.get("plan"), dict)


def _speed(root: Any) -> float | None:
    if not _is_ours(root):
        return None
    speed = root["plan"].get("speed_m_s")
    if speed is None:
        return None
    return bounded.number_of(speed, "plan.speed_m_s")


def _features(root: object, name: str) -> list[tuple[dict[str, Any], str]]:
    """Every feature with its place; a bare geometry is one. All have an object of properties."""
    if not isinstance(root, dict):
        raise BadPlan(Message("plans.geojson.no_object", name=name))
    if root.get("type") == "FeatureCollection":
        listed = root.get("features")
        if not isinstance(listed, list):
            raise BadPlan(Message("plans.geojson.no_features", name=name))
        pairs = [(feature, f"{name}, features[{number}]") for number, feature in enumerate(listed)]
    else:
        pairs = [(root if root.get("type") == "Feature" else {"type": "Feature", "geometry": root}, name)]
    return [(_checked(feature, place), place) for feature, place in pairs]


def _checked(feature: object, place: str) -> dict[str, Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadPlan(f"{place} is not GeoJSON: no Feature")
    geometry = feature.get("geometry")
    if geometry is not None and (not isinstance(geometry, dict) or geometry.get("type") not in GEOMETRIES):
        kind = str(geometry.get("type"))[:40] if isinstance(geometry, dict) else "no object"
        raise BadPlan(Message("plans.geojson.no_geometry", place=place, kind=kind))
    return {"geometry": geometry, "properties": object_in(feature, "properties")}


def _plain(features: Sequence[tuple[dict[str, Any], str]], name: str, height_m: float) -> tuple[Any, list[Message]]:
    """Waypoints of somebody else's lines, or of the points where there are no lines."""
    lines: list[list[PathPoint]] = []
    points: list[PathPoint] = []
    for feature, place in features:
        for kind, coordinates, where in _parts(feature["geometry"], f"{place}.geometry", 0):
            if kind == "LineString":
                lines.append([_place(value, f"{where}[{n}]") for n, value in enumerate(_listed(coordinates, where))])
            elif kind == "Point":
                points.append(_place(coordinates, where))
    way = [point for line in lines for point in line] or points
    bounded.want_count(len(way), name, "points")
    if not way:
        raise BadPlan(Message("plans.no_path", name=name))
    items, notes = waypoints_of(way, height_m)
    if any(point.alt_m is not None for point in way):
        notes.append(Message("plans.notes.above_home"))
    if len(lines) > 1:
        notes.append(Message("plans.notes.lines", count=len(lines)))
    if lines and points:
        notes.append(Message("plans.notes.points_beside", count=len(points)))
    return items, notes


def _parts(geometry: Any, place: str, depth: int) -> Iterator[tuple[str, Any, str]]:
    """The single geometries in one."""
    if geometry is None:
        return
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in GEOMETRIES or depth > DEEPEST:
        raise BadPlan(f"{place} is not GeoJSON: {str(kind)[:40]}")
    if kind == "GeometryCollection":
        for number, part in enumerate(_listed(geometry.get("geometries"), f"{place}.geometries")):
            yield from _parts(part, f"{place}.geometries[{number}]", depth + 1)
    elif kind.startswith("Multi"):
        for number, part in enumerate(_listed(geometry.get("coordinates"), f"{place}.coordinates")):
            yield kind.removeprefix("Multi"), part, f"{place}.coordinates[{number}]"
    else:
        yield kind, geometry.get("coordinates"), f"{place}.coordinates"


def _listed(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadPlan(f"{place}: not a list")
    bounded.want_count(len(value), place, "points")
    return value


def _place(value: object, place: str) -> PathPoint:
    if not isinstance(value, list) or len(value) < 2:
        raise BadPlan(f"{place}: not [longitude, latitude]")
    lat, lon = bounded.place_of(value[1], value[0], place)
    alt = None
    if len(value) > 2 and value[2] is not None:
        alt = bounded.height_of(value[2], place)
    return PathPoint(lat, lon, alt, int(AltitudeFrame.RELATIVE))


def _route(feature: dict[str, Any], place: str, height_m: float) -> tuple[list[MissionItem], Position, float | None]:
    """The items of a route that `vanagas plan` wrote: the same that go to the vehicle, and home where it begins."""
    geometry = feature["geometry"] or {}
    properties = feature["properties"]
    line = [_place(value, f"{place}[{n}]") for n, value in enumerate(_listed(geometry.get("coordinates"), place))]
    summary = object_in(properties, "summary")
    numbers = {
        key: bounded.number_of(summary[key], f"{place}.summary.{key}")
        for key in ("speed_m_s", "trigger_m")
        if summary.get(key) is not None
    }
    written = _listed(properties["legs"], place)
    ways = [_corner(point, height_m) for point in line]
    legs = [_leg(leg, ways, f"{place}.legs[{n}]") for n, leg in enumerate(written)]
    if not line or not legs:
        raise BadPlan(Message("plans.geojson.no_legs", place=place))
    sorties = {leg.get("sortie") for leg in written} - {None}
    if len(sorties) > 1:
        raise BadPlan(Message("plans.geojson.several_sorties", place=place, sorties=len(sorties)))
    speed = numbers.get("speed_m_s")
    items = items_of_legs(legs, speed_m_s=speed, trigger_m=numbers.get("trigger_m"))
    return items, Position(lat=line[0].lat, lon=line[0].lon), speed


def _leg(leg: object, ways: Sequence[Waypoint], place: str) -> Leg:
    if not isinstance(leg, dict):
        raise BadPlan(Message("plans.no_object", place=place))
    begin = leg.get("start")
    end = leg.get("end")
    kind = str(leg.get("kind"))
    if not (isinstance(begin, int) and isinstance(end, int) and 0 <= begin < end < len(ways)):
        raise BadPlan(Message("plans.geojson.leg_ends", place=place))
    if kind not in set(LegKind):
        raise BadPlan(Message("plans.geojson.leg_kind", place=place, kind=kind[:40], known=list(LegKind)))
    hold_s = bounded.number_of(leg.get("hold_s", 0.0), f"{place}.hold_s")
    on = leg.get("camera") is True
    return Leg(LegKind(kind), tuple(ways[begin : end + 1]), on, _look(leg.get("look"), f"{place}.look"), hold_s)


def _look(look: object, place: str) -> Look | None:
    if look is None:
        return None
    if isinstance(look, dict) and "pitch_deg" in look:
        return GimbalPitch(bounded.number_of(look["pitch_deg"], f"{place}.pitch_deg"))
    if isinstance(look, dict) and "at" in look:
        return PointOfInterest(_corner(_place(look["at"], f"{place}.at"), 0.0))
    raise BadPlan(Message("plans.geojson.no_look", place=place))


def _corner(point: PathPoint, height_m: float) -> Waypoint:
    if point.alt_m is None:
        return Waypoint(point.lat, point.lon, height_m)
    return Waypoint(point.lat, point.lon, point.alt_m)


def _feature(geometry: dict[str, Any] | None, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(place: Position) -> dict[str, Any]:
    coordinates = [place.lon, place.lat]
    if place.alt_m is not None:
        coordinates.append(place.alt_m)
    return {"type": "Point", "coordinates": coordinates}


def _position(feature: dict[str, Any], place: str) -> Position:
    point = _place((feature["geometry"] or {}).get("coordinates"), f"{place}.geometry.coordinates")
    return Position(lat=point.lat, lon=point.lon, alt_m=point.alt_m)


def _item_feature(number: int, item: MissionItem) -> dict[str, Any]:
    params = [none_for_nan(value) for value in item.params]
    told: dict[str, Any] = {"role": "item", "index": number, "command": int(item.command), "frame": int(item.frame)}
    told |= {"params": params, "autocontinue": item.autocontinue}
    if item.command in HAS_POSITION:
        return _feature({"type": "Point", "coordinates": [item.lon, item.lat, item.alt_m]}, told)
    return _feature(None, told | {"params": [*params, item.lat, item.lon, item.alt_m]})


def _item(feature: dict[str, Any], place: str) -> MissionItem:
    told = feature["properties"]
    geometry = feature["geometry"]
    params = told.get("params")
    wanted = 4
    if geometry is None:
        wanted = 7  # the place is among them
    if not isinstance(params, list) or len(params) != wanted:
        raise BadPlan(Message("plans.geojson.params", place=place, wanted=wanted))
    where = f"{place}.properties.params"
    values = [bounded.number_or_nan(value, f"{where}[{n}]") for n, value in enumerate(params)]
    if geometry is None:
        lat, lon, alt = (zero_for_nan(value) for value in values[4:])
    else:
        point = _place(geometry.get("coordinates"), f"{place}.geometry.coordinates")
        lat = point.lat
        lon = point.lon
        alt = point.alt_m or 0.0
    command, frame = (
        bounded.whole_of(told.get(key), most, f"{place}.properties.{key}")
        for key, most in (("command", 65535), ("frame", 21))
    )
    if geometry is None and command in HAS_POSITION:
        raise BadPlan(f"{place}: command {command} needs a place")
    go_on = told.get("autocontinue") is not False
    p1, p2, p3, p4 = values[:4]
    return MissionItem(command, plain_frame(frame), p1, p2, p3, p4, lat=lat, lon=lon, alt_m=alt, autocontinue=go_on)


def _fence_feature(area: FenceArea) -> dict[str, Any]:
    told: dict[str, Any] = {"role": "fence", "inclusion": area.inclusion}
    ring = [[lon, lat] for lat, lon in area.corners]
    if area.radius_m is not None:
        return _feature({"type": "Point", "coordinates": ring[0]}, told | {"radius_m": area.radius_m})
    return _feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, told)


def _fence(feature: dict[str, Any], place: str) -> FenceArea:
    geometry = feature["geometry"] or {}
    inclusion = feature["properties"].get("inclusion", True) is not False
    coordinates = geometry.get("coordinates")
    where = f"{place}.geometry.coordinates"
    if geometry.get("type") == "Point":
        radius = bounded.number_of(feature["properties"].get("radius_m"), f"{place}.properties.radius_m")
        point = _place(coordinates, where)
        return fence_area([(point.lat, point.lon)], place, inclusion=inclusion, radius_m=radius)
    if geometry.get("type") != "Polygon" or not isinstance(coordinates, list) or len(coordinates) != 1:
        raise BadPlan(Message("plans.geojson.fence", place=place))
    ring = [_place(value, f"{where}[0][{n}]") for n, value in enumerate(_listed(coordinates[0], where))]
    return fence_area([(point.lat, point.lon) for point in ring], place, inclusion=inclusion)
