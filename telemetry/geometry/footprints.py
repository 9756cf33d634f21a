"""The ground that a camera sees from above: level ground, a picture without roll. Knows no unit and no terrain."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from telemetry.geometry.polygons import polygon_of
from telemetry.geometry.rays import Direction, half_width_of, ray
from telemetry.positions import LocalFrame, Point

Floats = NDArray[np.float64]
FLATTEST_DEG = 10.0
"""Ground that is seen flatter than this below the horizon is too far and too foreshortened to count as seen."""
LEVEL_DEG = 0.0
WIDEST_DEG = 170.0
"""A wider field of view is no pinhole camera's."""
VIDEO_ASPECT = 16 / 9
"""Width of a picture to its height, where nothing else is known of the camera."""


def ground_corners(
    half_width: float, half_height: float, height_m: Floats, heading_deg: Floats, pitch_deg: Floats
) -> Floats:
    """(n, 4, 2) metres east and north from below the camera to the corners of the ground seen, going round.

    `half_width` and `half_height` are the slopes of the picture's edges from its axis: half the sensor over the focal
    length. `height_m` is above the ground, shape (n) or (n, 4) for ground that differs from corner to corner;
    `heading_deg` is where the top of the picture points, clockwise from north, `pitch_deg` up from the horizon. Not a
    number where no ground is seen: the camera is on the ground, or looks above it.
    """
    if height_m.ndim == 1:
        height_m = height_m[:, None]
    heights = np.broadcast_to(height_m, (len(heading_deg), 4))
    highest = np.minimum(half_height, _highest_slope(pitch_deg))
    right = np.array([-half_width, half_width, half_width, -half_width])
    low = np.full_like(highest, -half_height)
    up = np.stack([low, low, highest, highest], axis=1)
    north, east, down = ray(heading_deg[:, None], pitch_deg[:, None], LEVEL_DEG, Direction(right, -up))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = heights / down
        corners = np.stack([scale * east, scale * north], axis=2)
    nothing = (highest <= -half_height) | (heights <= 0).any(axis=1)
    return np.where(nothing[:, None, None], np.nan, corners)


def _highest_slope(pitch_deg: ArrayLike) -> Floats:
    """The slope up from the axis at which the ground is seen at `FLATTEST_DEG`; endless where none is so flat."""
    down = np.radians(np.negative(pitch_deg))
    flattest = math.tan(math.radians(FLATTEST_DEG))
    sin = np.sin(down)
    cos = np.cos(down)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (sin - flattest * cos) / (cos + flattest * sin)
    return np.where(cos + flattest * sin > 1e-9, slope, np.inf)


def footprint(
    camera: Point,
    *,
    height_m: float,
    yaw_deg: float,
    pitch_deg: float,
    hfov_deg: float,
    aspect: float = VIDEO_ASPECT,
) -> dict[str, Any] | None:
    """The ground that a camera above it sees, as a GeoJSON polygon; None when it sees none.

    `height_m` is above the ground, `yaw_deg` clockwise from true north, `pitch_deg` -90 straight down, `hfov_deg`
    across the picture, `aspect` its width to its height.
    """
    if hfov_deg > WIDEST_DEG:
        return None
    half_width = half_width_of(hfov_deg)
    said = (np.array([value]) for value in (height_m, yaw_deg, pitch_deg))
    corners = ground_corners(half_width, half_width / aspect, *said)[0]
    if not np.isfinite(corners).all():
        return None
    return polygon_of([(east, north) for east, north in corners.tolist()], LocalFrame(camera.lat, camera.lon))
