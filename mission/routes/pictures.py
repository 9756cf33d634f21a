"""Where pictures are taken along a flight, and the ground that each of them shows. Counts nothing: see `image_count`.

Pinhole camera without roll (Kraus, Photogrammetry, 2nd ed., section 3.1); its long side lies across the line of sight.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mission.ground import FlatTerrain, Terrain
from mission.routes.cameras import Camera
from mission.routes.route import GimbalPitch, Leg, Waypoint
from telemetry.geometry.footprints import ground_corners
from telemetry.positions import LocalFrame

Floats = NDArray[np.float64]
STRAIGHT_DOWN_DEG = -90.0
TERRAIN_ROUNDS = 2
"""How often the corners of a picture are moved to where the ground is as high as it is there."""


@dataclass(frozen=True)
class Pictures:
    """Pictures in the order in which they are taken; every array has shape (n)."""

    lat: Floats
    """Degrees north."""
    lon: Floats
    """Degrees east."""
    amsl_m: Floats
    """Metres above the sea, by the same ground as the terrain's."""
    heading_deg: Floats
    """Where the top of the picture points, clockwise from north."""
    pitch_deg: Floats
    """Up from the horizon; -90 is straight down."""

    def __len__(self) -> int:
        """How many."""
        return len(self.lat)

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[float]]) -> "Pictures":
        """Of rows of (lat, lon, amsl_m, heading_deg, pitch_deg)."""
        return cls(*np.array(rows, dtype=np.float64).reshape(-1, 5).T)

    @classmethod
    def joined(cls, parts: "Sequence[Pictures]") -> "Pictures":
        """Those of several flights."""
        names = ("lat", "lon", "amsl_m", "heading_deg", "pitch_deg")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def heading_between(begin: tuple[float, float], end: tuple[float, float]) -> float:
    """Degrees clockwise from north of the way between two (lat, lon)."""
    east, north = LocalFrame(*begin).to_metres(*end)
    return math.degrees(math.atan2(east, north)) % 360


def pictures_of_legs(legs: Sequence[Leg], trigger_m: float, base_m: float = 0.0) -> Pictures:
    """Pictures of a route: one where the camera is turned on and one every `trigger_m` metres over ground after it.

    `base_m` is home, metres above the sea. The vehicle faces the way it flies; a leg that looks at a place is left
    out, its pictures map nothing.
    """
    rows: list[tuple[float, float, float, float, float]] = []
    to_next = 0.0
    was_on = False
    for leg in legs:
        if not leg.camera or not isinstance(leg.look, GimbalPitch | None):
            was_on = False
            continue
        if not was_on:
            to_next = 0.0
            was_on = True
        pitch = STRAIGHT_DOWN_DEG
        if leg.look is not None:
            pitch = leg.look.deg
        for begin, end in zip(leg.points, leg.points[1:], strict=False):
            length = math.hypot(*LocalFrame(*begin.place).to_metres(*end.place))
            rows += _along(begin, end, length, to_next, trigger_m, base_m, pitch)
            taken = 0 if to_next > length else math.floor((length - to_next) / trigger_m) + 1
            to_next += taken * trigger_m - length
    return Pictures.of_rows(rows)


def _along(
    begin: Waypoint, end: Waypoint, length: float, first: float, step: float, base_m: float, pitch: float
) -> list[tuple[float, float, float, float, float]]:
    """One row a picture between two corners, the first one `first` metres on."""
    if length <= 0 or first > length:
        return []
    heading = heading_between(begin.place, end.place)
    parts = np.arange(first, length + 1e-9, step) / length
    places = np.array(begin) + parts[:, None] * (np.array(end) - np.array(begin))
    return [(lat, lon, base_m + height, heading, pitch) for lat, lon, height in places.tolist()]


def footprints(pictures: Pictures, camera: Camera, terrain: Terrain, frame: LocalFrame) -> Floats:
    """(n, 4, 2) metres in `frame`: the corners of the ground that each picture shows, over the terrain.

    Between the corners the ground is taken to be even. Raises BadInput where the terrain is not known.
    """
    per_degree = frame.metres_per_degree
    middle = np.stack(
        [(pictures.lon - frame.lon) * per_degree.east_m, (pictures.lat - frame.lat) * per_degree.north_m], axis=1
    )[:, None]
    slopes = camera.half_width, camera.half_height
    ground = terrain.heights_m(pictures.lat, pictures.lon)
    seen = middle + ground_corners(*slopes, pictures.amsl_m - ground, pictures.heading_deg, pictures.pitch_deg)
    if isinstance(terrain, FlatTerrain):
        return seen
    for _ in range(TERRAIN_ROUNDS):
        known = np.isfinite(seen).all(axis=(1, 2))
        lats = frame.lat + seen[known, :, 1] / per_degree.north_m
        lons = frame.lon + seen[known, :, 0] / per_degree.east_m
        heights = pictures.amsl_m[known, None] - terrain.heights_m(lats, lons)
        seen[known] = middle[known] + ground_corners(
            *slopes, heights, pictures.heading_deg[known], pictures.pitch_deg[known]
        )
    return seen
