"""A whole set of observations merged at once: the same decisions as the running system takes one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.merging.categories import Rules
from incidents.merging.decide import decide
from incidents.merging.incident import Incident, absorb, opened_by
from telemetry.observations import Observation


@dataclass(frozen=True)
class Merged:
    """The result: every observation is in exactly one incident, or routine, or a repetition."""

    incidents: tuple[Incident, ...]
    """In order of their first observation."""
    routine: tuple[Observation, ...]
    """Passing sights (plate reads and the like) that belong to no incident."""
    repeated: int
    """Observations whose idempotency key had been seen before."""


def merge(observations: Iterable[Observation], *, now: datetime, rules: Rules) -> Merged:
    """Merge `observations`, whatever order they come in, as known at `now` (UTC)."""
    unique: dict[tuple[str, str, str], Observation] = {}
    total = 0
    for observation in observations:
        total += 1
        unique.setdefault(observation.key, observation)
    incidents: dict[str, Incident] = {}
    live: dict[str, Incident] = {}
    routine: list[Observation] = []
    horizon = timedelta(seconds=rules.longest_window)
    for observation in sorted(unique.values(), key=lambda o: (o.started_at, o.id)):
        decision = decide(observation, live.values(), now=now, rules=rules)
        if decision.incident_id is not None:
            incident = absorb(live[decision.incident_id], observation, decision.at)
        elif rules[observation.category].opens:
            incident = opened_by(observation, decision.at, rules[observation.category])
        else:
            routine.append(observation)
            continue
        incidents[incident.id] = live[incident.id] = incident
        live = {key: kept for key, kept in live.items() if kept.last_at >= decision.at - horizon}
    return Merged(tuple(incidents.values()), tuple(routine), total - len(unique))
