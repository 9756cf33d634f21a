"""What a town's incidents are, given all that was said lately and what people did with them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from incidents.grouping import (
    ClosedIncident,
    Grouping,
    GroupingMemory,
    OpenQuestion,
    PersonDecision,
    explain,
    group_observations,
)
from incidents.grouping.clocks import ClockOffset
from incidents.grouping.doubt import Caution, Grouped
from incidents.grouping.grouping import SettledTown, happened_at
from incidents.grouping.questions import question_between, told_of
from incidents.grouping.witnesses import device_of
from incidents.merging.categories import Rules
from incidents.merging.incident import Incident, incident_id_of
from telemetry.messages import Message
from telemetry.observations import Observation

APART = "/apart"
"""Added to an observation's id where the id that follows from it is that of an incident which people have touched."""


@dataclass(frozen=True)
class HeldIncident:
    """An incident as it is stored."""

    id: str
    observation_ids: tuple[str, ...]
    touched: bool
    """Whether a person did anything with it: its id stays."""
    closed_at: datetime | None
    """UTC."""


@dataclass(frozen=True)
class TownWords:
    """What is settled together: words of one town and scope, and what is known of them."""

    observations: tuple[Observation, ...]
    incidents: tuple[HeldIncident, ...]
    decisions: tuple[PersonDecision, ...]
    """In the order in which they were made."""
    now: datetime
    """UTC."""
    clocks: Mapping[str, ClockOffset] = field(default_factory=dict)
    """The offsets of clocks that people have taken over, by kind and id of the source."""


@dataclass(frozen=True)
class MovedWord:
    """An observation that belongs to another incident than before."""

    observation: Observation
    happened_at: datetime
    """UTC, without the known offset of its device's clock."""
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Settlement:
    """What the incidents should be."""

    incidents: tuple[Incident, ...]
    """Every one with any of the words."""
    questions: tuple[OpenQuestion, ...]
    moved: Mapping[str, MovedWord]
    """Each observation that is in another incident now."""
    clocks: Mapping[str, Mapping[str, float]]
    """Of each incident, how many seconds the clock of each of its devices is taken to be ahead."""


def settle(words: TownWords, rules: Rules, memory: GroupingMemory | None = None) -> Settlement:
    """The incidents of `words`. A function of them alone; `memory` makes it faster."""
    by_id = {one.id: one for one in words.observations}
    anchors = _anchors(words.incidents, by_id)
    closed = tuple(
        ClosedIncident(held.observation_ids, held.closed_at) for held in words.incidents if held.closed_at is not None
    )

    def grouped(decisions: Sequence[PersonDecision]) -> Grouping:
        return group_observations(
            words.observations,
            now=words.now,
            rules=rules,
            decisions=decisions,
            closed=closed,
            taken_over=words.clocks,
            memory=memory,
        )

    grouping = grouped(words.decisions)
    parted = _parted(grouping, anchors)
    if parted:
        grouping = grouped([*parted, *words.decisions])
    ids = _ids(grouping, anchors)
    incidents = tuple(replace(one.incident, id=ids[one.incident.id]) for one in grouping.incidents)
    questions = [
        replace(asked, a=ids[asked.a], b=ids[asked.b]) for asked in (*grouping.questions, *_asked(grouping, parted))
    ]
    home = {seen: held.id for held in words.incidents for seen in held.observation_ids}
    moved = [seen for one in incidents for seen in one.observation_ids if home.get(seen) != one.id]
    told = {
        seen: MovedWord(
            by_id[seen], happened_at(by_id[seen], grouping.offsets, words.now), tuple(explain(grouping, seen))
        )
        for seen in moved
    }
    clocks = {one.id: _clocks(one, by_id, grouping) for one in incidents}
    return Settlement(incidents, tuple({asked.id: asked for asked in questions}.values()), told, clocks)


def _clocks(incident: Incident, by_id: Mapping[str, Observation], grouping: Grouping) -> dict[str, float]:
    found: dict[str, float] = {}
    for seen in incident.observation_ids:
        device = device_of(by_id[seen])
        offset = grouping.offsets.get(device)
        found[device] = 0.0 if offset is None else offset.ahead_s
    return found


def _anchors(incidents: Iterable[HeldIncident], by_id: Mapping[str, Observation]) -> dict[str, str]:
    """The touched incidents, by the observation that each goes with."""
    found: dict[str, str] = {}
    for held in incidents:
        there = [by_id[seen] for seen in held.observation_ids if seen in by_id]
        if not held.touched or not there:
            continue
        found[opening_of(held.id, there).id] = held.id
    return found


def opening_of(incident_id: str, observations: Iterable[Observation]) -> Observation:
    """The one of an incident's `observations` that its id goes with: the one it follows from, or else the earliest."""
    return min(observations, key=lambda one: (incident_id_of(one.id) != incident_id, one.started_at, one.id))


def _parted(grouping: Grouping, anchors: Mapping[str, str]) -> list[PersonDecision]:
    """Touched incidents that the grouping would join although nobody has said so: they stay apart."""
    found: list[PersonDecision] = []
    for town in grouping.towns.values():
        atoms = _anchored_atoms(town, anchors)
        for group in town.groups:
            held = [seen for atom in group for seen in atoms.get(atom, ())[:1]]
            found += [PersonDecision(a, b, together=False) for n, a in enumerate(held) for b in held[n + 1 :]]
    return found


def _anchored_atoms(town: SettledTown, anchors: Mapping[str, str]) -> dict[int, list[str]]:
    """The anchors in each atom that has any, in canonical order."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number, witness in enumerate(town.search.evidence.witnesses):
        if witness.id in anchors:
            found[town.search.atoms.atom_of(number)].append(witness.id)
    return found


def _asked(grouping: Grouping, parted: Iterable[PersonDecision]) -> Iterable[OpenQuestion]:
    """Whether touched incidents that stay apart are one."""
    least = Caution().ask_odds
    for town in grouping.towns.values():
        number_of = {one.id: number for number, one in enumerate(town.search.evidence.witnesses)}
        home = {atom: group for group in town.groups for atom in group}
        ids: dict[Grouped, str] = {}
        for group in town.groups:
            first = town.search.evidence.witnesses[town.search.members(group)[0]]
            ids[group] = incident_id_of(first.id)
        for pair in parted:
            if pair.a not in number_of or pair.b not in number_of:
                continue
            a, b = sorted(home[town.search.atoms.atom_of(number_of[one])] for one in (pair.a, pair.b))
            odds = town.search.evidence.gain(town.search.members(a), town.search.members(b))
            if a != b and odds > least:
                yield told_of(question_between(town.search, a, b, odds), ids)


def _ids(grouping: Grouping, anchors: Mapping[str, str]) -> dict[str, str]:
    """The id of each incident, by the id that follows from its earliest observation."""
    found: dict[str, str] = {}
    for one in grouping.incidents:
        held = [anchors[seen] for seen in one.incident.observation_ids if seen in anchors]
        if held:
            found[one.incident.id] = held[0]
    taken = set(found.values())
    for one in grouping.incidents:
        derived = one.incident.id
        if derived in found:
            continue
        if derived in taken:
            found[derived] = incident_id_of(one.incident.observation_ids[0] + APART)
        else:
            found[derived] = derived
    return found
