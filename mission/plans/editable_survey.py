"""Whether a planned survey can be given to QGroundControl as one of its own surveys, and as which. Writes no file."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from shapely import Polygon

from mission.formats.document import Entry, PlanFile
from mission.formats.qgc.survey_document import SurveySettings, survey_entry
from mission.routes.cameras import Camera, camera_named
from mission.routes.survey import SurveyRequest, surveyed_area
from mission.zones.geometry import local_frame, to_degrees, to_metres
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import Command, MissionItem

SURVEY = "survey"
"""The pattern that can become one."""
LEANING_DEG = 3.0
"""Lines that lean by more are not those that QGroundControl would draw."""
SAME_HEIGHT_M = 0.05
Place = tuple[float, float]
"""(lat, lon) degrees."""


@dataclass(frozen=True)
class PlannedSurvey:
    """A survey as it was planned."""

    area: Polygon
    """As it was drawn, (longitude, latitude) degrees."""
    request: SurveyRequest
    camera: Camera
    items: tuple[MissionItem, ...]
    lines: tuple[tuple[Place, Place], ...]
    """Begin and end of every line that is flown for its pictures."""
    summary: dict[str, Any]
    """As `Summary.as_json`."""
    is_sortie: bool
    """Whether it is one flight of several."""


def editable(planned: PlannedSurvey) -> tuple[Entry | None, Message | None]:
    """The entry of a .plan file, or why there is none."""
    if planned.is_sortie:
        return None, Message("plans.no_pattern.sortie")
    if planned.area.interiors:
        return None, Message("plans.no_pattern.hole")
    frame = local_frame(planned.area)
    surveyed = surveyed_area(to_metres(planned.area, frame), planned.request)
    span = _span(planned.items)
    points = [item for item in span if item.command == Command.WAYPOINT]
    if len(points) < 2:
        return None, Message("plans.no_pattern.no_lines")
    if max(point.alt_m for point in points) - min(point.alt_m for point in points) > SAME_HEIGHT_M:
        return None, Message("plans.no_pattern.terrain")
    angle = float(planned.summary["angle_deg"])
    if not _parallel(planned, angle, frame):
        return None, Message("plans.no_pattern.directions")
    corners = shapely.get_coordinates(to_degrees(surveyed, frame).exterior)[:-1]
    settings = SurveySettings(
        corners=tuple((float(lat), float(lon)) for lon, lat in corners.round(9)),
        angle_deg=angle,
        height_m=points[0].alt_m,
        spacing_m=float(planned.summary["spacing_m"]),
        trigger_m=float(planned.summary["trigger_m"] or 0),
        lead_m=_beyond(planned.lines, surveyed, frame),
        crosshatch=planned.request.crosshatch,
        photos=int(planned.summary["photos"]),
        camera=None if planned.request.without_camera else planned.camera,
    )
    return survey_entry(span, settings), None


def with_editable_survey(
    plan: PlanFile,
    area: Polygon,
    wishes: Mapping[str, Any],
    route: dict[str, Any],
    cameras: dict[str, Camera] | None = None,
    *,
    is_sortie: bool,
) -> PlanFile:
    """The plan with its survey as a pattern that QGroundControl edits, or with the reason why it is none."""
    entry, no_pattern = editable(planned_survey(area, wishes, plan.items, route, cameras, is_sortie=is_sortie))
    if entry is None:
        return replace(plan, patterns=(), no_pattern=no_pattern)
    return replace(plan, patterns=(entry,), no_pattern=no_pattern)


def planned_survey(
    area: Polygon,
    wishes: Mapping[str, Any],
    items: Sequence[MissionItem],
    route: dict[str, Any],
    cameras: dict[str, Camera] | None = None,
    *,
    is_sortie: bool,
) -> PlannedSurvey:
    """Of what a plan keeps: its area, its wishes and its route as `route_feature` writes it."""
    request = SurveyRequest.model_validate(
        {name: value for name, value in wishes.items() if name in SurveyRequest.model_fields and value is not None}
    )
    corners = [(lat, lon) for lon, lat, *_ in route["geometry"]["coordinates"]]
    lines = tuple(
        (corners[leg["start"]], corners[leg["end"]]) for leg in route["properties"]["legs"] if leg["kind"] == "transect"
    )
    camera = camera_named(request.camera, cameras)
    return PlannedSurvey(area, request, camera, tuple(items), lines, route["properties"]["summary"], is_sortie)


def _span(items: Sequence[MissionItem]) -> Sequence[MissionItem]:
    """The items that fly the survey: from the point where its pictures begin to where they end.

    Without pictures from the first point to the last.
    """
    points = [number for number, item in enumerate(items) if item.command == Command.WAYPOINT]
    switches = [number for number, item in enumerate(items) if item.command == Command.CAMERA_TRIGGER_DISTANCE]
    if not points:
        return ()
    if not switches:
        return items[points[0] : points[-1] + 1]
    first = switches[0]
    before = [number for number in points if number < first]
    if before:
        first = before[-1]
    return items[first : switches[-1] + 1]


def _parallel(planned: PlannedSurvey, angle_deg: float, frame: LocalFrame) -> bool:
    """Whether every line lies in the direction of the survey, or across it where it is a crosshatch."""
    shortest = float(planned.summary["spacing_m"])
    whole = 180
    if planned.request.crosshatch:
        whole = 90
    for begin, end in planned.lines:
        (x0, y0), (x1, y1) = frame.to_metres(*begin), frame.to_metres(*end)
        if math.dist((x0, y0), (x1, y1)) < shortest:
            continue
        off = (math.degrees(math.atan2(x1 - x0, y1 - y0)) - angle_deg) % whole
        if min(off, whole - off) > LEANING_DEG:
            return False
    return True


def _beyond(lines: Sequence[tuple[Place, Place]], area: Polygon, frame: LocalFrame) -> float:
    """Metres that lines go on beyond the area: the median of their ends."""
    ends = [shapely.Point(*frame.to_metres(*place)) for line in lines for place in line]
    if not ends:
        return 0.0
    away = sorted(float(area.distance(end)) for end in ends)
    return away[len(away) // 2]
