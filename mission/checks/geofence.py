"""Does the geofence hold the whole path with its buffer, and the vehicle's way home from anywhere on it?"""

import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from mission.formats.document import FenceArea
from mission.zones.geometry import to_metres
from telemetry.messages import Message
from telemetry.positions import LocalFrame

CHECK = "geofence"
RULE = Message("checks.geofence.rule")


def check(inputs: Inputs) -> list[Verdict]:
    """Every inclusion holds the operational volume and the returns; no exclusion touches them."""
    numbers = {"areas": len(inputs.fence), "contingency_m": inputs.policy.contingency_m}
    if not inputs.fence:
        said = Message("checks.geofence.none")
        return [Verdict(CHECK, Level.WARN, RULE, said, Message("checks.geofence.add"), numbers)]
    frame = LocalFrame(inputs.profile.home.lat, inputs.profile.home.lon)
    path = shapely.union_all([to_metres(volume.footprint, frame) for volume in inputs.volumes])
    returns = _returns(inputs, frame)
    found = []
    for number, area in enumerate(inputs.fence, start=1):
        outline = _outline(area, frame)
        if outline is None:
            said = Message("checks.geofence.crossed", number=number)
            found.append(Verdict(CHECK, Level.BLOCK, RULE, said, Message("checks.geofence.draw_again"), numbers))
            continue
        for what, shape in ((Message("checks.geofence.path"), path), (Message("checks.geofence.way_home"), returns)):
            fault = _fault(area, outline, shape, what, number)
            if fault is not None:
                found.append(Verdict(CHECK, Level.BLOCK, RULE, fault, Message("checks.geofence.widen"), numbers))
    if found:
        return found
    said = Message("checks.geofence.agrees", count=len(inputs.fence))
    return [Verdict(CHECK, Level.PASS, RULE, said, None, numbers)]


def _fault(area: FenceArea, outline: BaseGeometry, shape: BaseGeometry, what: Message, number: int) -> Message | None:
    if area.inclusion:
        outside = shape.difference(outline)
        if outside.is_empty:
            return None
        corners = shapely.points(shapely.get_coordinates(outside))
        out_m = shapely.distance(outline, corners).max()
        return Message("checks.geofence.reaches", what=what, out_m=out_m, number=number)
    if not shape.intersects(outline):
        return None
    return Message("checks.geofence.touches", what=what, number=number)


def _returns(inputs: Inputs, frame: LocalFrame) -> BaseGeometry:
    """Every point from which a vehicle may turn straight home: what lies between the path and home."""
    points = [frame.to_metres(place.lat, place.lon) for s in inputs.profile.segments for place in (s.begins, s.ends)]
    home = (0.0, 0.0)
    swept: list[BaseGeometry] = [MultiPoint([*points, home]).buffer(0.01)]
    for start, end in zip(points[::2], points[1::2], strict=True):
        hull = MultiPoint([start, end, home]).convex_hull
        swept.append(hull.buffer(0.01))
    return shapely.union_all(swept)


def _outline(area: FenceArea, frame: LocalFrame) -> BaseGeometry | None:
    corners = [frame.to_metres(lat, lon) for lat, lon in area.corners]
    if area.radius_m is not None:
        if not corners or area.radius_m <= 0:
            return None
        return Point(corners[0]).buffer(area.radius_m, quad_segs=64)
    if len(corners) < 3:
        return None
    outline = Polygon(corners)
    if not outline.is_valid:
        return None
    return outline
