"""Which leg of its route a drone was on at each moment, and where its camera looked. Pure; flat metres."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
OFF_ROUTE_M = 15.0
"""Farther than this from its leg a drone is not on it, and no picture of the plan is taken there."""
STRAIGHT_DOWN = -90.0
BEAD_M = 4.0
MOST_BEADS = 2000
"""A route is laid out as places so far apart; farther where there would be more of them than that."""
OFF = frozenset({"transit", "climb"})
"""Kinds of legs that are flown for no pictures, wherever the camera happens to look."""


@dataclass(frozen=True)
class FlownLeg:
    """A leg as it was planned."""

    points: Floats
    """East, north, metres above home; shape (n, 3)."""
    camera: bool
    """Whether the camera is on it for the zone."""
    pitch_deg: float = STRAIGHT_DOWN
    at: tuple[float, float, float] | None = None
    """The place looked at, east, north, up; None: ahead at `pitch_deg`."""

    def look(self, place: Floats, heading_deg: float) -> tuple[float, float]:
        """Yaw and pitch of the camera in degrees from `place` (east, north, metres above home)."""
        if self.at is None:
            return heading_deg, self.pitch_deg
        east, north, up = np.array(self.at) - place
        yaw = math.degrees(math.atan2(east, north)) % 360
        return yaw, math.degrees(math.atan2(up, math.hypot(east, north)))


def match(places: Floats, legs: Sequence[FlownLeg]) -> tuple[NDArray[np.int64], Floats]:
    """For each of `places` (shape (n, 3)) the number of its leg and the metres to it, over ground.

    A route is flown in order, so of all ways to lay the places along it that never go back it is the one with the
    least sum of distances (dynamic time warping: Sakoe and Chiba, 1978). An out and a back over one line stay apart.
    """
    along, numbers = _beads(legs)
    apart = np.linalg.norm(places[:, None] - along, axis=2)
    came_from = np.zeros(apart.shape, dtype=np.int32)
    order = np.arange(len(along), dtype=np.int32)
    cost = apart[0]
    for row in range(1, len(places)):
        best = np.minimum.accumulate(cost)
        came_from[row] = np.maximum.accumulate(np.where(cost == best, order, 0))
        cost = best + apart[row]
    chosen = np.zeros(len(places), dtype=np.int64)
    chosen[-1] = int(np.argmin(cost))
    for row in range(len(places) - 1, 0, -1):
        chosen[row - 1] = came_from[row, chosen[row]]
    return numbers[chosen], np.linalg.norm((places - along[chosen])[:, :2], axis=1)


def _beads(legs: Sequence[FlownLeg]) -> tuple[Floats, NDArray[np.int64]]:
    """Places along the legs, never far from each other, and of which leg each is."""
    length = sum(float(np.linalg.norm(np.diff(leg.points, axis=0), axis=1).sum()) for leg in legs)
    spacing = max(BEAD_M, length / MOST_BEADS)
    places = []
    numbers = []
    for number, leg in enumerate(legs):
        for begins, ends in pairwise(leg.points):
            parts = np.linspace(0, 1, max(2, math.ceil(float(np.linalg.norm(ends - begins)) / spacing) + 1))
            places.append(begins + parts[:, None] * (ends - begins))
            numbers += [number] * len(parts)
    return np.concatenate(places), np.array(numbers)


def legs_of(feature: dict[str, Any], to_metres: Any) -> list[FlownLeg]:
    """The legs of a route's GeoJSON Feature (`mission.plans.geojson`); `to_metres` takes latitude and longitude."""
    line = [(*to_metres(lat, lon), height) for lon, lat, height in feature["geometry"]["coordinates"]]
    legs = []
    for leg in feature["properties"].get("legs", []):
        points = np.array(line[leg["start"] : leg["end"] + 1], dtype=np.float64)
        look = leg.get("look") or {}
        at = None
        if "at" in look:
            lon, lat, height = look["at"]
            at = (*to_metres(lat, lon), height)
        on = bool(leg.get("camera", leg["kind"] == "transect")) or bool(look)
        legs.append(FlownLeg(points, on and leg["kind"] not in OFF, look.get("pitch_deg", STRAIGHT_DOWN), at))
    return legs
