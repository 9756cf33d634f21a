"""Observations into incidents: the one entry for whole files and for a neighbourhood of the server. Pure.

The result is a function of the set of observations and of what people decided, never of the order of arrival.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from incidents.grouping.clocks import ClockOffset, arrival_offsets, hour_offsets, prompt_devices
from incidents.grouping.decisions import ClosedIncident, PersonDecision, Together
from incidents.grouping.doubt import Caution, Doubts, Grouped
from incidents.grouping.evidence import Evidence, GroupingMemory
from incidents.grouping.habits import IncidentHabits, default_habits
from incidents.grouping.identity import LONGEST_GAP_S, identity_pairs, reachable
from incidents.grouping.incidents import GroupedIncident, incident_of
from incidents.grouping.neighbours import links_of
from incidents.grouping.questions import GroupQuestion, OpenQuestion, questions_of, told_of
from incidents.grouping.search import Atoms, GroupingSearch
from incidents.grouping.witnesses import Witness, device_of, witness_of
from incidents.grouping.words import mentions
from incidents.merging.categories import Rules
from incidents.merging.incident import incident_id_of
from telemetry.observations import Observation, SourceKind
from telemetry.scopes import Scope

MOVING_MPS = 0.5
"""What is no faster than a slow walk stays where it is."""
SEVERE = 4
"""From this severity on people are in danger."""
CLOCK_SLACK = timedelta(seconds=2)
"""A device may run this far ahead of our clock before its arrival counts instead."""

Town = tuple[str, Scope]
"""Town and scope: what never merges with another."""


@dataclass(frozen=True)
class _Bound:
    """What people have said that binds."""

    decisions: Sequence[PersonDecision]
    closed: Sequence[ClosedIncident]


@dataclass(frozen=True)
class SettledTown:
    """One town as it was settled, for explanations."""

    search: GroupingSearch
    doubts: Doubts
    groups: list[Grouped]
    questions: list[GroupQuestion]

    def neighbourhood(self, number: int) -> list[int]:
        """The witnesses on whose words it depends where the witness `number` is: settled by themselves, they come out
        as they do in the whole town."""
        linked = self.search.linked
        found = {self.search.atoms.atom_of(number)}
        waiting = list(found)
        while waiting:
            for other in linked[waiting.pop()] - found:
                found.add(other)
                waiting.append(other)
        return list(self.search.members(found))


@dataclass(frozen=True)
class Grouping:
    """The result: every observation is in exactly one incident, or a passing sight of none."""

    incidents: tuple[GroupedIncident, ...]
    """In order of their first observation."""
    questions: tuple[OpenQuestion, ...]
    routine: tuple[Observation, ...]
    offsets: Mapping[str, ClockOffset]
    """Of devices whose clocks are off, by kind and id of the source."""
    towns: Mapping[Town, SettledTown]

    def incident_of(self) -> dict[str, str]:
        """The incident of each observation that is in one."""
        return {member: one.incident.id for one in self.incidents for member in one.incident.observation_ids}


def group_observations(
    observations: Iterable[Observation],
    *,
    now: datetime,
    rules: Rules,
    decisions: Sequence[PersonDecision] = (),
    closed: Sequence[ClosedIncident] = (),
    offsets: Mapping[str, ClockOffset] | None = None,
    taken_over: Mapping[str, ClockOffset] | None = None,
    caution: Caution | None = None,
    habits: IncidentHabits | None = None,
    memory: GroupingMemory | None = None,
) -> Grouping:
    """Group `observations`, each given once, as known at `now` (UTC).

    `offsets`: what is known of the devices' clocks; None: it is learned from these observations, but for devices whose
    offset a person has `taken_over`. `memory`: of groupings
    of the same town before.
    """
    seen = sorted(observations, key=lambda one: one.id)
    habits = habits or default_habits()
    caution = caution or Caution()
    by_id = {one.id: one for one in seen}
    known = offsets
    if known is None:
        known = learned_offsets(seen, now, rules, habits, taken_over or {})
    named = named_decisions(seen)
    bound = [*named, *decisions]
    settled: dict[Town, SettledTown] = {}
    for town, witnesses in witnesses_of(seen, now, rules, known).items():
        settled[town] = _settle(witnesses, _Bound(bound, closed), habits, caution, rules, memory)
    placed: list[GroupedIncident] = []
    questions: list[OpenQuestion] = []
    sights = [one for one in seen if not rules[one.category].opens]
    joined: set[str] = set()
    for town, result in settled.items():
        passing = _passing(sights, town, result, known, now)
        joined.update(one.id for some in passing.values() for one, _ in some)
        ids: dict[Grouped, str] = {}
        for group in result.groups:
            members = result.search.members(group)
            found = incident_of(result.search.evidence, members, by_id, rules, passing.get(members[0], ()))
            ids[group] = found.incident.id
            placed.append(found)
        questions += [told_of(asked, ids) for asked in result.questions]
    placed.sort(key=lambda one: (one.incident.first_at, one.incident.id))
    questions.sort(key=lambda one: one.id)
    routine = tuple(one for one in sights if one.id not in joined)
    return Grouping(tuple(placed), tuple(questions), routine, known, settled)


def named_decisions(observations: Iterable[Observation]) -> list[PersonDecision]:
    """Reporters who named an incident: with the observation that opens it."""
    opens = {incident_id_of(one.id): one.id for one in observations}
    found = []
    for one in observations:
        incident = one.attributes.get("incident_id")
        if isinstance(incident, str) and incident in opens:
            found.append(PersonDecision(one.id, opens[incident], together=True))
    return found


def happened_at(one: Observation, offsets: Mapping[str, ClockOffset], now: datetime) -> datetime:
    """When it happened, UTC: device time without the known offset; no later than it came in."""
    at = one.started_at
    offset = offsets.get(device_of(one))
    if offset is not None:
        at -= timedelta(seconds=offset.ahead_s)
    latest = one.received_at or now
    if at > latest + CLOCK_SLACK:
        return latest
    return at


def witnesses_of(
    observations: Iterable[Observation], now: datetime, rules: Rules, offsets: Mapping[str, ClockOffset]
) -> dict[Town, list[Witness]]:
    """The witnesses of each town, in canonical order."""
    found: defaultdict[Town, list[Witness]] = defaultdict(list)
    for one in observations:
        if not rules[one.category].opens:
            continue
        said: frozenset[str] = frozenset()
        if one.source.kind is SourceKind.REPORT:
            said = mentions(one.summary)
        named = "incident_id" in one.attributes
        at_s = happened_at(one, offsets, now).timestamp()
        found[one.city, one.scope].append(witness_of(one, at_s, said, named=named))
    return {town: sorted(witnesses, key=lambda one: one.order) for town, witnesses in sorted(found.items())}


def learned_offsets(
    observations: Sequence[Observation],
    now: datetime,
    rules: Rules,
    habits: IncidentHabits,
    taken_over: Mapping[str, ClockOffset] = MappingProxyType({}),
) -> dict[str, ClockOffset]:
    """What the observations show of their devices' clocks, as known at `now` (UTC), with what was `taken_over`."""
    found = {**arrival_offsets(observations), **taken_over}
    towns = witnesses_of(observations, now, rules, found)
    skip = prompt_devices(observations) | found.keys()
    return {**hour_offsets(towns.values(), skip, habits), **found}


def _settle(
    witnesses: Sequence[Witness],
    bound: _Bound,
    habits: IncidentHabits,
    caution: Caution,
    rules: Rules,
    memory: GroupingMemory | None,
) -> SettledTown:
    number_of = {one.id: number for number, one in enumerate(witnesses)}
    together = Together(len(witnesses))
    together.bind(bound.decisions, number_of)
    evidence = Evidence(placed_by_themselves(witnesses, together.bound, habits), habits, memory)
    decided = list(together.apart)
    closed = together.close(bound.closed, number_of)
    same, impossible = identity_pairs(witnesses)
    for a, b in impossible:
        together.part(a, b)
    for a, b in same:
        together.join(a, b)
    links = links_of(evidence)
    links += [
        (number_of[one.a], number_of[one.b]) for one in bound.decisions if one.a in number_of and one.b in number_of
    ]
    times = [one.at_s for one in witnesses]
    search = GroupingSearch(evidence, Atoms(together.groups(), together.apart, decided, times, closed), links)
    severe = frozenset(kind for kind in habits.by_kind if rules[kind].severity >= SEVERE)
    moving = frozenset(kind for kind, habit in habits.by_kind.items() if habit.moves_mps >= MOVING_MPS)
    answered = frozenset(itertools.chain.from_iterable(together.bound))
    doubts = Doubts(search, caution, severe_kinds=severe, moving_kinds=moving, answered=answered)
    groups = doubts.take_apart(search.settle())
    return SettledTown(search, doubts, groups, questions_of(groups, search, doubts, caution, impossible))


def placed_by_themselves(
    witnesses: Sequence[Witness], bound: Iterable[tuple[int, int]], habits: IncidentHabits
) -> list[Witness]:
    """The witnesses, where the later of two that are `bound` against the odds says nothing of the place: what a person
    names says what belongs, never where it is."""
    found = list(witnesses)
    alone = Evidence(witnesses, habits)
    for earlier, later in bound:
        if alone.gain((earlier,), (later,)) < 0:
            found[later] = replace(witnesses[later], placed=False)
    return found


def _passing(
    sights: Iterable[Observation],
    town: Town,
    result: SettledTown,
    offsets: Mapping[str, ClockOffset],
    now: datetime,
) -> dict[int, list[tuple[Observation, datetime]]]:
    """Passing sights that name what an incident names, where it can have been, by the incident's first witness."""
    named: defaultdict[str, list[tuple[Witness, int]]] = defaultdict(list)
    for group in result.groups:
        members = result.search.members(group)
        for number in members:
            one = result.search.evidence.witnesses[number]
            if one.identity is not None:
                named[one.identity].append((one, members[0]))
    found: defaultdict[int, list[tuple[Observation, datetime]]] = defaultdict(list)
    for sight in sights:
        if (sight.city, sight.scope) != town:
            continue
        at = happened_at(sight, offsets, now)
        seen = witness_of(sight, at.timestamp(), frozenset(), named=False)
        if seen.identity is None or not seen.placed:
            continue
        near = [
            (abs(one.at_s - seen.at_s), one.order, first)
            for one, first in named.get(seen.identity, ())
            if abs(one.at_s - seen.at_s) <= LONGEST_GAP_S and reachable(*sorted((one, seen), key=lambda w: w.at_s))
        ]
        if near:
            found[min(near)[2]].append((sight, at))
    return dict(found)
