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
    place_score,
)
from incidents.merging.incident import identities
from telemetry.observations import Observation
from telemetry.positions import EARTH_RADIUS_M, Position, distance_m

CLOSE_S = 1e-3
"""Seconds by which a time must be inside its limit to count as inside for sure."""
CLOSE_M = 1e-3
CLOSE_SCORE = 1e-6
"""Relative difference of scores that rounding may make."""
PAIRS_AT_ONCE = 500_000
"""Pairs of an observation and an incident that are scored together; a table of them has to fit into memory."""


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


class CandidateSearch:
    """What the chances of incidents to explain an observation depend on."""

    def __init__(self, observation: Observation, at: datetime, rules: Rules) -> None:
        """`observation` is effective at `at` (UTC)."""
        self.city = observation.city
        self.scope = observation.scope
        self.category = observation.category
        self.position = observation.position
        self.at_s = at.timestamp()
        self.identities = identities(observation)
        self.joinable = joinable_categories(observation.category, rules)
        self.window = rules[observation.category].window

    def term(self, category: str) -> float:
        """What an incident's category counts, in nats; -inf when it cannot be joined for that."""
        if self.joinable is not None and category not in self.joinable:
            return -math.inf
        if category == self.category:
            return SAME_CATEGORY
        return RELATED_CATEGORY


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


class _Shortlist(NamedTuple):
    ids: list[str]
    least: float
    """The score in nats below which an incident is not on it."""


class Neighbourhood:
    """The places of incidents of one town and scope, as they change while a batch is taken in."""

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
        self._shortlists: dict[CandidateSearch, _Shortlist] = {}
        """As they were before anything changed."""
        self._joinable: dict[str, _Rows] = {}
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

    def expect(self, looks: Iterable[CandidateSearch]) -> list[str]:
        """Work out at once the shortlists of `looks`, for as long as nothing changes that concerns them; the ids."""
        self._put_pending()
        alike: defaultdict[tuple[str, frozenset[str]], list[CandidateSearch]] = defaultdict(list)
        for look in looks:
            if look.position is not None:
                alike[look.category, look.identities].append(look)
        expected: dict[CandidateSearch, _Shortlist] = {}
        for of_kind in alike.values():
            expected.update(zip(of_kind, self._best(of_kind, self._rows_of_kind(of_kind[0])), strict=True))
        if not self._changed:
            self._shortlists.update(expected)
        return [incident_id for shortlist in expected.values() for incident_id in shortlist.ids]

    def shortlist(self, look: CandidateSearch) -> list[str]:
        """The ids of the incidents among which the best is, as far as their places were put here."""
        if look.position is None:
            return []
        before = self._shortlists.get(look)
        rivals = None
        if before is not None:
            rivals = self._rivals(look, look.position, before)
        if before is not None and rivals == []:
            return before.ids
        self._put_pending()
        if before is None or rivals is None:
            rows = self._rows_of_kind(look)
        else:
            rows = np.array([self._row_of[incident_id] for incident_id in (*before.ids, *rivals)])
        (found,) = self._best([look], rows)
        return found.ids

    def _rivals(self, look: CandidateSearch, seen: Position, before: _Shortlist) -> list[str] | None:
        """The incidents that have changed and may explain `look` as well as those of its shortlist `before`; None when
        any incident may."""
        if not self._changed:
            return []
        if look.identities or look.joinable is None:
            return None
        rivals = []
        least = before.least - CLOSE_SCORE * (1 + abs(before.least)) - SAME_CATEGORY
        for category, places in self._changed.items():
            if any(incident_id in places for incident_id in before.ids):
                return None
            if category not in look.joinable:
                continue
            rule = self._rules[category]
            reach_m = BEYOND_DOUBT * (seen.accuracy_m + rule.spread) + CLOSE_M
            known = seen.accuracy_m**2 + rule.spread**2
            for place in places.values():
                if abs(seen.lat - place.lat) * METRES_A_DEGREE > reach_m + BEYOND_DOUBT * place.accuracy_m:
                    continue
                if place_score(distance_m(seen, place), known + place.accuracy_m**2, rule.density) >= least:
                    rivals.append(place.incident_id)
        return rivals

    def _best(self, looks: Sequence[CandidateSearch], rows: _Rows) -> list[_Shortlist]:
        """Of the incidents in `rows`, those that may be the best for each of `looks`, which are of one kind."""
        step = max(1, PAIRS_AT_ONCE // max(1, len(rows)))
        found: list[_Shortlist] = []
        for begins in range(0, len(looks), step):
            some = looks[begins : begins + step]
            whose, which, nats, sure = self._scores(some, rows)
            best = np.full(len(some), -math.inf)
            np.fmax.at(best, whose[sure], nats[sure])
            least = best - CLOSE_SCORE * (1 + np.abs(best))
            near_best = nats >= least[whose]
            ids: list[list[str]] = [[] for _ in some]
            for number, row in zip(whose[near_best].tolist(), which[near_best].tolist(), strict=True):
                ids[number].append(self._ids[row])
            found += map(_Shortlist, ids, least.tolist())
        return found

    def _scores(self, looks: Sequence[CandidateSearch], rows: _Rows) -> tuple[_Rows, _Rows, _Column, _Bools]:
        """Of each pair that is not ruled out, by the formulas of `decide.weigh`: the look's number and the incident's
        row; its score in nats; and whether that it is not ruled out is beyond rounding."""
        numbers = [(p.lat, p.lon, p.accuracy_m, look.at_s, look.window) for look in looks if (p := look.position)]
        seen_lat, seen_lon, seen_m, at_s, seen_window = np.array(numbers).T
        apart_deg = np.abs(seen_lat[:, None] - self._table[_COLUMNS.index("lat"), rows])
        reach_m = BEYOND_DOUBT * (seen_m[:, None] + self._table[_COLUMNS.index("spread_m"), rows])
        room_m = reach_m - apart_deg * METRES_A_DEGREE
        whose, of = np.nonzero(room_m >= -CLOSE_M)  # most are ruled out by latitude
        which = rows[of]
        _, lon, phi, cos_phi, first_s, last_s, closed_s, window, _, variance, chance = self._table[:, which]
        at_s = at_s[whose]
        window = np.maximum(window, seen_window[whose])
        gap = np.maximum(np.maximum(at_s - last_s, first_s - at_s), 0.0)
        room_s = np.minimum(window - gap, SPAN_WINDOWS * window - at_s + first_s)
        room_s = np.fmin(room_s, closed_s - at_s)  # the end of an open one is no number
        # As telemetry.positions.distance_m, for many at once.
        seen_phi = np.radians(seen_lat)
        north = np.sin((phi - seen_phi[whose]) / 2)
        east = np.sin(np.radians(lon - seen_lon[whose]) / 2)
        h = north**2 + np.cos(seen_phi)[whose] * cos_phi * east**2
        apart_m = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
        both = variance + seen_m[whose] ** 2
        nats = self._kind_of(looks[0], which) - gap / window - np.log(both * chance) - apart_m**2 / (2 * both)
        possible = room_s >= -CLOSE_S
        sure = (room_s > CLOSE_S) & (room_m[whose, of] > CLOSE_M)
        return whose[possible], which[possible], nats[possible], sure[possible]

    def _rows_of_kind(self, look: CandidateSearch) -> _Rows:
        """The rows of the incidents that `look` may join for what they are."""
        known = None
        if not look.identities:
            known = self._joinable.get(look.category)
        if known is not None:
            return known
        rows = np.flatnonzero(self._kind_of(look, np.arange(len(self._ids))) > -math.inf)
        if not look.identities:
            self._joinable[look.category] = rows
        return rows

    def _kind_of(self, look: CandidateSearch, rows: _Rows) -> _Column:
        """What it counts in nats what the incidents in `rows` are."""
        terms = np.array([look.term(category) for category in self._terms])
        kind = terms[self._categories[rows]]
        if look.identities:
            named = [
                self._row_of[incident_id] for name in look.identities for incident_id in self._naming.get(name, ())
            ]
            kind[np.isin(rows, named)] = SAME_IDENTITY
        return kind

    def _put_pending(self) -> None:
        self.put(self._pending)
        self._pending.clear()

    def _make_room(self, rows: int) -> None:
        table = np.empty((len(_COLUMNS), rows))
        table[:, : self._table.shape[1]] = self._table
        categories = np.zeros(rows, dtype=np.intp)
        categories[: len(self._categories)] = self._categories
        self._table = table
        self._categories = categories
