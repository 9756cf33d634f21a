"""A world made for the purpose: true poses, what they would measure, and where things really are."""

import numpy as np

from telemetry.logs.table import TableBuilder, TelemetryTable
from telemetry.positions import LocalFrame
from vision.ground.lens import Lens
from vision.ground.pose import Pose, Spread, seen_from

LAT, LON = 56.6234, 23.2789
"""Dobele."""
FRAME = LocalFrame(LAT, LON)


def measured(true: Pose, rng: np.random.Generator, *, yaw_bias_deg: float) -> Pose:
    """What the instruments say of a pose, with the errors that its spread tells of."""
    s: Spread = true.spread
    east, north = FRAME.to_metres(true.lat, true.lon)
    lat, lon = FRAME.to_degrees(east + rng.normal(0, s.horizontal_m), north + rng.normal(0, s.horizontal_m))
    return Pose(
        lat,
        lon,
        true.alt_m + rng.normal(0, s.height_m),
        true.yaw_deg + yaw_bias_deg + rng.normal(0, s.yaw_deg),
        true.pitch_deg + rng.normal(0, s.pitch_deg),
        true.roll_deg + rng.normal(0, s.roll_deg),
        s,
    )


def in_picture(pose: Pose, lens: Lens, lat: float, lon: float, height_m: float = 0.0) -> tuple[float, float] | None:
    """Where a thing comes to lie in the picture; None when it is not in it."""
    east, north = LocalFrame(pose.lat, pose.lon).to_metres(lat, lon)
    seen = seen_from(pose, north, east, height_m - pose.alt_m)
    if seen is None:
        return None
    x, y = lens.point(*seen)
    return (float(x), float(y)) if 0 <= x <= 1 and 0 <= y <= 1 else None


def flown_north(**columns: float) -> TelemetryTable:
    """Ten seconds northwards at 5 m/s, 60 m up, a row a second; `columns` are the same in every row."""
    seconds = np.arange(11)
    table = TableBuilder((1_700_000_000_000_000 + seconds * 1_000_000).astype(np.int64))
    table.put("lat", LAT + seconds * 5 / FRAME.metres_per_degree.north_m)
    table.put("lon", np.full(11, LON))
    for name, value in ({"height_m": 60.0} | columns).items():
        table.put(name, np.full(11, value))
    return table.build("made log", utc=True, intact=11, lost=0)
