"""Does the flight get in the way of another flight of the own service? Knows nothing of anybody else's."""

from datetime import timedelta
from typing import Any

from mission.airspace.volume import Volume
from mission.checks.inputs import Inputs, OtherFlight
from mission.checks.verdict import Level, Verdict
from mission.zones.geometry import to_metres
from telemetry.clock import iso, town_span
from telemetry.messages import Message
from telemetry.positions import LocalFrame

CHECK = "overlap"
RULE = Message("checks.overlap.rule")


def check(inputs: Inputs) -> list[Verdict]:
    """One drone, one pilot, one piece of air at a time."""
    if inputs.others is None:
        clears = Message("checks.overlap.compare")
        return [inputs.not_known(CHECK, RULE, Message("checks.overlap.others_not_known"), clears)]
    found = [verdict for other in inputs.others for verdict in _with(inputs, other)]
    if found:
        return found
    said = Message("checks.overlap.no_other")
    if inputs.others:
        said = Message("checks.overlap.clear", count=len(inputs.others))
    return [Verdict(CHECK, Level.PASS, RULE, said, None, {"others": len(inputs.others)})]


def _with(inputs: Inputs, other: OtherFlight) -> list[Verdict]:
    gap = timedelta(seconds=inputs.policy.between_flights_s)
    when = Message("checks.overlap.when", span=town_span(other.begins, other.ends, inputs.zone))
    subject = other.name
    numbers: dict[str, Any] = {"begins": iso(other.begins), "ends": iso(other.ends)}
    near = inputs.at < other.ends + gap and other.begins < inputs.ends + gap
    if near and other.same_drone:
        said = Message("checks.overlap.drone_taken", unit=other.unit, other=other.name, when=when)
        clears = Message("checks.overlap.choose_time", gap_s=gap.seconds)
        return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, "", subject)]
    if near and other.same_pilot:
        said = Message("checks.overlap.pilot_taken", other=other.name, when=when)
        return [Verdict(CHECK, Level.BLOCK, RULE, said, Message("checks.overlap.choose_pilot"), numbers, "", subject)]
    if inputs.at < other.ends and other.begins < inputs.ends and (away := _too_near(inputs, other)) is not None:
        said = Message(
            "checks.overlap.too_near", away=away, other=other.name, when=when, separation_m=inputs.policy.separation_m
        )
        clears = Message("checks.overlap.fly_apart", separation_height_m=inputs.policy.separation_height_m)
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
