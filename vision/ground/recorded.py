"""A flight's log beside its video: where on the ground is what the video shows at a moment. Analyses no picture."""

import math
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from telemetry.errors import BadInput
from telemetry.geometry.surface import FlatGround, GroundSurface
from telemetry.logs.table import TelemetryTable
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from vision.detection.detector import Box
from vision.ground.lens import Lens
from vision.ground.pose import Pose, Spread
from vision.ground.view import FROM_ABOVE_DEG, CameraView

Floats = NDArray[np.float64]

LONGEST_GAP_S = 3.0
"""Farther from any row of the log than this nothing is placed."""
MOVING_M_S = 2.0
"""From this speed on, a drone whose log tells no heading is taken to fly nose ahead."""
COURSE_SPREAD_DEG = 15.0


@dataclass(frozen=True)
class RecordedWishes:
    """What a log may not tell."""

    hfov_deg: float | None = None
    """Of the camera; goes before what the log says."""
    pitch_deg: float | None = None
    """Where the camera looked all the time, 0 level, -90 straight down; goes before what the log says."""
    ground: GroundSurface | None = None
    """Heights above the sea; without it the ground is flat at the height of the take-off."""
    video_began: datetime | None = None
    """When the video began, UTC, for a log that tells the time and did not begin with it."""


class RecordedFlight:
    """Places what a drone's video shows, by a log that began with the video or tells the time.

    Raises BadInput when the log does not tell what is needed and `wishes` do not either.
    """

    def __init__(self, table: TelemetryTable, wishes: RecordedWishes) -> None:
        self._seconds = (table.time_us - _video_began_us(table, wishes.video_began)) / 1e6
        columns = table.columns
        self._lat = columns["lat"]
        self._lon = columns["lon"]
        self._ground = wishes.ground or FlatGround()
        self._alt = _heights(table, wishes.ground)
        self._hfov = _either(wishes.hfov_deg, columns["hfov_deg"], "hfov")
        self._pitch = _either(wishes.pitch_deg, columns["gimbal_pitch_deg"], "pitch")
        self._roll = np.nan_to_num(columns["gimbal_roll_deg"])
        self._heading, self._heading_spread = _headings(self._seconds, columns["heading_deg"], self._lat, self._lon)
        self._gimbal_yaw = columns["gimbal_yaw_deg"]

    def place(self, seconds: float, box: Box, aspect: float) -> Position | None:
        """Where the object in `box` (fractions of the picture) was on the ground `seconds` into the video.

        `aspect` is the picture's width to its height. None when the log has a gap there or it is over the horizon.
        """
        view = self.view(seconds, aspect)
        if view is None:
            return None
        if not math.isfinite(view.pose.yaw_deg):
            return _below(view)
        return view.place(box)

    def view(self, seconds: float, aspect: float) -> CameraView | None:
        """How the picture `seconds` into the video was taken; its yaw is NaN where nobody knows it. None in a gap."""
        row = int(np.argmin(np.abs(self._seconds - seconds)))
        if abs(self._seconds[row] - seconds) > LONGEST_GAP_S:
            return None
        pose = self._pose(row)
        hfov = float(self._hfov[row])
        if not all(math.isfinite(value) for value in (pose.alt_m, pose.pitch_deg, hfov)):
            return None
        return CameraView(pose, Lens(hfov_deg=hfov, aspect=aspect), self._ground)

    @property
    def from_above(self) -> bool:
        """Whether its camera looked down most of the time."""
        return bool(np.nanmedian(self._pitch) < FROM_ABOVE_DEG)

    def _pose(self, row: int) -> Pose:
        heading = float(self._heading[row])
        pitch = float(self._pitch[row])
        roll = float(self._roll[row])
        yaw = float(self._gimbal_yaw[row])
        if not math.isfinite(yaw):
            yaw = heading
        spread = replace(Spread(), yaw_deg=max(Spread.yaw_deg, float(self._heading_spread[row])))
        return Pose(float(self._lat[row]), float(self._lon[row]), float(self._alt[row]), yaw, pitch, roll, spread)


def _below(view: CameraView) -> Position | None:
    """Somewhere in the picture: all that is known of a camera looking down whose direction nobody tells."""
    pose = view.pose
    height = pose.alt_m - float(view.ground.heights_m([pose.lat], [pose.lon])[0])
    if not view.from_above or height <= 0:
        return None
    reach = max(height * view.lens.half_width / 2, pose.spread.horizontal_m)
    return Position(lat=pose.lat, lon=pose.lon, accuracy_m=reach)


def _video_began_us(table: TelemetryTable, video_began: datetime | None) -> int:
    if video_began is None:
        return int(table.time_us[0])
    if not table.utc:
        raise BadInput(Message("ground.log_without_utc", format=table.format))
    return round(video_began.timestamp() * 1e6)


def _heights(table: TelemetryTable, ground: GroundSurface | None) -> Floats:
    """Metres above what the ground's heights count from."""
    above_start = table.columns["height_m"]
    above_sea = table.columns["alt_m"]
    if np.isfinite(above_start).any():
        if ground is None:
            return above_start
        start = float(ground.heights_m(table.columns["lat"][:1], table.columns["lon"][:1])[0])
        return above_start + start
    if np.isfinite(above_sea).any():
        if ground is not None:
            return above_sea
        return above_sea - np.nanmin(above_sea)
    raise BadInput(Message("ground.log_without_height", format=table.format))


def _headings(seconds: Floats, told: Floats, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Degrees from north and their spread; from the course over ground where the log tells none and it moves."""
    if np.isfinite(told).any():
        return told, np.zeros(len(told))
    frame = LocalFrame(float(lat[0]), float(lon[0]))
    if len(seconds) < 2:
        return np.full(1, np.nan), np.zeros(1)
    east = (lon - frame.lon) * frame.metres_per_degree.east_m
    north = (lat - frame.lat) * frame.metres_per_degree.north_m
    # Over about two seconds: single steps of a receiver are noise.
    before = np.searchsorted(seconds, seconds - 1.0)
    after = np.minimum(np.searchsorted(seconds, seconds + 1.0), len(seconds) - 1)
    took = np.maximum(seconds[after] - seconds[before], 1e-3)
    east_s = (east[after] - east[before]) / took
    north_s = (north[after] - north[before]) / took
    moving = np.hypot(east_s, north_s) >= MOVING_M_S
    course = np.degrees(np.arctan2(east_s, north_s)) % 360
    return np.where(moving, course, np.nan), np.full(len(told), COURSE_SPREAD_DEG)


def _either(wished: float | None, told: Floats, what: str) -> Floats:
    if wished is not None:
        return np.full(len(told), wished)
    if not np.isfinite(told).any():
        raise BadInput(Message(f"ground.log_without.{what}"))
    return told
