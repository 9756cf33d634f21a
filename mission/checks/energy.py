"""Does the battery last for the flight, and for coming home from wherever it is broken off?

The wind is taken to blow from the direction that is worst for each sum: as many are tried as `DIRECTIONS` has.
What the drone's last flights used beyond the model is counted in, and said.
"""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from mission.checks.inputs import Inputs
from mission.checks.segments import AirPoint, Profile, Segment
from mission.checks.verdict import Level, Verdict
from mission.checks.wind import wind_at
from mission.routes.energy import Wind, effort
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.vehicles import Airframe

CHECK = "energy"
RULE = Message("checks.energy.rule")
DIRECTIONS = 16
Floats = NDArray[np.float64]


def check(inputs: Inputs) -> list[Verdict]:
    """The part of a full battery that is left after the flight, and after breaking it off at its worst point."""
    strength = wind_at(inputs.weather, float(inputs.samples.agl_m.max()))
    version = "still air"
    if inputs.weather is not None:
        version = inputs.weather.version
    battery = inputs.airframe.battery_wh * 3600
    wanted = inputs.policy.reserve
    try:
        flown, broken_off = _worst(inputs.profile, inputs.airframe, strength or 0.0)
    except BadPlan as error:
        return [
            Verdict(
                CHECK,
                Level.BLOCK,
                RULE,
                error.told,
                Message("checks.weather.wait_for_less_wind_only"),
                {"wind_m_s": strength},
                version,
            )
        ]
    flown = flown * inputs.energy.value
    broken_off = broken_off * inputs.energy.value
    left = 1 - flown / battery
    left_broken = 1 - float(broken_off.max()) / battery
    numbers = {
        "left_after_landing": round(left, 3),
        "left_after_breaking_off": round(left_broken, 3),
        "reserve": wanted,
        "flight_wh": round(flown / 3600, 1),
        "battery_wh": inputs.airframe.battery_wh,
        "wind_m_s": None if strength is None else round(strength, 1),
        "learned_factor": round(inputs.energy.value, 3),
        "learned_from_flights": inputs.energy.flights,
        "duration_s": round(inputs.profile.duration_s),
    }
    air = Message("checks.energy.still_air")
    if strength is not None:
        air = Message("checks.energy.in_wind", wind_m_s=strength)
    if inputs.energy.flights:
        air = Message("checks.energy.learned", part=inputs.energy.value, flights=inputs.energy.flights, air=air)
    least = min(left, left_broken)
    if least < wanted:
        said = Message("checks.energy.too_little", least=least, air=air, wanted=wanted)
        if left > left_broken:
            said = Message(
                "checks.energy.too_little_broken_off",
                least=least,
                leg=int(np.argmax(broken_off)) + 1,
                air=air,
                wanted=wanted,
            )
        clears = Message("checks.energy.clears")
        return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, version)]
    said = Message("checks.energy.enough", left=left, air=air, wanted=wanted, left_broken=left_broken)
    if strength is None:
        clears = Message("checks.weather.enter")
        return [Verdict(CHECK, Level.WARN, RULE, said, clears, numbers, version)]
    return [Verdict(CHECK, Level.PASS, RULE, said, None, numbers, version)]


def _worst(profile: Profile, airframe: Airframe, strength: float) -> tuple[float, Floats]:
    """Joules of the whole flight, and of breaking it off at the end of each segment, each in its worst wind."""
    flown = 0.0
    broken_off = np.zeros(len(profile.segments))
    directions = 1
    if strength > 0:
        directions = DIRECTIONS
    for number in range(directions):
        wind = Wind(360 * number / DIRECTIONS, strength)
        used = np.cumsum(np.concatenate(list(_used(profile, airframe, wind))))
        flown = max(flown, float(used[-1]))
        broken_off = np.maximum(broken_off, used + _home_from_each(profile, airframe, wind))
    return flown, broken_off


def _used(profile: Profile, airframe: Airframe, wind: Wind) -> Iterator[Floats]:
    """Joules of each segment, a run of one speed at a time; standing in the air is a stay of its own."""
    for speed, run in groupby(profile.segments, key=lambda segment: segment.speed_m_s):
        segments = list(run)
        points = _metres(profile, [segments[0].begins, *(segment.ends for segment in segments)])
        still = [_stay_s(segment) for segment in segments]
        yield effort(points, airframe, speed_m_s=speed, wind=wind, holds_s=still).joules


def _stay_s(segment: Segment) -> float:
    if segment.begins != segment.ends:
        return 0.0
    return segment.end_s - segment.start_s


def _home_from_each(profile: Profile, airframe: Airframe, wind: Wind) -> Floats:
    """Joules of the vehicle's own return from the end of each segment: up if too low, straight home, down."""
    ends = _metres(profile, [segment.ends for segment in profile.segments])
    high = np.maximum(ends[:, 2], profile.return_height_m)
    nothing = np.zeros_like(high)
    ways = np.stack(
        [
            ends,
            np.column_stack([ends[:, :2], high]),
            np.column_stack([nothing, nothing, high]),
            np.zeros_like(ends),
        ],
        axis=1,
    ).reshape(-1, 3)
    speed = max(segment.speed_m_s for segment in profile.segments)
    joules = effort(ways, airframe, speed_m_s=speed, wind=wind).joules
    every = np.append(joules, 0.0).reshape(-1, 4)[:, :3].sum(axis=1)  # the fourth leads to the next way's beginning
    on_ground = (ends[:, 2] < 0.5) & (np.hypot(ends[:, 0], ends[:, 1]) < 1.0)
    return np.where(on_ground, 0.0, every)


def _metres(profile: Profile, places: list[AirPoint]) -> Floats:
    """East, north and up of home."""
    home = profile.home
    frame = LocalFrame(home.lat, home.lon)
    return np.array([(*frame.to_metres(p.lat, p.lon), p.amsl_m - home.amsl_m) for p in places])
