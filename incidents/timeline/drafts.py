"""Incidents as a batch of observations changes them, before they are written. Knows no sender and no key."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel

from incidents.merging import Decision, Incident, Reason, Rules, decide
from incidents.merging.decide import effective_time
from incidents.merging.incident import MOST_FUSED, absorb, fused_position, identities, incident_id_of, opened_by
from incidents.merging.shortlist import CandidateSearch, Neighbourhood
from incidents.timeline import incident_index, repository
from incidents.timeline.incident_index import Town
from incidents.timeline.tables import CHAINED_TIMELINE, EntryKind
from telemetry import chain
from telemetry.messages import ENGLISH, Message, kept, written
from telemetry.messages.catalogue import known
from telemetry.observations import Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.store import Change, insert_rows

_LINKS = SQLModel.metadata.tables["incident_observations"]
_TIMELINE = SQLModel.metadata.tables["timeline"]


@dataclass
class _Draft:
    incident: Incident
    entries: int
    """How many entries its timeline has."""
    fresh: bool
    """It is not stored yet."""
    changed: bool


class Drafts:
    """The incidents that a batch touches, and what is added to their timelines."""

    def __init__(self, session: Session, *, now: datetime, rules: Rules) -> None:
        """`now` is UTC. Sees what the session has written."""
        self._session = session
        self._now = now
        self._rules = rules
        self._drafts: dict[str, _Draft] = {}
        self._nearby: defaultdict[Town, Neighbourhood] = defaultdict(lambda: Neighbourhood(rules))
        self._looks: dict[str, CandidateSearch] = {}
        self._horizon = timedelta(seconds=rules.longest_window)
        self._links: dict[str, str] = {}
        self._stored_links: dict[str, str | None] = {}
        self._entries: list[dict[str, Any]] = []
        self._said: dict[str, Observation] = {}

    def expect(self, arrived: Iterable[Observation]) -> None:
        """Read at once what any of `arrived` may join, so that placing each of them reads nothing more."""
        looks: defaultdict[Town, list[CandidateSearch]] = defaultdict(list)
        for observation in arrived:
            if observation.id in self._looks:  # what is said again in one array is placed as it was said first
                continue
            at, _ = effective_time(observation, self._now)
            look = self._looks[observation.id] = CandidateSearch(observation, at, self._rules)
            looks[Town(look.city, look.scope)].append(look)
        for town, of_town in looks.items():
            nearby = self._nearby[town]
            stored = list(incident_index.around(self._session, town, of_town, self._rules))
            naming = incident_index.naming(self._session, town, of_town)
            stored += [place for _, place in naming]
            if self._drafts:
                stored = [place for place in stored if place.incident_id not in self._drafts]
            nearby.put(stored)
            for identity, place in naming:
                nearby.put_names(place.incident_id, [identity])
            self._read(nearby.expect(of_town))

    def recall(self, observation_ids: Iterable[str]) -> None:
        """Read at once to which incidents stored observations belong."""
        ids = [one for one in observation_ids if one not in self._stored_links]
        found = repository.incidents_of_observations(self._session, ids)
        self._stored_links |= {one: found.get(one) for one in ids}

    def incident_of(self, observation_id: str) -> str | None:
        """The id of the incident that the observation belongs to, if to any."""
        if observation_id in self._links:
            return self._links[observation_id]
        self.recall([observation_id])
        return self._stored_links[observation_id]

    def place(self, observation: Observation, why: Sequence[Reason] = ()) -> str | None:
        """Let it join or open an incident, whose id this gives; None for a passing sight. `why` goes before the
        reasons of merging."""
        self._said[observation.id] = observation
        if observation.id not in self._looks:
            self.expect([observation])
        decision = decide(observation, self._candidates(observation), now=self._now, rules=self._rules)
        if decision.incident_id is not None:
            draft = self._drafts[decision.incident_id]
            self._change(draft, absorb(draft.incident, observation, decision.at))
            self._tell(draft, observation, decision, (*why, *decision.reasons))
        elif self._rules[observation.category].opens:
            draft = self._open(observation, decision)
            self._tell(draft, observation, decision, why)
        else:
            return None
        self._links[observation.id] = draft.incident.id
        return draft.incident.id

    def grow(self, known: Observation, grown: Observation, added: Sequence[Message]) -> str | None:
        """Let the incident of `known` have what was `added` to it; one that belongs to none may find one now."""
        self._said[grown.id] = grown
        incident_id = self.incident_of(known.id)
        if incident_id is None:
            self._looks.pop(grown.id, None)  # it may look elsewhere now
            return self.place(grown)
        self._read([incident_id])
        draft = self._drafts[incident_id]
        self._change(draft, self._with_growth(draft.incident, known, grown))
        if added:
            said = Message(
                "timeline.amended", what=grown.message or written(grown.summary or grown.category), added=added
            )
            self._write(draft, EntryKind.AMENDED, said, who=voice(grown), happened_at=self._now, observation=grown)
        return incident_id

    def write(self) -> Iterator[Change]:
        """Write it all. Gives the news of each incident that has changed."""
        touched = [draft for draft in self._drafts.values() if draft.changed]
        fresh = [draft for draft in touched if draft.fresh]
        changed = [draft for draft in touched if not draft.fresh]
        repository.insert(self._session, [(draft.incident, draft.entries) for draft in fresh])
        repository.update(self._session, [(draft.incident, draft.entries) for draft in changed])
        incident_index.insert(self._session, [draft.incident for draft in fresh])
        incident_index.update(self._session, [draft.incident for draft in changed])
        links = [{"observation_id": seen, "incident_id": incident} for seen, incident in self._links.items()]
        insert_rows(self._session, _LINKS, links)
        insert_rows(self._session, _TIMELINE, self._entries)
        for draft in touched:
            incident = draft.incident
            yield Change(
                "incident", incident.id, frozenset({incident.city}), incident.scope, incident.headline(ENGLISH.code)
            )

    def _candidates(self, observation: Observation) -> list[Incident]:
        """Those incidents among which `decide` finds what it would find among all."""
        look = self._looks[observation.id]
        ids = list(self._nearby[Town(look.city, look.scope)].shortlist(look))
        spoken_of = observation.attributes.get("incident_id")
        if isinstance(spoken_of, str):
            ids.append(spoken_of)
        self._read(ids)
        since = min(observation.started_at, self._now) - self._horizon
        found = [self._drafts[one].incident for one in dict.fromkeys(ids) if one in self._drafts]
        return [incident for incident in found if incident.last_at >= since]

    def _read(self, incident_ids: Iterable[str]) -> None:
        """Have those that are stored and were not read yet among the drafts."""
        missing = [one for one in dict.fromkeys(incident_ids) if one not in self._drafts]
        for incident_id, stored in repository.incidents(self._session, missing).items():
            self._drafts[incident_id] = _Draft(stored.incident, stored.entries, fresh=False, changed=False)
            place = incident_index.place_of(stored.incident)
            nearby = self._nearby[Town(stored.incident.city, stored.incident.scope)]
            if place is not None and not nearby.has(incident_id):
                nearby.put([place])
                nearby.put_names(incident_id, stored.incident.identities)

    def _change(self, draft: _Draft, incident: Incident) -> None:
        draft.incident = incident
        draft.changed = True
        self._show(incident)

    def _show(self, incident: Incident) -> None:
        """Let the next observation see the incident as it is now."""
        place = incident_index.place_of(incident)
        if place is not None:
            nearby = self._nearby[Town(incident.city, incident.scope)]
            nearby.change(place)
            nearby.put_names(incident.id, incident.identities)

    def _open(self, observation: Observation, decision: Decision) -> _Draft:
        incident = opened_by(observation, decision.at, self._rules[observation.category])
        draft = self._drafts[incident.id] = _Draft(incident, 0, fresh=True, changed=True)
        self._show(incident)
        said = Message("timeline.opened", title=incident.title_message)
        self._write(draft, EntryKind.OPENED, said, who="merging", happened_at=decision.at, why=decision.reasons)
        return draft

    def _tell(self, draft: _Draft, observation: Observation, decision: Decision, why: Sequence[Reason]) -> None:
        said = observation.message or wording(observation)
        self._write(
            draft, EntryKind.OBSERVATION, said,
            who=voice(observation), happened_at=decision.at, why=why, observation=observation,
        )  # fmt: skip

    def _with_growth(self, incident: Incident, known: Observation, grown: Observation) -> Incident:
        changed = replace(
            incident,
            first_at=min(incident.first_at, grown.started_at),
            last_at=max(incident.last_at, min(grown.ended_at or incident.last_at, self._now)),
            identities=incident.identities | identities(grown),
        )
        if grown.position != known.position:
            changed = replace(changed, position=self._refused_position(changed))
        rule = self._rules[grown.category]
        if incident.id == incident_id_of(grown.id) and grown.category != known.category and rule.opens:
            severity = max(incident.severity, rule.severity)
            changed = replace(changed, category=grown.category, title=rule.title, severity=severity)
        return changed

    def _refused_position(self, incident: Incident) -> Any:
        ids = incident.observation_ids[:MOST_FUSED]
        stored = observations.get_many(self._session, [one for one in ids if one not in self._said])
        said = {seen.id: seen for seen in stored} | self._said
        return fused_position([said[one] for one in ids if one in said])

    def _write(
        self,
        draft: _Draft,
        kind: EntryKind,
        said: Message,
        *,
        who: str,
        happened_at: datetime,
        why: Sequence[Reason] = (),
        observation: Observation | None = None,
    ) -> None:
        draft.entries += 1
        place = (draft.incident.id, draft.entries)
        seen = None if observation is None else observation.id
        entry = entry_columns(
            *place, kind, said, who=who, at=self._now, happened_at=happened_at, why=why, observation_id=seen
        )
        self._entries.append(entry)
        chain.append(self._session, draft.incident.city, CHAINED_TIMELINE, entry, at=self._now)


def entry_columns(
    incident_id: str,
    seq: int,
    kind: EntryKind,
    said: Message,
    *,
    who: str,
    at: datetime,
    happened_at: datetime,
    why: Sequence[Reason],
    observation_id: str | None,
) -> dict[str, Any]:
    """The columns of a timeline entry that the program writes `at` (UTC) about what happened at `happened_at`."""
    return {
        "incident_id": incident_id,
        "seq": seq,
        "at": at,
        "happened_at": happened_at,
        "who": who,
        "kind": kind,
        "text": str(said),
        "message": kept(said),
        "why": [reason.kept() for reason in why],
        "observation_id": observation_id,
    }


def wording(observation: Observation) -> Message:
    """What its source wrote of it, or else what its category is called."""
    if observation.summary:
        return written(observation.summary)
    code = f"categories.{observation.category}"
    if known(code):
        return Message(code)
    return written(observation.category.replace("_", " ").capitalize())


def voice(observation: Observation) -> str:
    """Who says it, as a timeline names them."""
    kind = observation.source.kind
    name = observation.source.id
    if kind is SourceKind.INSPECTOR:
        return name
    return f"{kind.replace('_', ' ')} {name}"
