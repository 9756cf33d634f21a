"""Whether two messages under one name can be about the same event. Pure; grows nothing."""

from datetime import timedelta
from typing import Any, TypeGuard

from telemetry.messages import Message
from telemetry.observations.values import LATEST, Observation
from telemetry.positions import distance_m

FAR_APART_M = 500.0
"""Farther away than this, another category under the same name is another event."""
LONG_APART = timedelta(hours=12)
"""After so long a silence the same name is another event."""
RESTART_APART = timedelta(hours=1)
"""The same for a source that counts its names from the start again when it restarts."""
RESTART_SLACK = timedelta(seconds=1)
"""The messages about one event may differ by so much in when they say that it began or ended."""
NAMES_RESTART = "names_restart"
"""Attribute, true: the source counts its names from the start again when it restarts."""
BEGAN_S = "began_s"
"""Attribute of such a source: when it says that the event began, seconds since 1970 UTC."""
LAST_S = "last_seen_s"
"""Attribute: the latest beginning that a message told of, seconds since 1970 UTC, where they differ."""


def contradiction(one: Observation, other: Observation) -> Message | None:
    """Why the two cannot be about one event; None when they can. The same whichever comes first."""
    if one.scope != other.scope:
        return Message("observations.contradiction.simulated")
    earlier, later = sorted((one, other), key=lambda seen: seen.started_at)
    silence = silence_between(one, other)
    if silence > LONG_APART:
        return Message("observations.contradiction.hours_between", hours=silence.total_seconds() / 3600)
    if one.attributes.get(NAMES_RESTART) is True and other.attributes.get(NAMES_RESTART) is True:
        restarted = _restarted(earlier, later, silence)
        if restarted is not None:
            return restarted
    if one.category != other.category and one.position is not None and other.position is not None:
        apart = distance_m(one.position, other.position)
        if apart > FAR_APART_M:
            return Message("observations.contradiction.another_category", apart_m=apart)
    return None


def silence_between(one: Observation, other: Observation) -> timedelta:
    """How long nothing was said between two observations; zero when they overlap."""
    earlier, later = sorted((one, other), key=lambda seen: seen.started_at)
    last = earlier.ended_at or earlier.started_at
    last_s = max(last.timestamp(), last_beginning_s(earlier))
    return timedelta(seconds=max(later.started_at.timestamp() - last_s, 0.0))


def last_beginning_s(seen: Observation) -> float:
    """The latest beginning that any message about it told of, seconds since 1970 UTC."""
    kept = seen.attributes.get(LAST_S)
    started = seen.started_at.timestamp()
    if is_number(kept) and started < kept < LATEST.timestamp():
        return float(kept)
    return started


def _restarted(earlier: Observation, later: Observation, silence: timedelta) -> Message | None:
    if silence > RESTART_APART:
        return Message("observations.contradiction.minutes_between", minutes=silence.total_seconds() / 60)
    if earlier.ended_at is not None and later.started_at > earlier.ended_at + RESTART_SLACK:
        return Message("observations.contradiction.had_ended")
    began = later.attributes.get(BEGAN_S)
    if not is_number(began) or abs(began) > LATEST.timestamp():
        return None
    if began - earlier.started_at.timestamp() > RESTART_SLACK.total_seconds():
        return Message("observations.contradiction.began_anew")
    return None


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a detail is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
