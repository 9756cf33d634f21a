"""The value of an incident as merging sees it: what its observations, taken together, say. Holds no timeline."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from incidents.merging.categories import CategoryRule
from incidents.merging.titles import title_message
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.positions import LocalFrame, Position
from telemetry.scopes import Scope

NAMESPACE = uuid.UUID("7a6e2c0e-5b1f-5d0a-9a57-696e63696465")
"""Namespace of incident ids (RFC 9562 version 5), fixed for ever."""

OLD_NEWS = 20
"""Beyond this many observations the fused position no longer narrows: the next may well be about another corner."""
MOST_FUSED = OLD_NEWS + 1
"""So many of an incident's first observations make its position."""


class State(StrEnum):
    """Where an incident is in its life."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    DISPATCHED = "dispatched"
    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    MERGED = "merged"
    """All that was said of it belongs to another incident. Nobody sets this state: settling does."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return not (self.ended or self is State.MERGED)

    @property
    def ended(self) -> bool:
        """Whether a person closed it."""
        return self in (State.RESOLVED, State.FALSE_ALARM)


@dataclass(frozen=True)
class Incident:
    """One incident, as its observations so far describe it."""

    id: str
    city: City
    category: str
    """That of the observation that opened it."""
    title: str
    severity: int
    scope: Scope
    first_at: datetime
    """UTC start of its earliest observation."""
    last_at: datetime
    """UTC end of its latest observation."""
    position: Position | None
    """Mean of the observed positions, weighted by 1/accuracy², with the accuracy of that mean."""
    identities: frozenset[str]
    """Plates and the like that its observations named."""
    sources: tuple[str, ...]
    """Kinds of source that fed it, in order of first word."""
    observation_ids: tuple[str, ...]
    state: State = State.NEW
    closed_at: datetime | None = None

    @property
    def title_message(self) -> Message:
        """Its title apart from words."""
        return title_message(self.category, self.title)

    def public(self, language: str | None = None) -> dict[str, Any]:
        """JSON-ready, as the API and `vanagas merge` show it; the title in `language`, or that of the request."""
        return {**self.headline(language), "observation_ids": list(self.observation_ids)}

    def headline(self, language: str | None = None) -> dict[str, Any]:
        """As maps and lists show it: without the ids of its observations, which may be thousands. JSON-ready."""
        return {
            "id": self.id,
            "city": self.city,
            "category": self.category,
            "title": self.title_message.text(language),
            "title_message": self.title_message.to_json(),
            "state": self.state,
            "severity": self.severity,
            "opened_at": iso(self.first_at),
            "closed_at": None if self.closed_at is None else iso(self.closed_at),
            "updated_at": iso(self.last_at),
            "position": None if self.position is None else _place(self.position),
            "sources": list(self.sources),
            "observation_count": len(self.observation_ids),
            "simulated": not self.scope.is_live,
        }


def _place(position: Position) -> dict[str, float]:
    return {"lat": position.lat, "lon": position.lon, "accuracy_m": position.accuracy_m}


def incident_id_of(observation_id: str) -> str:
    """The id of the incident that an observation opens, if it opens one."""
    return str(uuid.uuid5(NAMESPACE, observation_id))


def opened_by(observation: Observation, at: datetime, rule: CategoryRule) -> Incident:
    """The incident that `observation`, effective at `at` (UTC), opens. Its id follows from the observation's."""
    return Incident(
        id=incident_id_of(observation.id),
        city=observation.city,
        category=observation.category,
        title=rule.title,
        severity=rule.severity,
        scope=observation.scope,
        first_at=at,
        last_at=_end(observation, at),
        position=_bare(observation.position),
        identities=identities(observation),
        sources=(observation.source.kind,),
        observation_ids=(observation.id,),
    )


def absorb(incident: Incident, observation: Observation, at: datetime) -> Incident:
    """`incident` with one more observation, effective at `at` (UTC)."""
    kind = observation.source.kind
    return replace(
        incident,
        first_at=min(incident.first_at, at),
        last_at=max(incident.last_at, _end(observation, at)),
        position=_fused(incident.position, observation.position, len(incident.observation_ids)),
        identities=incident.identities | identities(observation),
        sources=incident.sources if kind in incident.sources else (*incident.sources, kind),
        observation_ids=(*incident.observation_ids, observation.id),
    )


def fused_position(first: Iterable[Observation]) -> Position | None:
    """The position that an incident's first MOST_FUSED observations, in the order of their acceptance, give it."""
    mean: Position | None = None
    for count, observation in enumerate(first):
        mean = _fused(mean, observation.position, count)
    return mean


def identities(observation: Observation) -> frozenset[str]:
    """What the observation names beyond doubt: a plate, a tag."""
    named = observation.attributes.get("identity")
    if isinstance(named, str) and named:
        return frozenset({named})
    return frozenset()


def _end(observation: Observation, at: datetime) -> datetime:
    if observation.ended_at is None:
        return at
    return at + (observation.ended_at - observation.started_at)


def _bare(position: Position | None) -> Position | None:
    if position is None:
        return None
    return Position(lat=position.lat, lon=position.lon, accuracy_m=position.accuracy_m)


def _fused(mean: Position | None, seen: Position | None, count: int) -> Position | None:
    """Inverse-variance mean of two independent fixes (Bar-Shalom, Estimation with Applications, 2001, 1.4.14)."""
    if mean is None or seen is None or count > OLD_NEWS:
        if seen is None or mean is not None:
            return mean
        return _bare(seen)
    both = math.hypot(mean.accuracy_m, seen.accuracy_m)  # not their squares: those of tiny ones are 0
    share = (mean.accuracy_m / both) ** 2
    frame = LocalFrame(mean.lat, mean.lon)
    east, north = frame.to_metres(seen.lat, seen.lon)
    lat, lon = frame.to_degrees(east * share, north * share)
    sigma = mean.accuracy_m * (seen.accuracy_m / both)
    return Position(lat=lat, lon=lon, accuracy_m=sigma)
