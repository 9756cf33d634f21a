"""What flying a line takes: seconds and joules of every segment, in wind, with climbs, descents, turns and stays.

    effort(points, airframe, speed_m_s=8.0, wind=Wind(from_deg=270, speed_m_s=6), holds_s=None) -> Effort

`points` are n corners in metres east, north, up of one frame, shape (n, 3); the answer's `seconds` and `joules` have
shape (n - 1,). Take-off and landing are segments like others: begin and end with a corner on the ground. Pure; knows
neither routes nor mission items, so it serves both. Every corner is a full stop, so segments add up in any order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.vehicles import Airframe

Floats = NDArray[np.float64]
SLOWEST_M_S = 1.0
"""A leg on which the wind leaves less ground speed than this is not flown."""


@dataclass(frozen=True)
class Wind:
    """Steady wind at flying height, the same everywhere."""

    from_deg: float = 0.0
    """Where it blows from, clockwise from true north, as in weather reports."""
    speed_m_s: float = 0.0

    def __post_init__(self) -> None:
        """Raises BadPlan for what is no wind."""
        if not (math.isfinite(self.from_deg) and 0 <= self.speed_m_s <= 100):
            raise BadPlan(Message("routes.no_wind", speed_m_s=self.speed_m_s, from_deg=self.from_deg))

    @property
    def east_north(self) -> tuple[float, float]:
        """Metres a second in which the air moves."""
        angle = math.radians(self.from_deg)
        return -self.speed_m_s * math.sin(angle), -self.speed_m_s * math.cos(angle)


CALM = Wind()


@dataclass(frozen=True)
class Effort:
    """What each segment takes, the stay at its end included."""

    seconds: Floats
    joules: Floats

    @property
    def total_s(self) -> float:
        """Seconds of all segments."""
        return float(self.seconds.sum())

    @property
    def total_j(self) -> float:
        """Joules of all segments."""
        return float(self.joules.sum())


def effort(
    points: ArrayLike,
    airframe: Airframe,
    *,
    speed_m_s: float,
    wind: Wind = CALM,
    holds_s: Sequence[float] | None = None,
) -> Effort:
    """Seconds and joules of each segment between `points`, flown at up to `speed_m_s` over ground.

    `holds_s` are seconds stayed at the end of each segment. Ground speed follows a trapezoid from rest to rest and is
    held to what the airframe's top airspeed leaves of it in the wind; power follows the airspeed (`Airframe.power_w`).
    A slope steeper than the airframe climbs or sinks is flown slower along the ground. Raises BadPlan when the wind
    cannot be flown against.
    """
    corners = np.asarray(points, dtype=np.float64).reshape(-1, 3)
    steps = np.diff(corners, axis=0)
    along = np.hypot(steps[:, 0], steps[:, 1])
    rise = steps[:, 2]
    ways = steps[:, :2] / np.where(along > 0, along, 1.0)[:, None]
    air = np.array(wind.east_north)
    speed = np.minimum(_fastest(ways, along, airframe, wind), min(speed_m_s, airframe.max_speed_m_s))
    peak = np.minimum(speed, np.sqrt(along * airframe.acceleration_m_s2))
    ramps = 2 * peak / airframe.acceleration_m_s2
    cruise = np.where(along > 0, np.maximum(along - peak * ramps / 2, 0) / speed, 0.0)
    level = ramps + cruise
    seconds = np.maximum(level, np.where(rise > 0, rise / airframe.climb_m_s, -rise / airframe.descent_m_s))
    slowed = level / np.where(seconds > 0, seconds, 1.0)

    def watts(ground_speed: Floats) -> Floats:
        airspeed = np.linalg.norm((ground_speed * slowed)[:, None] * ways - air, axis=1)
        return airframe.power_w(airspeed, np.zeros_like(airspeed))

    # Simpson's rule over the two ramps is exact for a power that is a cubic of the speed.
    ramp_watts = (watts(np.zeros_like(peak)) + 4 * watts(peak / 2) + watts(peak)) / 6
    stretch = 1 / np.where(slowed > 0, slowed, 1.0)
    hover = airframe.power_w(wind.speed_m_s, 0.0)
    joules = np.where(along > 0, (ramps * ramp_watts + cruise * watts(peak)) * stretch, seconds * hover)
    joules = joules + np.maximum(rise, 0) * airframe.climb_j_m
    stays = np.zeros(len(steps))
    if holds_s is not None:
        stays = np.asarray(holds_s, dtype=np.float64)
    return Effort(seconds + stays, joules + stays * hover)


def _fastest(ways: Floats, along: Floats, airframe: Airframe, wind: Wind) -> Floats:
    """Top ground speed in each direction; `max_speed_m_s` is taken as the top airspeed."""
    air = np.array(wind.east_north)
    tail = ways @ air
    across = np.maximum(wind.speed_m_s**2 - tail**2, 0)
    left = airframe.max_speed_m_s**2 - across
    top = tail + np.sqrt(np.maximum(left, 0))
    stuck = (along > 0) & ((left < 0) | (top < SLOWEST_M_S))
    if stuck.any():
        east, north = ways[int(np.argmax(stuck))]
        raise BadPlan(
            Message(
                "routes.wind_too_strong",
                speed_m_s=wind.speed_m_s,
                from_deg=wind.from_deg,
                towards_deg=math.degrees(math.atan2(east, north)) % 360,
                airframe=airframe.name,
                max_speed_m_s=airframe.max_speed_m_s,
            )
        )
    return np.where(along > 0, top, airframe.max_speed_m_s)
