"""A whole set of observations merged at once: the same decisions as the running system takes one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from incidents.merging.categories import Rules
from incidents.merging.decide import decide
from incidents.merging.incident import Incident, absorb, opened_by
from telemetry.observations import Observation
from telemetry.observations.occurrences import Addition, NewEvent, Occurrences, Repetition


@dataclass(frozen=True)
class Merged:
    """The result: every observation is in exactly one incident, or routine, or a repetition."""

    incidents: tuple[Incident, ...]
    """In order of their first observation."""
    routine: tuple[Observation, ...]
    """Passing sights (plate reads and the like) that belong to no incident."""
    added: int
    """Observations that add to one before: said again under its name, with more."""
    repeated: int
    """Observations that say nothing new."""


@dataclass(frozen=True)
class Events:
    """What one sender told of, each event once."""

    events: tuple[Observation, ...]
    added: int
    """Observations that add to one before: said again under its name, with more."""
    repeated: int
    """Observations that say nothing new."""


def events_of(observations: Iterable[Observation]) -> Events:
    """The events that `observations` of one sender tell of, whatever order they come in.

    Raises BadObservation for an id that two of them have.
    """
    events: dict[str, Observation] = {}
    occurrences = Occurrences(sender="")
    added = 0
    repeated = 0
    for said in _in_order(observations):
        match occurrences.say(said):
            case NewEvent(stored):
                events[stored.observation.id] = stored.observation
            case Addition(known, stored):
                events[known.id] = stored.observation
                added += 1
            case Repetition():
                repeated += 1
    return Events(tuple(events.values()), added, repeated)


def merge(observations: Iterable[Observation], *, now: datetime, rules: Rules) -> Merged:
    """Merge `observations`, all of one sender, whatever order they come in, as known at `now` (UTC).

    What is said again under its name grows, or is another event, as where it is handed in. Raises BadObservation for an
    id that two of them have.
    """
    told = events_of(observations)
    incidents: dict[str, Incident] = {}
    live: dict[str, Incident] = {}
    routine: list[Observation] = []
    horizon = timedelta(seconds=rules.longest_window)
    for observation in sorted(told.events, key=lambda o: (o.started_at, o.id)):
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
    return Merged(tuple(incidents.values()), tuple(routine), told.added, told.repeated)


def _in_order(observations: Iterable[Observation]) -> list[Observation]:
    """By time, then by name and, of one name at one time, by all that they say: the same order for every file."""
    said = sorted(observations, key=lambda o: (o.started_at, o.id))
    ordered: list[Observation] = []
    for _, at_once in groupby(said, key=lambda o: (o.started_at, o.id)):
        ordered += sorted(at_once, key=Observation.model_dump_json)
    return ordered
