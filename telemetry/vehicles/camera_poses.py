"""Where a vehicle's camera was and looked during the last seconds, so that a picture finds the pose it was taken from.

Pure: frames and times in, poses out. Keeps what the vehicle says; what the camera sees is not known here.
"""

import bisect
import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.attitude import Quaternion, apart_deg, between, of_quaternions, quaternion_of, turned
from telemetry.mavlink.frames import message_number, sender_of
from telemetry.mavlink.gimbals import TOLD_BY, GimbalSaid, gimbal_said

KEPT_S = 10.0
"""How far back poses are known; a finding is told of within a second or two of its picture."""
STALE_S = 1.0
"""Farther than this from anything the vehicle said, nobody knows where it was."""
TURN_LOOK_S = 0.1
"""To both sides of a moment, to see how fast the camera turns."""
NO_HEADING = 65_535

Value = TypeVar("Value")
_OF_AUTOPILOT = (
    mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
    mavlink.MAVLINK_MSG_ID_ATTITUDE,
    mavlink.MAVLINK_MSG_ID_GPS_RAW_INT,
    mavlink.MAVLINK_MSG_ID_HOME_POSITION,
)


class NoPose(StrEnum):
    """Why nobody knows how a picture was taken: messages are below geolocation."""

    NO_LINK = "no_link"
    NO_PLACE = "no_place"
    NO_FIX = "no_fix"
    NO_GIMBAL = "no_gimbal"
    NO_HEADING = "no_heading"
    STALE = "stale"


@dataclass(frozen=True)
class CameraPose:
    """Where a camera was and looked at one moment."""

    lat: float
    lon: float
    height_m: float
    """Above the vehicle's home."""
    yaw_deg: float
    """Of the optical axis from true north; straight down, of the picture's upper edge."""
    pitch_deg: float
    """0 level, -90 straight down."""
    roll_deg: float
    """Right side down is positive."""
    north_m_s: float
    """How fast it moved over ground, to the north and to the east."""
    east_m_s: float
    turn_deg_s: float
    """How fast the camera turned, about whatever axis."""
    held_s: float
    """0 where the vehicle told of before and after; else how long ago it told the oldest part of this."""
    accuracy_m: float | None
    """One sigma of its place, both directions together, by its receiver's own word; None when that does not say."""
    home: tuple[float, float] | None
    """Where its heights count from, latitude and longitude; None when it has not told."""


class _Place(NamedTuple):
    lat: float
    lon: float
    height_m: float
    north_m_s: float
    east_m_s: float

    def towards(self, other: "_Place", share: float) -> "_Place":
        return _Place(*(mine + share * (theirs - mine) for mine, theirs in zip(self, other, strict=True)))


class _Around(NamedTuple, Generic[Value]):
    """The values before and after a moment; the same twice where there is none on one side."""

    before: Value
    after: Value
    share: float
    """How far from the one to the other, 0..1."""
    held_s: float
    nearest_s: float


@dataclass
class _History(Generic[Value]):
    """Values of one kind in the order of time, those of the last seconds."""

    _seconds: deque[float] = field(default_factory=deque)
    _values: deque[Value] = field(default_factory=deque)

    def put(self, value: Value, now: float) -> None:
        self._seconds.append(now)
        self._values.append(value)
        while self._seconds[0] < now - KEPT_S:
            self._seconds.popleft()
            self._values.popleft()

    def around(self, moment: float) -> _Around[Value] | None:
        """None when nothing was ever told."""
        if not self._seconds:
            return None
        after = bisect.bisect_left(self._seconds, moment)
        if after in (0, len(self._seconds)):
            row = 0 if after == 0 else -1
            held = abs(moment - self._seconds[row])
            return _Around(self._values[row], self._values[row], 0.0, held, held)
        earlier = self._seconds[after - 1]
        later = self._seconds[after]
        share = (moment - earlier) / (later - earlier)
        nearest = min(moment - earlier, later - moment)
        return _Around(self._values[after - 1], self._values[after], share, 0.0, nearest)


class CameraPoses:
    """Told of every frame of system `system`; may be asked from another thread."""

    def __init__(self, system: int, component: int) -> None:
        """`component` is the autopilot's: it alone tells where the vehicle is and is turned."""
        self._system = system
        self._component = component
        self._mav = mavlink.MAVLink(None)
        self._places: _History[_Place] = _History()
        self._attitudes: _History[Quaternion] = _History()
        self._headings: _History[Quaternion] = _History()
        self._gimbals: dict[tuple[int, int, int], _History[GimbalSaid]] = {}
        self._has_fix = True
        self._accuracy_m: float | None = None
        self._home: tuple[float, float] | None = None
        self._lock = threading.Lock()

    def hear(self, frame: bytes, now: float) -> None:
        """One whole frame from the link that came at `now`, seconds of the monotonic clock."""
        system, component = sender_of(frame)
        number = message_number(frame)
        of_autopilot = number in _OF_AUTOPILOT and component == self._component
        if system != self._system or not (of_autopilot or number in TOLD_BY):
            return
        said: Any = self._mav.decode(bytearray(frame))
        with self._lock:
            if not of_autopilot:
                self._hear_gimbal(gimbal_said(said), now)
            elif number == mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT:
                self._hear_place(said, now)
            elif number == mavlink.MAVLINK_MSG_ID_ATTITUDE:
                self._attitudes.put(_level(float(np.degrees(said.yaw))), now)
            elif number == mavlink.MAVLINK_MSG_ID_GPS_RAW_INT:
                self._has_fix = said.fix_type >= mavlink.GPS_FIX_TYPE_3D_FIX
                self._accuracy_m = said.h_acc / 1e3 or None
            else:
                self._home = (said.latitude / 1e7, said.longitude / 1e7)

    def at(self, moment: float) -> CameraPose | NoPose:
        """The pose at `moment`, seconds of the monotonic clock, or why it is not known."""
        with self._lock:
            place = self._places.around(moment)
            if place is None:
                return NoPose.NO_PLACE
            if not self._has_fix:
                return NoPose.NO_FIX
            if place.nearest_s > STALE_S:
                return NoPose.STALE
            found = self._looks(moment)
            if isinstance(found, NoPose):
                return found
            looks, held_s = found
            near = [self._looks(moment + off) for off in (-TURN_LOOK_S, TURN_LOOK_S)]
        ends = [one[0] for one in near if not isinstance(one, NoPose)]
        turn_deg_s = 0.0
        if len(ends) == 2:
            turn_deg_s = apart_deg(*ends) / (2 * TURN_LOOK_S)
        lat, lon, height_m, north_m_s, east_m_s = place.before.towards(place.after, place.share)
        yaw, pitch, roll = (float(angle) for angle in of_quaternions(*looks))
        return CameraPose(
            lat=lat,
            lon=lon,
            height_m=height_m,
            yaw_deg=yaw % 360,
            pitch_deg=pitch,
            roll_deg=roll,
            north_m_s=north_m_s,
            east_m_s=east_m_s,
            turn_deg_s=turn_deg_s,
            held_s=max(place.held_s, held_s),
            accuracy_m=self._accuracy_m,
            home=self._home,
        )

    def _hear_gimbal(self, said: GimbalSaid | None, now: float) -> None:
        if said is not None:
            self._gimbals.setdefault(said.gimbal, _History()).put(said, now)

    def _hear_place(self, said: Any, now: float) -> None:
        if said.lat == 0 and said.lon == 0:  # what is told before there is a fix
            return
        speeds = (said.vx / 100, said.vy / 100)
        self._places.put(_Place(said.lat / 1e7, said.lon / 1e7, said.relative_alt / 1e3, *speeds), now)
        if said.hdg != NO_HEADING:
            self._headings.put(_level(said.hdg / 100), now)

    def _looks(self, moment: float) -> tuple[Quaternion, float] | NoPose:
        """Where the camera looks on the globe, and how long that has been held."""
        told = [around for key in sorted(self._gimbals) if (around := self._gimbals[key].around(moment)) is not None]
        gimbal = next((one for one in told if one.nearest_s <= STALE_S), None)
        if gimbal is None:
            return NoPose.STALE if told else NoPose.NO_GIMBAL
        before = gimbal.before
        after = gimbal.after
        if before.from_north and after.from_north:
            return between(before.turn, after.turn, gimbal.share), gimbal.held_s
        nose = self._turned(moment)
        if isinstance(nose, NoPose):
            return nose
        heading = between(nose.before, nose.after, nose.share)
        ends = [one.turn if one.from_north else turned(heading, one.turn) for one in (before, after)]
        return between(ends[0], ends[1], gimbal.share), max(gimbal.held_s, nose.held_s)

    def _turned(self, moment: float) -> _Around[Quaternion] | NoPose:
        """The vehicle's heading: told often with its attitude, else with its place."""
        told = [one.around(moment) for one in (self._attitudes, self._headings)]
        fresh = [one for one in told if one is not None and one.nearest_s <= STALE_S]
        if fresh:
            return fresh[0]
        if any(told):
            return NoPose.STALE
        return NoPose.NO_HEADING


def _level(yaw_deg: float) -> Quaternion:
    return quaternion_of(yaw_deg, 0.0, 0.0)
