"""Does the flight get in the way of another flight of the own service? Knows nothing of anybody else's."""

from datetime import timedelta
from typing import Any

from mission.airspace.volume import Volume
from mission.checks.inputs import Inputs, OtherFlight
from mission.checks.verdict import Level, Verdict
from mission.zones.geometry import to_metres
from telemetry.clock import iso, town_span
from telemetry.positions import LocalFrame

CHECK = "overlap"
RULE = "the town's own separation; UAS.OPEN.060 (2) (b): keep clear of other aircraft"


def check(inputs: Inputs) -> list[Verdict]:
    """One drone, one pilot, one piece of air at a time."""
    if inputs.others is None:
        clears = "compare it with the other flights of the day"
        return [inputs.not_known(CHECK, RULE, "other flights of the own service", clears)]
    found = [verdict for other in inputs.others for verdict in _with(inputs, other)]
    if found:
        return found
    said = f"clear of all {len(inputs.others)} other flights" if inputs.others else "no other flight is planned"
    return [Verdict(CHECK, Level.PASS, RULE, said, "", {"others": len(inputs.others)})]


def _with(inputs: Inputs, other: OtherFlight) -> list[Verdict]:
    gap = timedelta(seconds=inputs.policy.between_flights_s)
    when = f"from {town_span(other.begins, other.ends, inputs.zone)}"
    subject = other.name
    numbers: dict[str, Any] = {"begins": iso(other.begins), "ends": iso(other.ends)}
    near = inputs.at < other.ends + gap and other.begins < inputs.ends + gap
    if near and other.same_drone:
        said = f"{other.unit} is taken by {other.name} {when}"
        clears = f"choose a time {gap.seconds} s clear of it, or another drone"
        return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, "", subject)]
    if near and other.same_pilot:
        said = f"the pilot flies {other.name} {when}"
        return [Verdict(CHECK, Level.BLOCK, RULE, said, "choose another time or another pilot", numbers, "", subject)]
    if inputs.at < other.ends and other.begins < inputs.ends and (away := _too_near(inputs, other)) is not None:
        said = f"comes within {away:.0f} m of {other.name} ({when}); {inputs.policy.separation_m:g} m are wanted"
        clears = f"fly {inputs.policy.separation_height_m:g} m higher or lower, farther away, or at another time"
        numbers = {**numbers, "distance_m": round(away, 1), "separation_m": inputs.policy.separation_m}
        return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, "", subject)]
    return []


def _too_near(inputs: Inputs, other: OtherFlight) -> float | None:
    """Metres between two volumes that are too near in place, height and time at once; None when none are."""
    if not other.volumes:
        return 0.0
    frame = LocalFrame(inputs.profile.home.lat, inputs.profile.home.lon)
    theirs = [(volume, to_metres(volume.footprint, frame)) for volume in other.volumes]
    for mine in inputs.volumes:
        shape = to_metres(mine.footprint, frame)
        for volume, outline in theirs:
            if not _meet(mine, volume, inputs.policy.separation_height_m):
                continue
            away = float(shape.distance(outline))
            if away < inputs.policy.separation_m:
                return away
    return None


def _meet(a: Volume, b: Volume, height_m: float) -> bool:
    """Whether two volumes share time, and come nearer than `height_m` in height."""
    in_time = a.begins < b.ends and b.begins < a.ends
    if a.off_m == b.off_m:  # both are reckoned from the same ground, wherever that lies
        return in_time and a.reckoned.meets(b.reckoned.widened(height_m))
    return in_time and a.above_sea.meets(b.above_sea.widened(height_m))
