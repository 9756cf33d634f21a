"""A group of witnesses as an incident: a pure fold over what they say. Decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from incidents.grouping.evidence import Evidence, Group
from incidents.grouping.places import agreed_place
from incidents.merging.categories import Rules
from incidents.merging.incident import Incident, absorb, opened_by
from telemetry.observations import Observation
from telemetry.positions import LocalFrame, Position

LEAST_CHANCE = 0.01
"""Kinds less likely than this are not told."""


@dataclass(frozen=True)
class GroupedIncident:
    """An incident with what it may be."""

    incident: Incident
    kinds: tuple[tuple[str, float], ...]
    """What it may be with its probability, the likeliest first."""

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        likely = [[kind, round(chance, 3)] for kind, chance in self.kinds if chance >= LEAST_CHANCE]
        return {**self.incident.public(), "kinds": likely}


def incident_of(
    evidence: Evidence,
    members: Group,
    by_id: Mapping[str, Observation],
    rules: Rules,
    passing: Sequence[tuple[Observation, datetime]],
) -> GroupedIncident:
    """The incident of the witnesses `members` and of `passing` sights with their UTC times; its id is that of the
    earliest witness, what it is called that of the likeliest kind."""
    witnesses = [evidence.witnesses[number] for number in members]
    weighed = evidence.weigh(members)
    said = [(by_id[one.id], datetime.fromtimestamp(one.at_s, UTC)) for one in witnesses]
    first, first_at = said[0]
    incident = opened_by(first, first_at, rules[first.category])
    for one, at in [*said[1:], *sorted(passing, key=lambda sight: (sight[1], sight[0].id))]:
        incident = absorb(incident, one, at)
    rule = rules[weighed.kind]
    place = agreed_place(witnesses, evidence.habit(weighed.kind))
    position = None
    if place is not None:
        centre = first.city.facts
        lat, lon = LocalFrame(centre.lat, centre.lon).to_degrees(place[0], place[1])
        position = Position(lat=lat, lon=lon, accuracy_m=place[2])
    incident = replace(incident, category=weighed.kind, title=rule.title, severity=rule.severity, position=position)
    return GroupedIncident(incident, weighed.kinds)
