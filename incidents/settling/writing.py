"""A settlement, written: observations change their incident, timelines say so, and what is emptied leads on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from incidents.grouping import OpenQuestion
from incidents.merging import Incident, Reason, Rules, State
from incidents.settling import questions, repository
from incidents.settling.repository import StoredWords
from incidents.settling.settle import MovedWord, Settlement
from incidents.settling.tables import IncidentQuestionRow
from incidents.timeline import incident_index, unsettled
from incidents.timeline import repository as stored_incidents
from incidents.timeline.clock_entries import Clocks, clock_message, clocks_of
from incidents.timeline.drafts import entry_columns, voice, wording
from incidents.timeline.incident_index import Town
from incidents.timeline.judgements import IncidentJudgement
from incidents.timeline.tables import CHAINED_TIMELINE, EntryKind, IncidentRow, TimelineRow
from telemetry import chain
from telemetry.messages import ENGLISH, Message
from telemetry.store import Change, Work, insert_rows

WHO = "merging"
"""Who moves observations, as timelines name it."""
TERM = "grouping"
"""The term of the reasons."""
_TIMELINE = SQLModel.metadata.tables["timeline"]


@dataclass
class _Held:
    """An incident while it is written."""

    incident: Incident
    entries: int
    fresh: bool = False


def write(work: Work, town: Town, before: StoredWords, settlement: Settlement, rules: Rules, now: datetime) -> int:
    """Make the incidents of `town` what the settlement says, at `now` (UTC). How many observations are settled now.

    Incidents that are not as they were `before` any more are left as they are, and those that have to do with them;
    their observations stay unsettled.
    """
    writer = _Writer(work.session, town, _as_judged(settlement, before, rules), now)
    writer.begin(before)
    writer.move()
    for change in writer.finish():
        work.tell(change)
    writer.ask()
    done = [seen for seen in before.unsettled if not writer.is_overtaken(seen)]
    unsettled.settled(work.session, done)
    return len(done)


class _Writer:
    """Writes one settlement."""

    def __init__(self, session: Session, town: Town, settlement: Settlement, now: datetime) -> None:
        self._session = session
        self._town = town
        self._settlement = settlement
        self._now = now
        self._held: dict[str, _Held] = {}
        self._emptied: dict[str, str] = {}
        """Incidents without observations, and where most of those went."""
        self._entries: list[dict[str, Any]] = []
        self._left: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """How many observations go from where to where."""
        self._home: dict[str, str] = {}
        self._wanted = {one.id: one for one in settlement.incidents}
        self._alone: set[str] = set()
        """Incidents that have changed meanwhile, and those that have to do with them."""
        self._overtaken: set[str] = set()
        """Their observations."""
        self._clocks: Mapping[str, Clocks] = {}
        """The offsets of clocks that timelines tell of already."""

    def begin(self, before: StoredWords) -> None:
        """Read the incidents that change, and leave alone those that have changed meanwhile."""
        self._home = {seen: incident for incident, of in before.links.items() for seen in of}
        ids = sorted(self._changed(before))
        links = repository.links_of(self._session, ids)
        self._clocks = clocks_of(self._session, ids)
        overtaken: set[str] = set()
        for incident_id, stored in stored_incidents.incidents(self._session, ids).items():
            was = before.incidents.get(incident_id)
            if was is not None and (was != stored or links.get(incident_id, []) != before.links[incident_id]):
                overtaken.add(incident_id)
            self._held[incident_id] = _Held(stored.incident, stored.entries)
        if overtaken:
            self._leave_alone(overtaken)

    def is_overtaken(self, observation_id: str) -> bool:
        """Whether what becomes of the observation was left alone."""
        return observation_id in self._overtaken

    def _leave_alone(self, incident_ids: set[str]) -> None:
        """Change nothing about these incidents, nor about those that would give them observations or take some."""
        moves = [
            (self._home[seen], incident.id)
            for incident in self._wanted.values()
            for seen in incident.observation_ids
            if self._home.get(seen, incident.id) != incident.id
        ]
        alone = set(incident_ids)
        before = 0
        while len(alone) > before:
            before = len(alone)
            alone.update(one for move in moves if not alone.isdisjoint(move) for one in move)
        for incident_id in alone:
            incident = self._wanted.pop(incident_id, None)
            if incident is not None:
                self._overtaken.update(incident.observation_ids)
            self._held.pop(incident_id, None)
        self._overtaken.update(seen for seen, incident_id in self._home.items() if incident_id in alone)
        self._home = {seen: incident_id for seen, incident_id in self._home.items() if incident_id not in alone}
        self._alone = alone

    def move(self) -> None:
        """Put observations where they belong, and have timelines say so."""
        for incident_id, incident in self._wanted.items():
            arriving = [seen for seen in incident.observation_ids if self._home.get(seen) != incident_id]
            held = self._held.get(incident_id)
            if held is None:
                if not arriving:
                    continue
                held = self._open(incident)
            self._rename(held, incident)
            held.incident = replace(incident, state=held.incident.state, closed_at=held.incident.closed_at)
            if arriving:
                self._arrive(held, arriving)
            self._read_clocks(held)
        for source, targets in sorted(self._left.items()):
            self._leave(source, targets)
        self._let_go()

    def ask(self) -> None:
        """Ask what the settlement asks, and nothing else any more about these incidents."""
        asked = {one.id: one for one in self._settlement.questions if self._alone.isdisjoint((one.a, one.b))}
        about = sorted({*self._home.values(), *self._wanted})
        for row in questions.about(self._session, about):
            if row.id in asked:
                question = asked.pop(row.id)
                row.a = question.a
                row.b = question.b
                row.odds = question.odds
                row.message = question.text.to_json()
                self._session.add(row)
            elif self._alone.isdisjoint((row.a, row.b)):
                self._session.delete(row)
        self._session.flush()
        for question in asked.values():
            self._session.add(self._question(question))

    def finish(self) -> Iterable[Change]:
        """Write incidents and entries. Gives the news of each."""
        fresh = [held for held in self._held.values() if held.fresh]
        changed = [held for held in self._held.values() if not held.fresh]
        stored_incidents.insert(self._session, [(held.incident, held.entries) for held in fresh])
        stored_incidents.update(self._session, [(held.incident, held.entries) for held in changed])
        self._merge_emptied()
        standing = [held.incident for held in changed if held.incident.id not in self._emptied]
        incident_index.insert(self._session, [held.incident for held in fresh])
        incident_index.update(self._session, standing)
        repository.unlink(self._session, self._loose())
        for incident_id, arriving in self._arrivals().items():
            repository.link(self._session, incident_id, arriving)
        insert_rows(self._session, _TIMELINE, self._entries)
        for held in self._held.values():
            yield self._news(held.incident)

    def _changed(self, before: StoredWords) -> set[str]:
        """The ids of incidents that are, or will be, other than they are stored."""
        changed: set[str] = set()
        for incident_id, incident in self._wanted.items():
            known = before.incidents.get(incident_id)
            if known is None or _content(known.incident) != _content(incident):
                changed.add(incident_id)
        changed.update(self._home[seen] for seen in self._settlement.moved if seen in self._home)
        changed.update(self._home[seen] for seen in self._loose())
        return changed

    def _loose(self) -> list[str]:
        """Passing sights that belonged to an incident and belong to none."""
        belonging = {seen for incident in self._wanted.values() for seen in incident.observation_ids}
        return [seen for seen in self._home if seen not in belonging]

    def _open(self, incident: Incident) -> _Held:
        held = _Held(incident, 0, fresh=True)
        self._held[incident.id] = held
        said = Message("timeline.opened", title=incident.title_message)
        self._write(held, EntryKind.OPENED, said, happened_at=incident.first_at)
        return held

    def _rename(self, held: _Held, incident: Incident) -> None:
        if held.incident.category != incident.category:
            said = Message("timeline.renamed", before=held.incident.title_message, after=incident.title_message)
            self._write(held, EntryKind.MOVED, said, happened_at=self._now)

    def _arrive(self, held: _Held, arriving: Sequence[str]) -> None:
        incident_id = held.incident.id
        if held.incident.state is State.MERGED:
            held.incident = self._revived(held.incident)
        told: set[str] = set()
        if not held.fresh:
            told = repository.told(self._session, incident_id, arriving)
        for seen in arriving:
            source = self._home.get(seen)
            if source is not None:
                self._left[source][incident_id] += 1
            if seen in told:
                said = Message("timeline.came_back", count=1)
                self._write(held, EntryKind.MOVED, said, happened_at=self._now, observation_id=seen)
            else:
                self._tell(held, self._settlement.moved[seen])

    def _tell(self, held: _Held, word: MovedWord) -> None:
        seen = word.observation
        self._write(
            held,
            EntryKind.OBSERVATION,
            seen.message or wording(seen),
            who=voice(seen),
            happened_at=word.happened_at,
            why=[Reason(TERM, said) for said in word.why],
            observation_id=seen.id,
        )

    def _leave(self, source: str, targets: Counter[str]) -> None:
        held = self._held[source]
        for target, count in sorted(targets.items()):
            title = self._wanted[target].title_message
            said = Message("timeline.went_to", count=count, title=title, incident=target)
            self._write(held, EntryKind.MOVED, said, happened_at=self._now)
        if source not in self._wanted:
            self._emptied[source] = min(targets, key=lambda target: (-targets[target], target))
            held.incident = replace(held.incident, observation_ids=(), identities=frozenset(), state=State.MERGED)

    def _let_go(self) -> None:
        """Have timelines say which passing sights belong to nothing any more."""
        gone: defaultdict[str, list[str]] = defaultdict(list)
        for seen in self._loose():
            gone[self._home[seen]].append(seen)
        for incident_id, sights in sorted(gone.items()):
            said = Message("timeline.let_go", count=len(sights), observations=sorted(sights))
            self._write(self._held[incident_id], EntryKind.MOVED, said, happened_at=self._now)

    def _read_clocks(self, held: _Held) -> None:
        """Have the timeline say with which offsets of clocks the incident is worked out."""
        told = self._clocks.get(held.incident.id, {})
        for device, ahead_s in sorted(self._settlement.clocks[held.incident.id].items()):
            if told.get(device, 0.0) != ahead_s:
                self._write(held, EntryKind.CLOCK, clock_message(device, ahead_s), happened_at=self._now)

    def _revived(self, incident: Incident) -> Incident:
        """An incident that had gone into another, in the state in which a person left it."""
        query = select(TimelineRow).where(TimelineRow.incident_id == incident.id, TimelineRow.kind == EntryKind.STATE)
        last = self._session.exec(query.order_by(col(TimelineRow.seq).desc()).limit(1)).first()
        if last is None or last.message is None:
            return replace(incident, state=State.NEW, closed_at=None)
        state = State(last.message["params"]["after"])
        return replace(incident, state=state, closed_at=None if state.open else last.at)

    def _merge_emptied(self) -> None:
        rows = self._session.exec(select(IncidentRow).where(col(IncidentRow.id).in_(list(self._held)))).all()
        for row in rows:
            target = self._emptied.get(row.id)
            held = self._held[row.id]
            if target is None and row.merged_into is not None:
                row.state = held.incident.state
                row.closed_at = held.incident.closed_at
                row.merged_into = None
            elif target is not None:
                row.state = State.MERGED
                row.closed_at = row.closed_at or self._now
                row.merged_into = target
                held.incident = replace(held.incident, closed_at=row.closed_at)
            self._session.add(row)
        incident_index.delete(self._session, list(self._emptied))
        self._session.flush()

    def _arrivals(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for incident_id, incident in self._wanted.items():
            for seen in incident.observation_ids:
                if self._home.get(seen) != incident_id:
                    found[incident_id].append(seen)
        return found

    def _question(self, asked: OpenQuestion) -> IncidentQuestionRow:
        return IncidentQuestionRow(
            id=asked.id,
            city=self._town.city,
            scope=self._town.scope,
            a=asked.a,
            b=asked.b,
            observation_a=asked.observations[0],
            observation_b=asked.observations[1],
            odds=asked.odds,
            message=asked.text.to_json(),
            asked_at=self._now,
        )

    def _news(self, incident: Incident) -> Change:
        data = None
        if incident.state is not State.MERGED:
            data = incident.headline(ENGLISH.code)
        return Change("incident", incident.id, frozenset({incident.city}), incident.scope, data)

    def _write(
        self,
        held: _Held,
        kind: EntryKind,
        said: Message,
        *,
        happened_at: datetime,
        who: str = WHO,
        why: Sequence[Reason] = (),
        observation_id: str | None = None,
    ) -> None:
        held.entries += 1
        place = (held.incident.id, held.entries)
        entry = entry_columns(
            *place, kind, said, who=who, at=self._now, happened_at=happened_at, why=why, observation_id=observation_id
        )
        self._entries.append(entry)
        chain.append(self._session, self._town.city, CHAINED_TIMELINE, entry, at=self._now)


def _as_judged(settlement: Settlement, before: StoredWords, rules: Rules) -> Settlement:
    """The settlement with incidents as people said that they are."""
    nothing = IncidentJudgement()
    incidents = [before.judgements.get(one.id, nothing).over(one, rules) for one in settlement.incidents]
    return replace(settlement, incidents=tuple(incidents))


def _content(incident: Incident) -> Incident:
    """What observations make of it."""
    return replace(incident, state=State.NEW, closed_at=None)
