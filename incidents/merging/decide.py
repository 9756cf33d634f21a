"""The decision: does this observation belong to one of these incidents, and why. Pure; the clock is passed in.

The question is asked as a likelihood ratio: is the observation better explained by the incident, or by something
unrelated that happens to be close? With s² the summed variances of both positions and of the thing's own spread,
an incident predicts a place with density exp(-d²/2s²)/(2πs²), and unrelated incidents of the category come with a
known density. So a precise source may be judged on metres, and a vague one must be close in its own sigmas.
Score in nats; above 0 the incident explains it better. Form: Bar-Shalom and Li, Multitarget-Multisensor Tracking,
1995, section 2.5 (association likelihood ratio).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from incidents.merging.categories import CategoryRule, Rules
from incidents.merging.incident import Incident, identities
from incidents.merging.titles import title_message
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.positions import Position, distance_m

SAME_CATEGORY = math.log(0.9)
RELATED_CATEGORY = math.log(0.1)
"""How often a source names the category right, and how often a related one."""
SAME_IDENTITY = math.log(10_000)
"""Two unrelated incidents nearby that name the same plate are rare."""
SPAN_WINDOWS = 12
"""An incident does not go on for ever because somebody keeps talking: this many windows after its first word."""
BEYOND_DOUBT = 10
"""Sigmas; no score above 0 reaches so far with densities down to one in a thousand million a square kilometre."""
METRES_A_DEGREE = 110_574
"""Of latitude, at the equator, where it is shortest (WGS 84)."""
CLOCK_SLACK = timedelta(seconds=2)
"""A device may run this far ahead before its time is replaced by ours."""


@dataclass(frozen=True)
class Reason:
    """One term of a decision, as a message and in numbers."""

    term: str
    """distance | time | category | identity | accuracy | clock | person | source"""
    text: Message
    value: float | str | None = None
    limit: float | None = None
    """Largest value with which, all else equal, the decision would have been the same."""

    def public(self) -> dict[str, Any]:
        """JSON-ready, with the words of the present language."""
        return {"term": self.term, **self.text.to_answer(), "value": self.value, "limit": self.limit}

    def kept(self) -> dict[str, Any]:
        """As rows keep it: without words."""
        return {"term": self.term, **self.text.to_json(), "value": self.value, "limit": self.limit}


@dataclass(frozen=True)
class Decision:
    """What was decided for one observation."""

    incident_id: str | None
    """The incident it joins; None: none of the candidates."""
    score: float
    """Nats in favour of the best candidate; at most 0 when none was joined."""
    reasons: tuple[Reason, ...]
    at: datetime
    """The UTC time that counts for it: device time, unless the device's clock runs ahead."""


def decide(observation: Observation, candidates: Iterable[Incident], *, now: datetime, rules: Rules) -> Decision:
    """The candidate that explains `observation` best, or none. `now` is UTC. Ties go to the older incident."""
    at, clock = effective_time(observation, now)
    best: tuple[float, Incident, tuple[Reason, ...]] | None = None
    for incident in sorted(candidates, key=lambda i: (i.first_at, i.id)):
        score, reasons = weigh(observation, at, incident, rules)
        if best is None or score > best[0]:
            best = (score, incident, reasons)
    if best is not None and best[0] > 0:
        return Decision(best[1].id, best[0], (*best[2], *clock), at)
    if best is None or best[0] == -math.inf:
        alone = Reason("distance", Message("merging.nothing_near"))
        return Decision(None, -math.inf, (alone, *clock), at)
    title = best[1].title_message
    nearest = Reason("distance", Message("merging.worse_than_chance", title=title), best[1].id)
    return Decision(None, best[0], (nearest, *best[2], *clock), at)


def weigh(observation: Observation, at: datetime, incident: Incident, rules: Rules) -> tuple[float, tuple[Reason, ...]]:
    """Score in nats of `observation` (effective at `at`, UTC) under `incident`, with its terms; -inf: ruled out."""
    if observation.city != incident.city or observation.scope != incident.scope:
        return -math.inf, ()
    if observation.attributes.get("incident_id") == incident.id:
        return math.inf, (Reason("person", Message("merging.named_by_reporter")),)
    if incident.closed_at is not None and at > incident.closed_at:
        return -math.inf, ()
    seen = observation.position
    known = incident.position
    if seen is None or known is None or _far_off(seen, known, rules[incident.category]):
        return -math.inf, ()
    time_score, time_reason = _weigh_time(observation, at, incident, rules)
    kind_score, kind_reason = _weigh_category(observation, incident, rules)
    if time_score == -math.inf or kind_score == -math.inf:
        return -math.inf, ()
    others = time_score + kind_score
    place_score, place_reasons = _weigh_place(seen, known, rules[incident.category], others)
    return others + place_score, (*place_reasons, time_reason, kind_reason)


def effective_time(observation: Observation, now: datetime) -> tuple[datetime, tuple[Reason, ...]]:
    """The UTC time that counts: the device's, or `now` when its clock runs ahead of ours."""
    ahead = observation.started_at - now
    if ahead <= CLOCK_SLACK:
        return observation.started_at, ()
    seconds = ahead.total_seconds()
    return now, (Reason("clock", Message("merging.clock_ahead", ahead_s=seconds), seconds),)


def _far_off(seen: Position, known: Position, rule: CategoryRule) -> bool:
    """Whether the difference in latitude alone rules the incident out: a cheap look before the costly one."""
    reach = BEYOND_DOUBT * (seen.accuracy_m + known.accuracy_m + rule.spread)
    return abs(seen.lat - known.lat) * METRES_A_DEGREE > reach


def _weigh_time(observation: Observation, at: datetime, incident: Incident, rules: Rules) -> tuple[float, Reason]:
    window = max(rules[incident.category].window, rules[observation.category].window)
    gap = max((at - incident.last_at).total_seconds(), (incident.first_at - at).total_seconds(), 0.0)
    span = (at - incident.first_at).total_seconds()
    text = Message("merging.time", gap=_seconds(gap), window=_seconds(window))
    if gap > window or span > SPAN_WINDOWS * window:
        return -math.inf, Reason("time", text, gap, window)
    return -gap / window, Reason("time", text, round(gap, 3), window)


def _weigh_category(observation: Observation, incident: Incident, rules: Rules) -> tuple[float, Reason]:
    if shared := identities(observation) & incident.identities:
        return SAME_IDENTITY, Reason("identity", Message("merging.both_name", identity=min(shared)), min(shared))
    if not rules[observation.category].opens:
        return -math.inf, Reason("category", Message("merging.passing_sight"), observation.category)
    if observation.category == incident.category:
        same = Message("merging.same_category", title=incident.title_message)
        return SAME_CATEGORY, Reason("category", same, observation.category)
    if rules.related(observation.category, incident.category):
        title = title_message(observation.category, rules[observation.category].title)
        mixed_up = Message("merging.mixed_up", title=title, other=incident.title_message)
        return RELATED_CATEGORY, Reason("category", mixed_up, observation.category)
    return -math.inf, Reason("category", Message("merging.another_kind"), observation.category)


def place_score(apart_m: float, variance: float, density: float) -> float:
    """Score in nats of a place `apart_m` from an incident's, with the summed variances of both (m²), against unrelated
    incidents of `density` a square kilometre."""
    chance = 2 * math.pi * variance * density / 1_000_000
    return -math.log(chance) - apart_m**2 / (2 * variance)


def _weigh_place(
    seen: Position, known: Position, rule: CategoryRule, others: float
) -> tuple[float, tuple[Reason, ...]]:
    variance = seen.accuracy_m**2 + known.accuracy_m**2 + rule.spread**2
    apart = distance_m(seen, known)
    room = others + place_score(0.0, variance, rule.density)
    limit = 0.0
    if room > 0:
        limit = math.sqrt(2 * variance * room)
    return place_score(apart, variance, rule.density), (
        Reason(
            "distance",
            Message("merging.distance", apart_m=apart, limit_m=limit),
            round(apart, 1),
            round(limit, 1),
        ),
        Reason(
            "accuracy",
            Message("merging.accuracy", source_m=seen.accuracy_m, incident_m=known.accuracy_m),
            seen.accuracy_m,
        ),
    )


def _seconds(seconds: float) -> Message:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return Message(f"merging.span.{unit}", number=seconds / size)
    return Message("merging.span.seconds", number=seconds)
