"""A survey of this program as a survey that QGroundControl edits: its settings with our items stored in it.

QGroundControl flies the stored items until a setting is changed; then it draws the lines anew by its own rule.
Keys: QGroundControl src/MissionManager/SurveyComplexItem.cc (version 5), TransectStyleComplexItem.cc, CameraCalc.cc.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mission.formats.document import Entry
from mission.formats.qgc import survey
from mission.formats.qgc.items import document_items
from mission.routes.cameras import Camera
from telemetry.positions import LocalFrame
from telemetry.transfer.mission_items import Command, MissionItem

MANUAL = "Manual (no camera specs)"
CUSTOM = "Custom Camera"
"""Names of QGroundControl's for no camera and for one that is not in its list."""


@dataclass(frozen=True)
class SurveySettings:
    """What QGroundControl keeps of a survey. Lengths in metres."""

    corners: tuple[tuple[float, float], ...]
    """(lat, lon) degrees of the area, the first not repeated."""
    angle_deg: float
    """Of the lines, clockwise from north, 0..180."""
    height_m: float
    """Above home."""
    spacing_m: float
    trigger_m: float
    """0 for no pictures."""
    lead_m: float
    """What each line goes on beyond the area."""
    crosshatch: bool
    photos: int
    camera: Camera | None
    """None where no pictures are taken."""


def survey_entry(items: Sequence[MissionItem], settings: SurveySettings) -> Entry:
    """The entry of a .plan file that stands for `items`, which fly the survey and nothing else."""
    frame = LocalFrame(*settings.corners[0])
    points = [item for item in items if item.command == Command.WAYPOINT]
    switches = [item for item in items if item.command == Command.CAMERA_TRIGGER_DISTANCE]
    document: dict[str, Any] = {
        "type": "ComplexItem",
        "complexItemType": "survey",
        "version": 5,
        "angle": round(settings.angle_deg - 180 if settings.angle_deg > 90 else settings.angle_deg, 4),
        "entryLocation": 0,
        "flyAlternateTransects": False,
        "splitConcavePolygons": False,
        "polygon": [list(corner) for corner in settings.corners],
        "TransectStyleComplexItem": {
            "version": 1,
            "CameraCalc": _camera_calc(settings),
            "CameraShots": settings.photos,
            "CameraTriggerInTurnAround": len(switches) <= 2,
            "FollowTerrain": False,
            "HoverAndCapture": False,
            "Refly90Degrees": settings.crosshatch,
            "TurnAroundDistance": round(settings.lead_m, 2),
            "VisualTransectPoints": [[point.lat, point.lon] for point in points],
            "Items": document_items(items),
        },
    }
    start = frame.to_metres(points[0].lat, points[0].lon)
    document["entryLocation"] = min(
        range(4), key=lambda entry: _begins_from(document | {"entryLocation": entry}, start)
    )
    return Entry(document, tuple(items))


def _begins_from(document: dict[str, Any], start: tuple[float, float]) -> float:
    """Metres from where QGroundControl would begin to `start`."""
    frame = LocalFrame(*document["polygon"][0])
    first = survey.expand(document, "the survey")[0]
    return math.dist(frame.to_metres(first.lat, first.lon), start)


def _camera_calc(settings: SurveySettings) -> dict[str, Any]:
    calc: dict[str, Any] = {
        "version": 1,
        "AdjustedFootprintFrontal": round(settings.trigger_m, 4),
        "AdjustedFootprintSide": round(settings.spacing_m, 4),
        "CameraName": MANUAL,
        "DistanceToSurface": settings.height_m,
        "DistanceToSurfaceRelative": True,
    }
    camera = settings.camera
    if camera is None:
        return calc
    across = settings.height_m * camera.sensor_width_mm / camera.focal_mm
    along = settings.height_m * camera.sensor_height_mm / camera.focal_mm
    return calc | {
        "CameraName": CUSTOM,
        "FixedOrientation": False,
        "FocalLength": camera.focal_mm,
        "FrontalOverlap": round(100 * (1 - settings.trigger_m / along), 2),
        "ImageDensity": round(100 * across / camera.image_width_px, 4),
        "ImageHeight": camera.image_height_px,
        "ImageWidth": camera.image_width_px,
        "Landscape": True,
        "MinTriggerInterval": camera.min_trigger_s,
        "SensorHeight": camera.sensor_height_mm,
        "SensorWidth": camera.sensor_width_mm,
        "SideOverlap": round(100 * (1 - settings.spacing_m / across), 2),
        "ValueSetIsDistance": True,
    }
