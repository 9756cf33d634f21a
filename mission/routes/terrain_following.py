"""Heights above the ground: measured along a route, and kept by following the terrain. Reads no terrain file."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely

from mission.ground import FlatTerrain, Terrain
from mission.routes.energy import Floats
from mission.routes.route import Leg, Waypoint
from telemetry.positions import LocalFrame
from telemetry.vehicles import Airframe

SAMPLE_M = 10.0
"""The ground is looked at at least this often along a route."""
TOLERANCE_M = 1.0
"""Corners are left out as long as the height between those that stay is right to this much."""


def heights_above_ground(legs: Sequence[Leg], terrain: Terrain, base_m: float) -> Floats:
    """Metres above ground along `legs`, at every corner and at least every 10 m.

    `base_m` is the ground at home, metres above the sea. Raises what `terrain` raises where it is not known.
    """
    line = [point for leg in legs for point in leg.points]
    if isinstance(terrain, FlatTerrain):
        return np.array([point.height_m for point in line])
    lats, lons, heights = np.concatenate([_samples(a, b) for a, b in pairwise(line)]).T
    above: Floats = base_m + heights - terrain.heights_m(lats, lons)
    return above


def followed(
    legs: Sequence[Leg], terrain: Terrain, base_m: float, airframe: Airframe, speed_m_s: float
) -> tuple[Leg, ...]:
    """`legs`, whose heights are metres above ground, with corners added so that they stay so; heights above home.

    Never lower than asked by more than `TOLERANCE_M`; higher only before ground that rises, or after ground that
    falls, more steeply than `airframe` does at `speed_m_s`.
    """
    segments = [pair for leg in legs for pair in pairwise(leg.points)]
    sampled = [_samples(a, b) for a, b in segments]
    lats, lons, above = np.concatenate(sampled).T
    heights = terrain.heights_m(lats, lons) - base_m + above
    frame = LocalFrame(segments[0][0].lat, segments[0][0].lon)
    corners = np.array([frame.to_metres(lat, lon) for lat, lon in zip(lats, lons, strict=True)])
    steps = np.linalg.norm(np.diff(corners, axis=0), axis=1)
    heights = _gentle(heights, steps, airframe.climb_m_s / speed_m_s, airframe.descent_m_s / speed_m_s)
    ends = np.cumsum([len(samples) for samples in sampled])
    lines = [_needed(samples, part) for samples, part in zip(sampled, np.split(heights, ends[:-1]), strict=True)]
    return tuple(replace(leg, points=_chained(lines, leg)) for leg in legs)


def _samples(a: Waypoint, b: Waypoint) -> Floats:
    """(lat, lon, height) from `a` to `b`, both included, shape (n, 3)."""
    frame = LocalFrame(a.lat, a.lon)
    apart = float(np.hypot(*frame.to_metres(*b.place)))
    return np.linspace(a, b, max(1, math.ceil(apart / SAMPLE_M)) + 1)


def _gentle(heights: Floats, steps: Floats, up: float, down: float) -> Floats:
    """`heights` raised where they would rise or fall more than `up` or `down` a metre flown."""
    gentle = heights.copy()
    for i in range(len(steps) - 1, -1, -1):
        gentle[i] = max(gentle[i], gentle[i + 1] - up * steps[i])
    for i, step in enumerate(steps):
        gentle[i + 1] = max(gentle[i + 1], gentle[i] - down * step)
    return gentle


def _needed(samples: Floats, heights: Floats) -> list[Waypoint]:
    """The corners between which the heights are straight enough (Douglas and Peucker, 1973)."""
    # Stretched along, so that the distance to the line is the difference in height.
    profile = shapely.LineString(np.column_stack([1e4 * np.arange(len(heights)), heights]))
    kept = shapely.get_coordinates(profile.simplify(TOLERANCE_M, preserve_topology=False))[:, 0] / 1e4
    return [
        Waypoint(round(float(lat), 7), round(float(lon), 7), round(float(height), 2))
        for (lat, lon, _), height in ((samples[i], heights[i]) for i in np.rint(kept).astype(int))
    ]


def _chained(lines: list[list[Waypoint]], leg: Leg) -> tuple[Waypoint, ...]:
    """The corners of the next segments, as many as `leg` has, taken off the front of `lines`."""
    mine = [lines.pop(0) for _ in leg.points[1:]]
    return (mine[0][0], *(point for line in mine for point in line[1:]))
