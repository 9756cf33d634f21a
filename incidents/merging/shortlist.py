"""Which of many incidents could be the one that `decide` chooses: a quick look at plain numbers, before the exact one.

Pure. Gives every incident that may have the best score, so that deciding among them is deciding among all.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from incidents.merging.categories import Rules
from incidents.merging.decide import (
    BEYOND_DOUBT,
    METRES_A_DEGREE,
    RELATED_CATEGORY,
    SAME_CATEGORY,
    SAME_IDENTITY,
    SPAN_WINDOWS,
)
from incidents.merging.incident import identities
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


_COLUMNS = (
    "lat", "lon", "phi", "cos_phi", "first_s", "last_s", "closed_s", "window", "spread_m", "variance", "chance",
)  # fmt: skip
"""What the table holds of each incident."""
_Column: TypeAlias = NDArray[np.float64]
_Rows: TypeAlias = NDArray[np.intp]
_Bools: TypeAlias = NDArray[np.bool_]


class Look:
    """What the chances of incidents to explain an observation depend on."""

    def __init__(self, observation: Observation, at: datetime, rules: Rules) -> None:
        """`observation` is effective at `at` (UTC)."""
        self.city = observation.city
        self.simulated = observation.simulated
        self.category = observation.category
        self.position = observation.position
        self.at_s = at.timestamp()
        self.identities = identities(observation)
        self.joinable = joinable_categories(observation.category, rules)
        self.window = rules[observation.category].window
        self.phi = 0.0 if observation.position is None else math.radians(observation.position.lat)

    def term(self, category: str) -> float:
        """What an incident's category counts, in nats; -inf when it cannot be joined for that."""
        if self.joinable is not None and category not in self.joinable:
            return -math.inf
        return SAME_CATEGORY if category == self.category else RELATED_CATEGORY


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


class Neighbourhood:
    """The places of incidents of one town, all of them simulated or none, as they change while a batch is taken in."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._ids: list[str] = []
        self._row_of: dict[str, int] = {}
        self._terms: dict[str, tuple[int, float, float, float]] = {}
        """Of each category: its number, window, spread, and the chance of an unrelated incident on 1 m² of variance."""
        self._naming: dict[str, set[str]] = {}
        self._changed: defaultdict[str, dict[str, Place]] = defaultdict(dict)
        """By category: the latest places of incidents that have changed."""
        self._pending: list[Place] = []
        """Changes that are not in the table yet."""
        self._shortlists: dict[Look, list[str]] = {}
        """As they were before anything changed."""
        self._joinable: dict[str, tuple[_Rows, _Column]] = {}
        """By category of a look: what `_rows_of_kind` gives, until a place is put here."""
        self._categories = np.empty(0, dtype=np.intp)
        """Of each incident: the number of its category. As the table it has room for more than there are."""
        self._table = np.empty((len(_COLUMNS), 0))

    def put(self, places: Sequence[Place]) -> None:
        """Add the places of incidents, or replace the ones that they had."""
        if not places:
            return
        self._joinable.clear()
        ids, categories, *numbers = zip(*places, strict=True)
        known = self._row_of
        for incident_id in ids:
            if incident_id not in known:
                known[incident_id] = len(known)
                self._ids.append(incident_id)
        if len(known) > len(self._categories):
            self._make_room(2 * len(known))
        for category in set(categories).difference(self._terms):
            rule = self._rules[category]
            chance = 2 * math.pi * rule.density / 1_000_000
            self._terms[category] = (len(self._terms), rule.window, rule.spread, chance)
        terms = np.array([self._terms[category] for category in categories])
        number, window, spread, chances = terms.T
        lat, lon, accuracy_m, first_s, last_s, closed_s = (np.array(column, dtype=float) for column in numbers)
        phi = np.radians(lat)
        rows = [known[incident_id] for incident_id in ids]
        self._categories[rows] = number
        self._table[:, rows] = (
            lat, lon, phi, np.cos(phi), first_s, last_s, closed_s,
            window, accuracy_m + spread, accuracy_m**2 + spread**2, chances,
        )  # fmt: skip

    def change(self, place: Place) -> None:
        """Have an incident there now; only looks that it may concern are answered anew."""
        self._changed[place.category][place.incident_id] = place
        self._pending.append(place)

    def has(self, incident_id: str) -> bool:
        """Whether the incident's place was put here."""
        return incident_id in self._row_of

    def put_names(self, incident_id: str, names: Iterable[str]) -> None:
        """Add what the incident names beyond doubt; its place is here already."""
        for name in names:
            self._naming.setdefault(name, set()).add(incident_id)

    def shortlist(self, look: Look) -> list[str]:
        """The ids of the incidents among which the best is, as far as their places were put here."""
        if look.position is None:
            return []
        before = self._shortlists.get(look)
        if before is not None and not self._is_concerned(look, look.position, before):
            return before
        self.put(self._pending)
        self._pending.clear()
        ids = self._best(look, look.position) if self._ids else []
        if not self._changed:
            self._shortlists[look] = ids
        return ids

    def _is_concerned(self, look: Look, seen: Position, before: Sequence[str]) -> bool:
        """Whether what has changed may change the shortlist that `look` had before."""
        if look.identities or look.joinable is None:
            return bool(self._changed)
        for category, places in self._changed.items():
            if any(incident_id in places for incident_id in before):
                return True
            if category in look.joinable:
                reach_m = BEYOND_DOUBT * (seen.accuracy_m + self._rules[category].spread) + CLOSE_M
                for place in places.values():
                    if abs(seen.lat - place.lat) * METRES_A_DEGREE <= reach_m + BEYOND_DOUBT * place.accuracy_m:
                        return True
        return False

    def _best(self, look: Look, seen: Position) -> list[str]:
        rows, nats, sure = self._scores(look, seen)
        best = max(nats[sure].tolist(), default=-math.inf)
        floor = best - CLOSE_SCORE * (1 + abs(best)) if best > -math.inf else -math.inf
        return [self._ids[row] for row in rows[nats >= floor].tolist()]

    def _scores(self, look: Look, seen: Position) -> tuple[_Rows, _Column, _Bools]:
        """Of the incidents that are not ruled out, by the formulas of `decide.weigh`: their rows; their scores in nats;
        and whether that they are not ruled out is beyond rounding."""
        rows, kind = self._rows_of_kind(look)
        lat, lon, phi, cos_phi, first_s, last_s, closed_s, window, spread_m, variance, chance = self._table[:, rows]
        window = np.maximum(window, look.window)
        gap = np.maximum(np.maximum(look.at_s - last_s, first_s - look.at_s), 0.0)
        room_s = np.minimum(window - gap, SPAN_WINDOWS * window - look.at_s + first_s)
        room_s = np.fmin(room_s, closed_s - look.at_s)  # the end of an open one is no number
        room_m = BEYOND_DOUBT * (seen.accuracy_m + spread_m) - np.abs(seen.lat - lat) * METRES_A_DEGREE
        possible = np.flatnonzero((room_s >= -CLOSE_S) & (room_m >= -CLOSE_M))
        # As telemetry.positions.distance_m, for many at once.
        north = np.sin((phi[possible] - look.phi) / 2)
        east = np.sin(np.radians(lon[possible] - seen.lon) / 2)
        h = north**2 + math.cos(look.phi) * cos_phi[possible] * east**2
        apart_m = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
        both = variance[possible] + seen.accuracy_m**2
        unrelated = np.log(both * chance[possible])
        nats = kind[possible] - gap[possible] / window[possible] - unrelated - apart_m**2 / (2 * both)
        sure = (room_s[possible] > CLOSE_S) & (room_m[possible] > CLOSE_M)
        return rows[possible], nats, sure

    def _rows_of_kind(self, look: Look) -> tuple[_Rows, _Column]:
        """The rows of the incidents that `look` may join for what they are, and what that counts in nats."""
        known = None if look.identities else self._joinable.get(look.category)
        if known is not None:
            return known
        terms = np.array([look.term(category) for category in self._terms])
        kind = terms[self._categories[: len(self._ids)]]
        for name in look.identities:
            kind[[self._row_of[incident_id] for incident_id in self._naming.get(name, ())]] = SAME_IDENTITY
        rows = np.flatnonzero(kind > -math.inf)
        found = (rows, kind[rows])
        if not look.identities:
            self._joinable[look.category] = found
        return found

    def _make_room(self, rows: int) -> None:
        table = np.empty((len(_COLUMNS), rows))
        table[:, : self._table.shape[1]] = self._table
        categories = np.zeros(rows, dtype=np.intp)
        categories[: len(self._categories)] = self._categories
        self._table = table
        self._categories = categories
