"""Which of many incidents could be the one that `decide` chooses: a quick look at plain numbers, before the exact one.

Pure. Gives every incident that may have the best score, so that deciding among them is deciding among all.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from incidents.merging.categories import Rules
from incidents.merging.decide import (
    BEYOND_DOUBT,
    METRES_A_DEGREE,
    RELATED_CATEGORY,
    SAME_CATEGORY,
    SAME_IDENTITY,
    SPAN_WINDOWS,
)
from telemetry.observations import Observation
from telemetry.positions import EARTH_RADIUS_M, Position

CLOSE_S = 1e-3
"""Seconds by which a time must be inside its limit to count as inside for sure."""
CLOSE_M = 1e-3
CLOSE_SCORE = 1e-6
"""Relative difference of scores that rounding may make."""


class Place(NamedTuple):
    """What an incident's chances depend on, as plain numbers; times are seconds since 1970 UTC."""

    incident_id: str
    category: str
    lat: float
    lon: float
    accuracy_m: float
    first_s: float
    last_s: float
    closed_s: float | None


@dataclass(frozen=True)
class Shortlist:
    """The incidents among which the best is."""

    ids: list[str]
    floor: float
    """Nats; an incident that scores less has no part in the decision."""


def joinable_categories(category: str, rules: Rules) -> frozenset[str] | None:
    """The categories of incidents that an observation of `category` may join without naming the same plate.

    None: any. Empty for a passing sight, which joins by identity only.
    """
    if not rules[category].opens:
        return frozenset()
    if category in rules.default.near:
        return None
    mixed_up = {name for name, rule in rules.by_name.items() if category in rule.near}
    return frozenset({category, *rules[category].near, *mixed_up})


def shortlist(
    observation: Observation,
    at: datetime,
    places: Iterable[Place],
    rules: Rules,
    *,
    same_identity: frozenset[str] = frozenset(),
) -> Shortlist:
    """Those of `places` that may explain `observation`, effective at `at` (UTC), best.

    The places are of its town, and simulated if it is. `same_identity`: ids of incidents that name what it names.
    """
    seen = observation.position
    if seen is None:
        return Shortlist([], -math.inf)
    look = _Look(observation.category, seen, at.timestamp(), rules)
    scored = [(place.incident_id, *look.score(place, place.incident_id in same_identity)) for place in places]
    best = max((score for _, score, sure in scored if sure), default=-math.inf)
    floor = best - CLOSE_SCORE * (1 + abs(best)) if best > -math.inf else -math.inf
    ids = [incident_id for incident_id, score, _ in scored if score > -math.inf and score >= floor]
    return Shortlist(ids, floor)


def best_beyond(away_m: float, variance: float, density: float) -> float:
    """Nats that no incident reaches which is at least `away_m` from an observation and names nothing that this names.

    `variance`: the largest that the positions and the incident's spread have together, m²; `density`: the least of its
    category's, a square kilometre. The score of `decide.weigh` grows with the variance up to half of `away_m` squared.
    """
    largest = min(variance, away_m**2 / 2)
    return SAME_CATEGORY - math.log(2 * math.pi * largest * density / 1_000_000) - away_m**2 / (2 * largest)


class _Look:
    """An observation, looking at one place after the other; the formulas are those of `decide.weigh`."""

    def __init__(self, category: str, seen: Position, at_s: float, rules: Rules) -> None:
        self._category, self._seen, self._at_s, self._rules = category, seen, at_s, rules
        self._joinable = joinable_categories(category, rules)
        self._phi = math.radians(seen.lat)
        self._cos = math.cos(self._phi)
        self._kinds: dict[str, tuple[float, float, float]] = {}

    def score(self, place: Place, same_identity: bool) -> tuple[float, bool]:
        """The score in nats, -inf for what is ruled out; and whether that it is not ruled out is beyond rounding."""
        if same_identity:
            kind = SAME_IDENTITY
        elif self._joinable is not None and place.category not in self._joinable:
            return -math.inf, False
        else:
            kind = SAME_CATEGORY if place.category == self._category else RELATED_CATEGORY
        window, spread, density = self._kind(place.category)
        gap = max(self._at_s - place.last_s, place.first_s - self._at_s, 0.0)
        room_s = min(window - gap, SPAN_WINDOWS * window - (self._at_s - place.first_s))
        if place.closed_s is not None:
            room_s = min(room_s, place.closed_s - self._at_s)
        reach = BEYOND_DOUBT * (self._seen.accuracy_m + place.accuracy_m + spread)
        room_m = reach - abs(self._seen.lat - place.lat) * METRES_A_DEGREE
        if room_s < -CLOSE_S or room_m < -CLOSE_M:
            return -math.inf, False
        variance = self._seen.accuracy_m**2 + place.accuracy_m**2 + spread**2
        chance = 2 * math.pi * variance * density / 1_000_000
        score = kind - gap / window - math.log(chance) - self._apart_m(place) ** 2 / (2 * variance)
        return score, room_s > CLOSE_S and room_m > CLOSE_M

    def _kind(self, category: str) -> tuple[float, float, float]:
        known = self._kinds.get(category)
        if known is None:
            rule = self._rules[category]
            window = max(rule.window, self._rules[self._category].window)
            known = self._kinds[category] = (window, rule.spread, rule.density)
        return known

    def _apart_m(self, place: Place) -> float:
        """As `telemetry.positions.distance_m`, with what does not change worked out once."""
        phi = math.radians(place.lat)
        h = (
            math.sin((phi - self._phi) / 2) ** 2
            + self._cos * math.cos(phi) * math.sin(math.radians(place.lon - self._seen.lon) / 2) ** 2
        )
        return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
