"""How far each device's clock is ahead, learned from all observations together. A pure function of the set.

Two ways: a device that reports at once shows it by when its words arrive; one that is read out at the end of a shift is
tried with a whole hour off (summer time missed), and believed when its words then fit those of others far better.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from incidents.grouping.evidence import Evidence
from incidents.grouping.habits import IncidentHabits
from incidents.grouping.witnesses import SourceClass, Witness, device_of
from telemetry.observations import Observation, SourceKind

TRIED_S = (0.0, 3_600.0, -3_600.0)
"""Seconds ahead."""
PROMPT_S = 300.0
AT_ONCE = frozenset({SourceKind.FIXED_CAMERA, SourceKind.PLATE_READER})
"""Sources whose words arrive at once."""
FEWEST_WORDS = 5
"""From so many on the shortest way to us says how far the clock is off."""
STEADY_S = 60.0
"""A device whose words take about equally long: half of them no more than this over the shortest."""
LEAST_OFFSET_S = 10.0
"""Smaller offsets change no grouping."""
NEAR_S = 2_400.0
NEAR_SIGMAS = 4.0
WORD_CAP = 6.0
"""So much one word counts at most for or against an hour."""
HOUR_ODDS = 3.5
"""A clock is a whole hour off in about one device of thirty."""


@dataclass(frozen=True)
class ClockOffset:
    """What was learned of one device's clock."""

    ahead_s: float
    """Seconds; negative: behind."""
    whole_hour: bool
    """Whether it is summer time that was missed, and not what its arrivals show."""


def read_clock(line: Any) -> tuple[str, ClockOffset] | None:
    """An offset that a person has taken over, of a line of the answers' file, decoded; None for another answer."""
    match line:
        case {"clock": str(device), "ahead_s": int() | float() as ahead_s} if not isinstance(ahead_s, bool):
            return device, ClockOffset(float(ahead_s), whole_hour=abs(ahead_s) in TRIED_S)
    return None


def arrival_offsets(observations: Iterable[Observation]) -> dict[str, ClockOffset]:
    """Of devices that report at once, what their arrivals show, by kind and id of the source."""
    delays: defaultdict[str, list[float]] = defaultdict(list)
    for one in observations:
        if one.source.kind in AT_ONCE and one.received_at is not None:
            delays[device_of(one)].append((one.received_at - one.started_at).total_seconds())
    found: dict[str, ClockOffset] = {}
    for device, seconds in sorted(delays.items()):
        ahead_s = ahead_by_arrivals(seconds)
        if ahead_s is not None and abs(ahead_s) >= LEAST_OFFSET_S:
            found[device] = ClockOffset(ahead_s, whole_hour=False)
    return found


def ahead_by_arrivals(delays_s: Iterable[float]) -> float | None:
    """How far a device's clock is ahead, in seconds, by how long after their own time its words came.

    None where they are too few, or take too differently long, to say.
    """
    seconds = sorted(delays_s)
    if len(seconds) < FEWEST_WORDS or seconds[len(seconds) // 2] - seconds[0] > STEADY_S:
        return None
    return -seconds[0]


def hour_offsets(
    towns: Iterable[Sequence[Witness]], prompt: Collection[str], habits: IncidentHabits
) -> dict[str, ClockOffset]:
    """Of devices that are read out later, those whose words fit others far better a whole hour off.

    `towns` are the witnesses of each town, in canonical order; `prompt` devices have shown that they are right.
    """
    fits: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * len(TRIED_S))
    for witnesses in towns:
        times = [one.at_s for one in witnesses]
        for one in witnesses:
            if one.of is SourceClass.PATROL and one.placed and one.device not in prompt:
                for number, ahead_s in enumerate(TRIED_S):
                    fits[one.device][number] += _fit(one, ahead_s, witnesses, times, habits)
    found: dict[str, ClockOffset] = {}
    for device, (as_told, *shifted) in sorted(fits.items()):
        best = max(shifted)
        if best - as_told > HOUR_ODDS:
            found[device] = ClockOffset(TRIED_S[1 + shifted.index(best)], whole_hour=True)
    return found


def prompt_devices(observations: Iterable[Observation]) -> frozenset[str]:
    """Devices of which a word came in soon after it was said, so that their clocks cannot be an hour off."""
    return frozenset(
        device_of(one)
        for one in observations
        if one.received_at is not None and abs((one.received_at - one.started_at).total_seconds()) <= PROMPT_S
    )


def _fit(
    one: Witness, ahead_s: float, witnesses: Sequence[Witness], times: Sequence[float], habits: IncidentHabits
) -> float:
    """How well `one` fits the best other witness when its clock is `ahead_s`; at least 0, at most WORD_CAP."""
    at_s = one.at_s - ahead_s
    moved = replace(one, at_s=at_s)
    best = 0.0
    for other in witnesses[bisect_left(times, at_s - NEAR_S) : bisect_right(times, at_s + NEAR_S)]:
        if other.device == one.device or not other.placed:
            continue
        reach = NEAR_SIGMAS * (other.accuracy_m + one.accuracy_m)
        if abs(other.east_m - one.east_m) > reach or abs(other.north_m - one.north_m) > reach:
            continue
        pair = Evidence(sorted((moved, other), key=lambda witness: witness.order), habits)
        best = max(best, pair.gain((0,), (1,)))
        if best >= WORD_CAP:
            return WORD_CAP
    return best
