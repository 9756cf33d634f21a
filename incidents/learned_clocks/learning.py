"""What a month of words says about the clocks of their devices, and what believing it changes. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.grouping import group_observations
from incidents.grouping.clocks import LEAST_OFFSET_S, ClockOffset
from incidents.grouping.grouping import learned_offsets
from incidents.grouping.habits import default_habits
from incidents.grouping.witnesses import device_of
from incidents.merging import Rules
from telemetry.observations import Observation

NEAR = timedelta(hours=3)
"""So far before and after what a device says its offset changes what belongs together."""


@dataclass(frozen=True)
class LearnedClock:
    """What was learned of one device, and what it changes."""

    device: str
    offset: ClockOffset
    words: int
    """Of the device."""
    incidents: int
    """Those that were compared, without the offset."""
    changed: int
    """How many of them would consist of other words with it."""


def learn(
    words: Sequence[Observation], taken_over: Mapping[str, ClockOffset], now: datetime, rules: Rules
) -> list[LearnedClock]:
    """The offsets that `words` of one town show as of `now` (UTC), by device; what is `taken_over` already is left
    out."""
    learned = learned_offsets(words, now, rules, default_habits())
    by_time = sorted(words, key=lambda one: (one.started_at, one.id))
    found = []
    for device, offset in sorted(learned.items()):
        known = taken_over.get(device)
        if known is not None and abs(known.ahead_s - offset.ahead_s) < LEAST_OFFSET_S:
            continue
        near = _near(by_time, device)
        others = {**learned, **taken_over}
        others.pop(device)
        without = others if known is None else {**others, device: known}
        before = _groups(near, without, now, rules)
        after = _groups(near, {**others, device: offset}, now, rules)
        count = sum(device_of(one) == device for one in near)
        found.append(LearnedClock(device, offset, count, len(before), len(before - after)))
    return found


def _near(by_time: Sequence[Observation], device: str) -> list[Observation]:
    """What was said in the hours round each word of the device."""
    times = [one.started_at for one in by_time if device_of(one) == device]
    return [one for one in by_time if _gap(times, one.started_at) <= NEAR]


def _gap(times: Sequence[datetime], at: datetime) -> timedelta:
    """How far `at` is from the nearest of `times`, which are in order."""
    number = bisect_left(times, at)
    return min(abs(at - one) for one in times[max(0, number - 1) : number + 1])


def _groups(
    words: Sequence[Observation], offsets: Mapping[str, ClockOffset], now: datetime, rules: Rules
) -> set[frozenset[str]]:
    grouping = group_observations(words, now=now, rules=rules, offsets=offsets)
    return {frozenset(one.incident.observation_ids) for one in grouping.incidents}
