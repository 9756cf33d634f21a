"""The numbers of a flight as they are printed: the planner's own where it made the plan, else those of its profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mission.briefing.track import Track
from mission.checks.profile import Segment
from telemetry.vehicles import Airframe


@dataclass(frozen=True)
class Numbers:
    """What flying the plan means, in still air."""

    length_m: float
    """Over ground, the way back included."""
    duration_s: float
    """From take-off to landing, stopping at every corner."""
    photos: int
    energy: float
    """Part of a full battery."""
    turn_home: float
    """Part of a full battery that must still be there at the farthest place, reserve included."""

    @property
    def left(self) -> float:
        """Part of a full battery that is left after landing; negative when it does not last."""
        return 1 - self.energy


def numbers_of(track: Track, airframe: Airframe, *, reserve: float, summary: Mapping[str, Any]) -> Numbers:
    """The numbers of `track` flown by `airframe`; what `summary` says goes before what is worked out here."""
    used = sum(_joules(segment, airframe) for segment in track.profile.segments)
    high = track.profile.return_height_m
    back_s = airframe.leg_seconds(track.farthest_m, track.speed_m_s) + high / airframe.descent_m_s
    back = back_s * airframe.power_w(track.speed_m_s, 0.0)
    full = 3600 * airframe.battery_wh
    return Numbers(
        length_m=float(summary.get("length_m", track.length_m)),
        duration_s=float(summary.get("duration_s", track.profile.duration_s)),
        photos=int(summary.get("photos", track.profile.photos)),
        energy=float(summary.get("energy_fraction", used / full)),
        turn_home=reserve + back / full,
    )


def _joules(segment: Segment, airframe: Airframe) -> float:
    seconds = segment.end_s - segment.start_s
    rise = segment.ends.amsl_m - segment.begins.amsl_m
    return seconds * airframe.power_w(segment.length_m / seconds, rise / seconds)
