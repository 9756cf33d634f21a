"""What a camera watches when only its stand, its direction and its range are known. Knows no ground and no pitch."""

import math
from typing import Any

from telemetry.geometry.polygons import polygon_of
from telemetry.positions import LocalFrame, Point, Position, moved

ARC_STEP_DEG = 6.0
"""Degrees between two corners of the far edge of a sector."""
FEWEST_STEPS = 6
CIRCLE_DEG = 360.0


def view_sector(stand: Point, *, azimuth_deg: float, hfov_deg: float, range_m: float) -> dict[str, Any]:
    """What a camera at `stand` watches, as a GeoJSON polygon: a sector that begins at the camera, or a circle round it.

    `azimuth_deg` is the middle, clockwise from true north.
    """
    width_deg = min(hfov_deg, CIRCLE_DEG)
    steps = max(FEWEST_STEPS, math.ceil(width_deg / ARC_STEP_DEG))
    bearings = [azimuth_deg - width_deg / 2 + width_deg * step / steps for step in range(steps + 1)]
    arc = [
        (range_m * math.sin(math.radians(bearing)), range_m * math.cos(math.radians(bearing))) for bearing in bearings
    ]
    outline = [(0.0, 0.0), *arc]
    if width_deg == CIRCLE_DEG:
        outline = arc[:-1]  # it ends where it begins
    return polygon_of(outline, LocalFrame(stand.lat, stand.lon))


VIEW_FRACTION = 0.6
"""Where along its range a camera is taken to look when it is only known that it saw something."""


def middle_of_view(stand: Position, *, azimuth_deg: float, hfov_deg: float, range_m: float) -> Position:
    """The middle of what a camera at `stand` watches, at 60 % of its range.

    Two sigma of its accuracy reach the farthest point of the field of view (a corner of the sector or the camera).
    """
    along = VIEW_FRACTION * range_m
    azimuth = math.radians(azimuth_deg)
    half = math.radians(min(hfov_deg, 360.0) / 2)
    corner = math.sqrt(along**2 + range_m**2 - 2 * along * range_m * math.cos(half))
    middle = moved(stand, east_m=along * math.sin(azimuth), north_m=along * math.cos(azimuth))
    return Position(lat=middle.lat, lon=middle.lon, accuracy_m=max(along, corner) / 2)
