"""What a multirotor can do: speeds, accelerations, power. Shared by the planner and the simulated vehicle."""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True)
class Airframe:
    """One type of multirotor. The defaults are DJI's public figures for the Mavic 3 Enterprise where there is one."""

    name: str = "Mavic 3 Enterprise class"
    max_speed_m_s: float = 15.0
    """Horizontal, as published."""
    acceleration_m_s2: float = 2.5
    """Horizontal, a calm value for survey flying; not published."""
    climb_m_s: float = 4.0
    """Below the published 6, as survey flights use."""
    descent_m_s: float = 3.0
    """Below the published 6."""
    mass_kg: float = 0.915
    """As published."""
    battery_wh: float = 77.0
    """As published."""
    hover_w: float = 121.6
    """From the published 38 minutes of hovering on 77 Wh."""
    drag_w_s3_m3: float = 0.02
    """Parasite power per cube of the airspeed; an estimate."""
    climb_efficiency: float = 0.6
    """Part of the extra power that becomes height; an estimate."""
    max_wind_m_s: float = 12.0
    """Steady wind it may fly in, as published."""
    max_gust_m_s: float = 15.0
    """Gusts it may fly in; where only one figure is published, its top speed."""
    min_temperature_c: float = -10.0
    """As published."""
    max_temperature_c: float = 40.0
    """As published."""
    rain_proof: bool = False
    """Whether it is published as fit for rain (IP43 or better)."""
    size_m: float = 0.38
    """Largest dimension without propellers, as SORA counts it."""
    take_off_mass_kg: float = 1.05
    """The most it may weigh at take-off, as published."""
    eu_class: str = ""
    """C0 to C6 as marked on it (Regulation (EU) 2019/945); empty for none."""
    link_range_m: float = 4_000.0
    """How far its control link is counted on in a town; far below the published figures for open country."""
    photo_storage: int = 5_000
    """Pictures its card holds."""

    def power_w(self, airspeed_m_s: Number, climb_m_s: Number) -> Number:
        """Electrical power in watts at an airspeed and a climb rate; numbers, or arrays of one shape.

        Hover power plus parasite drag with the cube of speed plus the rate of gaining height over an efficiency;
        descent is counted as hovering (Leishman, Principles of Helicopter Aerodynamics, chapter 5, simplified: that
        slow flight needs less than hovering is left out, on the safe side).
        """
        gaining = (climb_m_s + abs(climb_m_s)) / 2
        return self.hover_w + self.drag_w_s3_m3 * airspeed_m_s**3 + gaining * self.climb_j_m

    @property
    def climb_j_m(self) -> float:
        """Joules for each metre gained, beyond hovering."""
        return self.mass_kg * 9.81 / self.climb_efficiency

    def leg_seconds(self, length_m: float, speed_m_s: float) -> float:
        """Seconds for a straight leg flown from rest to rest at up to `speed_m_s` (trapezoidal speed profile)."""
        speed = min(speed_m_s, self.max_speed_m_s)
        ramp = speed * speed / self.acceleration_m_s2
        if length_m < ramp:
            return 2 * math.sqrt(length_m / self.acceleration_m_s2)
        return length_m / speed + speed / self.acceleration_m_s2
