"""The air a flight may be in and the ground it may fall on: its segments with their buffers. Judges nothing.

Names are SORA 2.5's (annex A): flight geography plus contingency volume is the operational volume; round it lies the
ground risk buffer, by the 1:1 rule as wide as the drone is high.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPoint, Polygon

from mission.airspace.volume import Volume
from mission.checks.anchor import Measured
from mission.checks.policy import Policy
from mission.checks.segments import Profile, Segment
from telemetry.positions import LocalFrame

AT_HOME_M = 1.0
SAMPLE_M = 10.0
"""Terrain is looked at this often along the path."""


@dataclass(frozen=True)
class Samples:
    """The path looked at every `SAMPLE_M` metres or closer: one row a sample, in flying order."""

    segment: NDArray[np.intp]
    """Which segment each belongs to."""
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    amsl_m: NDArray[np.float64]
    ground_m: NDArray[np.float64]
    """Metres above mean sea level."""
    off_ground_m: NDArray[np.float64]
    """Two rows: how much lower (negative) and higher above the ground each may be than `agl_m` says."""

    @property
    def agl_m(self) -> NDArray[np.float64]:
        """Metres above ground, as it is reckoned with."""
        return self.amsl_m - self.ground_m


def samples_of(profile: Profile) -> Samples:
    """The path of `profile` over its terrain. Raises BadInput where the terrain is not known."""
    numbers = []
    lats = []
    lons = []
    highs = []
    offs = []
    for number, segment in enumerate(profile.segments):
        a = segment.begins
        b = segment.ends
        pieces = max(1, int(np.ceil(max(segment.length_m, abs(b.amsl_m - a.amsl_m)) / SAMPLE_M)))
        along = np.linspace(0.0, 1.0, pieces + 1)
        numbers.append(np.full(pieces + 1, number, dtype=np.intp))
        lats.append(a.lat + along * (b.lat - a.lat))
        lons.append(a.lon + along * (b.lon - a.lon))
        highs.append(a.amsl_m + along * (b.amsl_m - a.amsl_m))
        offs.append(np.repeat([off_ground(profile, segment)], pieces + 1, axis=0))
    lat = np.concatenate(lats)
    lon = np.concatenate(lons)
    ground = profile.terrain.heights_m(lat, lon)
    return Samples(np.concatenate(numbers), lat, lon, np.concatenate(highs), ground, np.concatenate(offs).T)


def off_ground(profile: Profile, segment: Segment) -> tuple[float, float]:
    """How much lower (negative) and higher above the ground a segment may be than reckoned, metres.

    Straight up and down at home it goes from the ground that home stands on, wherever that lies.
    """
    kinds = {segment.begins.measured, segment.ends.measured}
    if kinds == {Measured.FROM_HOME} and segment.length_m < AT_HOME_M and _at_home(profile, segment):
        return 0.0, 0.0
    return _widest([profile.anchor.off_ground(kind) for kind in kinds])


def off_sea(profile: Profile, segment: Segment) -> tuple[float, float]:
    """How much lower (negative) and higher above the sea a segment may be than reckoned, metres."""
    return _widest([profile.anchor.off_sea(place.measured) for place in (segment.begins, segment.ends)])


def _widest(offs: list[tuple[float, float]]) -> tuple[float, float]:
    lows, highs = zip(*offs, strict=True)
    return min(lows), max(highs)


def _at_home(profile: Profile, segment: Segment) -> bool:
    frame = LocalFrame(profile.home.lat, profile.home.lon)
    return math.hypot(*frame.to_metres(segment.begins.lat, segment.begins.lon)) < AT_HOME_M


def operational_volumes(profile: Profile, samples: Samples, *, at: datetime, policy: Policy) -> tuple[Volume, ...]:
    """One volume a segment for a take-off at `at`: its flight geography and contingency volume, in absolute time.

    Times reach `late_start_s` beyond the plan, as no flight keeps the second; heights not below the ground.
    """
    ground = _ground_beside(profile, samples, policy.contingency_m)
    frame = LocalFrame(profile.home.lat, profile.home.lon)
    made = []
    for number, segment in enumerate(profile.segments):
        low, high = sorted((segment.begins.amsl_m, segment.ends.amsl_m))
        least, most = off_ground(profile, segment)
        made.append(
            Volume(
                footprint=in_degrees(_track(segment, frame).buffer(policy.contingency_m), frame),
                lower_m=max(low - policy.contingency_height_m, min(low, ground[number][0])),
                upper_m=high + policy.contingency_height_m,
                ground_low_m=ground[number][0] - most,
                ground_high_m=ground[number][1] - least,
                begins=at + timedelta(seconds=segment.start_s),
                ends=at + timedelta(seconds=segment.end_s + policy.late_start_s),
                off_m=off_sea(profile, segment),
            )
        )
    return tuple(made)


def ground_risk_area(profile: Profile, samples: Samples, policy: Policy, *, extra_m: float = 0.0) -> Polygon:
    """The ground a drone may come down on, in (longitude, latitude) degrees: the operational volume and the buffer.

    1:1 rule: as far sideways of the operational volume as the segment is high above ground. `extra_m` widens it.
    """
    frame = LocalFrame(profile.home.lat, profile.home.lon)
    agl = samples.agl_m
    parts = []
    for number, segment in enumerate(profile.segments):
        high = max(0.0, float(agl[samples.segment == number].max())) + policy.contingency_height_m
        parts.append(_track(segment, frame).buffer(policy.contingency_m + high + extra_m))
    whole = shapely.union_all(parts)  # one piece, as each segment begins where the last one ended
    return in_degrees(cast(Polygon, whole), frame)


def _ground_beside(profile: Profile, samples: Samples, aside_m: float) -> list[tuple[float, float]]:
    """Lowest and highest ground below each segment and `aside_m` to all sides of it."""
    frame = LocalFrame(profile.home.lat, profile.home.lon)
    step_lat, step_lon = (np.subtract(frame.to_degrees(aside_m, aside_m), (frame.lat, frame.lon))).tolist()
    heights = [samples.ground_m]
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            if north or east:
                heights.append(profile.terrain.heights_m(samples.lat + north * step_lat, samples.lon + east * step_lon))
    low = np.min(heights, axis=0)
    high = np.max(heights, axis=0)
    return [
        (float(low[samples.segment == n].min()), float(high[samples.segment == n].max()))
        for n in range(len(profile.segments))
    ]


def _track(segment: Segment, frame: LocalFrame) -> LineString | MultiPoint:
    ends = [frame.to_metres(place.lat, place.lon) for place in (segment.begins, segment.ends)]
    if segment.length_m <= 0.01:
        return MultiPoint(ends[:1])
    return LineString(ends)


def in_degrees(shape: Polygon, frame: LocalFrame) -> Polygon:
    """A polygon in metres of `frame` as (longitude, latitude) degrees."""

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        lat, lon = frame.to_degrees(points[:, 0], points[:, 1])  # type: ignore[arg-type]  # works on arrays too
        return np.column_stack([lon, lat])

    return shapely.transform(shape, turn)
