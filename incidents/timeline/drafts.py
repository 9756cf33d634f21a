"""Incidents as a batch of observations changes them, before they are written. Knows no sender and no key."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel

from incidents.merging import Decision, Incident, Reason, Rules, decide
from incidents.merging.decide import effective_time
from incidents.merging.incident import MOST_FUSED, absorb, fused_position, identities, incident_id_of, opened_by
from incidents.merging.shortlist import Place, shortlist
from incidents.timeline import places, repository
from incidents.timeline.repository import StoredIncident
from incidents.timeline.tables import EntryKind, IncidentRow
from telemetry.observations import Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.store import Change

_LINKS = SQLModel.metadata.tables["incident_observations"]
_TIMELINE = SQLModel.metadata.tables["timeline"]


class _Draft:
    def __init__(self, incident: Incident, entries: int, *, fresh: bool) -> None:
        """`fresh`: it is not stored yet."""
        self.entries, self.fresh = entries, fresh
        self.become(incident)

    def become(self, incident: Incident) -> None:
        self.incident = incident
        self.place = places.place_of(incident)


class Drafts:
    """The incidents that a batch touches, and what is added to their timelines."""

    def __init__(self, session: Session, *, now: datetime, rules: Rules) -> None:
        """`now` is UTC. Sees what the session has written."""
        self._session, self._now, self._rules = session, now, rules
        self._drafts: dict[str, _Draft] = {}
        self._links: dict[str, str] = {}
        self._entries: list[dict[str, Any]] = []
        self._said: dict[str, Observation] = {}

    def incident_of(self, observation_id: str) -> str | None:
        """The id of the incident that the observation belongs to, if to any."""
        return self._links.get(observation_id) or repository.incident_of_observation(self._session, observation_id)

    def place(self, observation: Observation, why: Sequence[Reason] = ()) -> str | None:
        """Let it join or open an incident, whose id this gives; None for a passing sight. `why` goes before the
        reasons of merging."""
        self._said[observation.id] = observation
        known = self._candidates(observation)
        candidates = [stored.incident for stored in known.values()]
        decision = decide(observation, candidates, now=self._now, rules=self._rules)
        if decision.incident_id is not None:
            draft = self._draft(known[decision.incident_id])
            draft.become(absorb(draft.incident, observation, decision.at))
            self._tell(draft, observation, decision, (*why, *decision.reasons))
        elif self._rules[observation.category].opens:
            draft = self._open(observation, decision)
            self._tell(draft, observation, decision, why)
        else:
            return None
        self._links[observation.id] = draft.incident.id
        return draft.incident.id

    def grow(self, known: Observation, grown: Observation, added: Sequence[str]) -> str | None:
        """Let the incident of `known` have what was `added` to it; one that belongs to none may find one now."""
        self._said[grown.id] = grown
        incident_id = self.incident_of(known.id)
        if incident_id is None:
            return self.place(grown)
        draft = self._load(incident_id)
        draft.become(self._with_growth(draft.incident, known, grown))
        if added:
            text = f"{grown.summary or grown.category}: {', '.join(added)}"
            self._write(draft, EntryKind.AMENDED, text, who=voice(grown), happened_at=self._now, observation=grown)
        return incident_id

    def write(self) -> Iterator[Change]:
        """Write it all. Gives the news of each incident that has changed."""
        fresh = [draft for draft in self._drafts.values() if draft.fresh]
        changed = [draft for draft in self._drafts.values() if not draft.fresh]
        repository.insert(self._session, [(draft.incident, draft.entries) for draft in fresh])
        repository.update(self._session, [(draft.incident, draft.entries) for draft in changed])
        places.insert(self._session, [draft.incident for draft in fresh])
        places.update(self._session, [draft.incident for draft in changed])
        links = [{"observation_id": seen, "incident_id": incident} for seen, incident in self._links.items()]
        if links:
            self._session.connection().execute(_LINKS.insert(), links)
        if self._entries:
            self._session.connection().execute(_TIMELINE.insert(), self._entries)
        for draft in self._drafts.values():
            incident = draft.incident
            yield Change("incident", incident.id, frozenset({incident.city}), incident.public())

    def _candidates(self, observation: Observation) -> dict[str, StoredIncident]:
        """Those incidents among which `decide` finds what it would find among all."""
        ids = self._shortlist(observation)
        spoken_of = observation.attributes.get("incident_id")
        if isinstance(spoken_of, str):
            ids.append(spoken_of)
        drafts = {one: self._drafts[one] for one in ids if one in self._drafts}
        drafted = {one: StoredIncident(draft.incident, draft.entries) for one, draft in drafts.items()}
        found = drafted | repository.incidents(self._session, [one for one in ids if one not in drafted])
        since = min(observation.started_at, self._now) - timedelta(seconds=self._rules.longest_window)
        return {one: stored for one, stored in found.items() if stored.incident.last_at >= since}

    def _shortlist(self, observation: Observation) -> list[str]:
        """The ids of incidents that may be the best: looked for close by, and only if need be further away."""
        at, _ = effective_time(observation, self._now)
        drafted, named = self._drafted(observation)
        search = places.Search(self._session, observation, at, self._rules)
        for area in search.areas():
            candidates = [place for place in search.near(area) if place.incident_id not in self._drafts]
            best = shortlist(
                observation, at, [*candidates, *drafted], self._rules, same_identity=search.same_identity | named
            )
            if best.floor > area.best_beyond:
                break
        return best.ids

    def _drafted(self, observation: Observation) -> tuple[list[Place], frozenset[str]]:
        """The places of this batch's own incidents; and the ids of those that name what `observation` names."""
        found, same = [], set()
        named = identities(observation)
        for draft in self._drafts.values():
            incident = draft.incident
            if draft.place is None or incident.city != observation.city or incident.simulated != observation.simulated:
                continue
            found.append(draft.place)
            if named & incident.identities:
                same.add(incident.id)
        return found, frozenset(same)

    def _draft(self, stored: StoredIncident) -> _Draft:
        incident = stored.incident
        if incident.id not in self._drafts:
            self._drafts[incident.id] = _Draft(incident, stored.entries, fresh=False)
        return self._drafts[incident.id]

    def _load(self, incident_id: str) -> _Draft:
        if incident_id not in self._drafts:
            row = self._session.get_one(IncidentRow, incident_id, populate_existing=True)
            self._drafts[incident_id] = _Draft(repository.incident_of(row), row.entries, fresh=False)
        return self._drafts[incident_id]

    def _open(self, observation: Observation, decision: Decision) -> _Draft:
        incident = opened_by(observation, decision.at, self._rules[observation.category])
        draft = self._drafts[incident.id] = _Draft(incident, 0, fresh=True)
        text = f"Opened: {incident.title}"
        self._write(draft, EntryKind.OPENED, text, who="merging", happened_at=decision.at, why=decision.reasons)
        return draft

    def _tell(self, draft: _Draft, observation: Observation, decision: Decision, why: Sequence[Reason]) -> None:
        text = observation.summary or observation.category.replace("_", " ").capitalize()
        self._write(
            draft, EntryKind.OBSERVATION, text,
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
        text: str,
        *,
        who: str,
        happened_at: datetime,
        why: Sequence[Reason] = (),
        observation: Observation | None = None,
    ) -> None:
        draft.entries += 1
        self._entries.append(
            {
                "incident_id": draft.incident.id,
                "seq": draft.entries,
                "at": self._now,
                "happened_at": happened_at,
                "who": who,
                "kind": kind,
                "text": text,
                "why": [reason.public() for reason in why],
                "observation_id": None if observation is None else observation.id,
            }
        )


def voice(observation: Observation) -> str:
    """Who says it, as a timeline names them."""
    kind, name = observation.source.kind, observation.source.id
    return name if kind is SourceKind.INSPECTOR else f"{kind.replace('_', ' ')} {name}"
