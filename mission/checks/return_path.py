"""Is the vehicle's own way home free, from wherever it may be broken off, and is there anywhere else to land?

A vehicle returns in a straight line at its return height and asks no zone (PX4's issue 22282); so this asks for it.
"""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from shapely import MultiPoint

from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction
from mission.checks.anchor import Measured
from mission.checks.inputs import Inputs
from mission.checks.segments import Segment, SegmentKind
from mission.checks.titles import NEED
from mission.checks.verdict import Level, Verdict
from mission.checks.volumes import SAMPLE_M, in_degrees, off_sea
from telemetry.messages import Message
from telemetry.positions import LocalFrame

CHECK = "return_path"
RULE = Message("checks.return_path.rule")
EVERY_M = 50.0
"""A return is looked at from points at most this far apart along the path."""


def check(inputs: Inputs) -> list[Verdict]:
    """The straight lines home at return height from along the whole path: zones, ground, and places to land in need."""
    found = [*_into_ground(inputs), *_into_zones(inputs)]
    numbers = {"return_height_m": inputs.profile.return_height_m, "rally_points": len(inputs.rally)}
    version = inputs.profile.terrain.version
    if inputs.airspace is not None:
        version = f"{version}, {inputs.airspace.version}"
    if inputs.airspace is None:
        what = Message("checks.return_path.zones_not_known")
        found.append(inputs.not_known(CHECK, RULE, what, Message("checks.zones.give_zone_file")))
    elif not found:
        said = Message("checks.return_path.free", return_height_m=inputs.profile.return_height_m)
        found.append(Verdict(CHECK, Level.PASS, RULE, said, None, numbers, version))
    if not inputs.rally:
        said = Message("checks.return_path.no_rally")
        clears = Message("checks.return_path.add_rally")
        found.append(
            Verdict(CHECK, Level.WARN, Message("checks.return_path.rule_rally"), said, clears, numbers, titled=NEED)
        )
    return found


def _into_ground(inputs: Inputs) -> Iterator[Verdict]:
    profile = inputs.profile
    lats = []
    lons = []
    highs = []
    for lat, lon, high in _starts(inputs):
        away = np.hypot(*LocalFrame(lat, lon).to_metres(profile.home.lat, profile.home.lon))
        along = np.linspace(0, 1, max(2, int(away / SAMPLE_M) + 2))
        lats.append(lat + along * (profile.home.lat - lat))
        lons.append(lon + along * (profile.home.lon - lon))
        highs.append(np.full(len(along), high))
    lat_all = np.concatenate(lats)
    lon_all = np.concatenate(lons)
    clear = np.concatenate(highs) - profile.terrain.heights_m(lat_all, lon_all)
    least = float(clear.min())
    wanted = inputs.policy.clearance_m
    if least < wanted and profile.return_height_m > 0:
        at = int(np.argmin(clear))
        said = Message(
            "checks.return_path.into_ground",
            least=least,
            lat=f"{lat_all[at]:.5f}",
            lon=f"{lon_all[at]:.5f}",
            wanted=wanted,
        )
        clears = Message("checks.return_path.raise_return", height_m=profile.return_height_m + wanted - least)
        numbers = {"least_m": round(least, 1), "clearance_m": wanted, "return_height_m": profile.return_height_m}
        yield Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, profile.terrain.version)


def _into_zones(inputs: Inputs) -> Iterator[Verdict]:
    """Prohibited zones, and those wanting a permit that the planned path itself does not meet."""
    if inputs.airspace is None:
        return
    planned = {finding.zone.identifier for finding in inputs.findings}
    for finding in inputs.airspace.findings(list(_volumes(inputs))):
        zone = finding.zone
        if zone.identifier in planned or finding.restriction not in _MATTER:
            continue
        said = Message(
            "checks.return_path.into_zone", identifier=zone.identifier, zone=zone.name, restriction=finding.restriction
        )
        clears = Message("checks.return_path.move_home")
        back = inputs.profile.return_above_sea
        numbers = {
            "return_height_m": inputs.profile.return_height_m,
            "return_above_sea_m": [round(back.low_m, 1), round(back.high_m, 1)],
        }
        version = inputs.airspace.version
        yield Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, version, zone.identifier)


_MATTER = frozenset({Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION})


def _volumes(inputs: Inputs) -> Iterator[Volume]:
    """What returns begun on each segment sweep: from the segment up to return height, and straight home."""
    profile = inputs.profile
    policy = inputs.policy
    frame = LocalFrame(profile.home.lat, profile.home.lon)
    ground = inputs.samples.ground_m
    low = float(ground.min())
    high = float(ground.max())
    for segment in _in_the_air(profile.segments):
        corners = [frame.to_metres(place.lat, place.lon) for place in (segment.begins, segment.ends)]
        swept = MultiPoint([*corners, (0.0, 0.0)]).convex_hull.buffer(policy.contingency_m)
        floor = profile.home.amsl_m + profile.return_height_m
        lower = max(min(segment.begins.amsl_m, segment.ends.amsl_m), floor)
        upper = max(segment.begins.amsl_m, segment.ends.amsl_m, floor)
        begins = inputs.at + timedelta(seconds=segment.start_s)
        ends = inputs.ends + timedelta(seconds=policy.late_start_s)
        off_low, off_high = off_sea(profile, segment)
        home_low, home_high = profile.anchor.off_sea(Measured.FROM_HOME)
        least, most = profile.anchor.off_ground(Measured.FROM_HOME)
        yield Volume(
            in_degrees(swept, frame),
            lower - policy.contingency_height_m,
            upper + policy.contingency_height_m,
            min(low, profile.home.amsl_m) - most,
            max(high, profile.home.amsl_m) - least,
            begins,
            ends,
            (min(off_low, home_low), max(off_high, home_high)),
        )


def _starts(inputs: Inputs) -> Iterator[tuple[float, float, float]]:
    """Points along the path at most `EVERY_M` apart, with the height above the sea at which each return is flown."""
    floor = inputs.profile.home.amsl_m + inputs.profile.return_height_m
    for segment in _in_the_air(inputs.profile.segments):
        a = segment.begins
        b = segment.ends
        for along in np.linspace(0, 1, max(2, int(segment.length_m / EVERY_M) + 2)):
            amsl = a.amsl_m + along * (b.amsl_m - a.amsl_m)
            yield a.lat + along * (b.lat - a.lat), a.lon + along * (b.lon - a.lon), max(floor, amsl)


def _in_the_air(segments: tuple[Segment, ...]) -> list[Segment]:
    there = (SegmentKind.TRANSIT, SegmentKind.WORK, SegmentKind.HOLD, SegmentKind.TAKE_OFF)
    return [segment for segment in segments if segment.kind in there]
