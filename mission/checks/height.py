"""Is every leg, the way there and back included, low enough over the ground and high enough above it?"""

import numpy as np
from numpy.typing import NDArray

from mission.checks.inputs import Inputs
from mission.checks.segments import SegmentKind, leg_words
from mission.checks.titles import ITEMS, LEFT_OPEN
from mission.checks.verdict import Level, Verdict
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.sentences import sentences

CHECK = "height"
GROUND = "ground"
"""What an acknowledgement names that the ground was looked at."""
Floats = NDArray[np.float64]
RULE = Message("checks.height.rule")
CLOSE_M = 0.5
"""Rounding of file formats and terrain; more above the limit is too high."""
TALL_M = 105.0
BESIDE_M = 50.0
ABOVE_M = 15.0
"""UAS.OPEN.010 (3): within 50 m of an obstacle taller than 105 m, up to 15 m above it at its owner's request."""


def check(inputs: Inputs) -> list[Verdict]:
    """The greatest and the least height above ground, looked at every 10 m; and what the plan leaves unclear."""
    samples = inputs.samples
    profile = inputs.profile
    version = profile.terrain.version
    agl = samples.agl_m
    limit = _limits_m(inputs)
    over = int(np.argmax(agl - limit))
    numbers = {"max_height_agl_m": round(float(agl.max()), 1), "limit_m": round(float(limit[over]), 1)}
    found = []
    if agl[over] > limit[over] + CLOSE_M:
        leg = profile.segments[samples.segment[over]]
        said = Message(
            "checks.height.above_limit",
            agl=agl[over],
            kind=leg_words(leg.kind),
            lat=f"{samples.lat[over]:.5f}",
            lon=f"{samples.lon[over]:.5f}",
            limit=limit[over],
        )
        clears = Message("checks.height.fly_lower", lower_m=agl[over] - limit[over])
        found.append(Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, version))
    found += _clearance(inputs)
    found += _not_known(inputs, limit, found)
    if profile.unclear:
        said = Message("checks.height.unclear", unclear=sentences(profile.unclear[:5]))
        clears = Message("checks.height.take_items_out")
        count = {"unclear": len(profile.unclear)}
        found.append(
            Verdict(CHECK, Level.BLOCK, Message("checks.height.rule_items"), said, clears, count, titled=ITEMS)
        )
    if profile.assumed:
        said = Message("checks.height.assumed", assumed=sentences(profile.assumed[:5]))
        found.append(
            Verdict(
                CHECK,
                Level.WARN,
                Message("checks.height.rule_open"),
                said,
                Message("checks.height.say_in_plan"),
                titled=LEFT_OPEN,
            )
        )
    if not any(verdict.level in (Level.BLOCK, Level.ACKNOWLEDGE) for verdict in found):
        said = Message("checks.height.within_limit", agl=agl.max(), limit=limit[over])
        ground = profile.anchor.words
        if ground is not None:
            said = sentences([said, ground])
        found.insert(0, Verdict(CHECK, Level.PASS, RULE, said, None, numbers, version))
    return found


def _not_known(inputs: Inputs, limit: Floats, found: list[Verdict]) -> list[Verdict]:
    """What asks where a limit lies between the least and the most that the flight may be above the ground."""
    samples = inputs.samples
    profile = inputs.profile
    least, most = samples.agl_m + samples.off_ground_m
    if not np.any(samples.off_ground_m) or any(verdict.level is Level.BLOCK for verdict in found):
        return []
    over = int(np.argmax(most - limit))
    low = int(np.argmin(np.where(_along(inputs), least, np.inf)))
    may = []
    if most[over] > limit[over] + CLOSE_M:
        may.append(Message("checks.height.may_be_above", most=most[over], limit=limit[over]))
    if _along(inputs).any() and least[low] <= 0:
        may.append(Message("checks.height.ground_may_be_high"))
    if not may:
        return []
    ground = profile.anchor.words
    said = Message("checks.height.not_known", ground=ground, may=may)
    clears = Message("checks.height.give_terrain")
    numbers = {"max_height_agl_m": round(float(most.max()), 1), "limit_m": round(float(limit[over]), 1)}
    numbers["min_height_agl_m"] = round(float(least[low]), 1)
    return [Verdict(CHECK, Level.ACKNOWLEDGE, RULE, said, clears, numbers, str(ground), GROUND)]


def _along(inputs: Inputs) -> NDArray[np.bool_]:
    """Which samples lie on the way, not straight up or down."""
    upright = [
        segment.kind in (SegmentKind.TAKE_OFF, SegmentKind.LANDING) or segment.length_m < 1.0
        for segment in inputs.profile.segments
    ]
    return ~np.array(upright)[inputs.samples.segment]


def _limits_m(inputs: Inputs) -> Floats:
    """The highest that each sample may be above ground."""
    samples = inputs.samples
    limit = np.full(len(samples.lat), inputs.policy.max_height_m)
    for obstacle in inputs.obstacles:
        if obstacle.height_m > TALL_M:
            east, north = LocalFrame(obstacle.lat, obstacle.lon).to_metres(samples.lat, samples.lon)  # type: ignore[arg-type]  # arrays too
            limit[np.hypot(east, north) <= BESIDE_M] = obstacle.height_m + ABOVE_M
    return limit


def _clearance(inputs: Inputs) -> list[Verdict]:
    """The path must clear the ground; where it lifts off and lands it cannot."""
    samples = inputs.samples
    profile = inputs.profile
    along = _along(inputs)
    if not along.any():
        return []
    low = int(np.argmin(np.where(along, samples.agl_m, np.inf)))
    least = float(samples.agl_m[low])
    wanted = inputs.policy.clearance_m
    numbers = {"min_height_agl_m": round(least, 1), "clearance_m": wanted}
    where = Message("checks.height.place", lat=f"{samples.lat[low]:.5f}", lon=f"{samples.lon[low]:.5f}")
    rule = Message("checks.height.rule_clearance")
    if least <= 0:
        said = Message("checks.height.into_ground", where=where, least=-least)
        clears = Message("checks.height.fly_higher")
        return [Verdict(CHECK, Level.BLOCK, rule, said, clears, numbers, profile.terrain.version)]
    if least < wanted:
        said = Message("checks.height.low", least=least, where=where, wanted=wanted)
        return [
            Verdict(
                CHECK, Level.WARN, rule, said, Message("checks.height.fly_higher"), numbers, profile.terrain.version
            )
        ]
    return []
