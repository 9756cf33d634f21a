"""What incidents are rebuilt from, read in batches."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import load_only
from sqlmodel import Session, col, func, select

from incidents.grouping import PersonDecision
from incidents.rebuilding.membership import ARRIVALS, is_unclear, members, went_to
from incidents.settling.repository import links_of
from incidents.settling.tables import GroupingActRow, GroupingDecisionRow
from incidents.timeline import incident_index, judgements
from incidents.timeline.incident_index import IndexedIncident
from incidents.timeline.judgements import IncidentJudgement
from incidents.timeline.tables import EntryKind, ForgottenRow, IncidentRow, TimelineRow, UnsettledRow
from telemetry.observations import Observation
from telemetry.observations import repository as observations

BATCH = 100
"""Incidents that are in memory at a time, with their timelines and observations."""


@dataclass(frozen=True)
class StoredState:
    """An incident as it is stored, and what the log has of it."""

    row: IncidentRow
    linked: frozenset[str]
    """The observations whose links lead to it."""
    indexed: IndexedIncident
    entries: Sequence[TimelineRow]
    """In the order they were written."""
    members: frozenset[str]
    """The observations that belong to it, by what timelines say."""
    observations: Sequence[Observation]
    """The members, as they are kept."""
    decisions: Sequence[PersonDecision]
    """About two of them, in the order in which they were made."""
    judgement: IncidentJudgement
    waiting: bool
    """Whether one of its observations waits to be settled."""
    forgotten: bool
    """Whether only a shell is left of one of its observations."""


def batches(session: Session) -> Iterator[list[StoredState]]:
    """All incidents in the order of their ids, some at a time."""
    after = ""
    while True:
        query = select(IncidentRow).where(IncidentRow.id > after).order_by(col(IncidentRow.id)).limit(BATCH)
        rows = list(session.exec(query))
        if not rows:
            return
        after = rows[-1].id
        yield _states(session, rows)
        session.expunge_all()


def _states(session: Session, rows: Sequence[IncidentRow]) -> list[StoredState]:
    ids = [row.id for row in rows]
    entries = _entries(session, ids)
    targets = {one: went_to(entries[one]) for one in ids}
    elsewhere = _arrivals(session, set().union(*targets.values()))
    belonging = {one: members(entries[one], _later(elsewhere, one, entries[one])) for one in ids}
    linked = links_of(session, ids)
    unclear = _unclear(session, set(ids).union(*targets.values()))
    for one in ids:
        if one in unclear or not targets[one].isdisjoint(unclear):
            belonging[one] = frozenset(linked.get(one, ()))
    every = [seen for of in belonging.values() for seen in of]
    seen = {one.id: one for one in observations.get_many(session, every)}
    indexed = incident_index.read(session, ids)
    said = judgements.of_incidents(session, ids)
    decided = _decisions(session, every)
    waiting = set(session.exec(select(UnsettledRow.observation_id).where(col(UnsettledRow.observation_id).in_(every))))
    of_forgotten = col(ForgottenRow.observation_id)
    forgotten = set(session.exec(select(ForgottenRow.observation_id).where(of_forgotten.in_(every))))
    return [
        StoredState(
            row=row,
            linked=frozenset(linked.get(row.id, ())),
            indexed=indexed[row.id],
            entries=entries[row.id],
            members=belonging[row.id],
            observations=[seen[one] for one in sorted(belonging[row.id]) if one in seen],
            decisions=[one for one in decided if {one.a, one.b} <= belonging[row.id]],
            judgement=said[row.id],
            waiting=not waiting.isdisjoint({*belonging[row.id], *row.observation_ids}),
            forgotten=not forgotten.isdisjoint(belonging[row.id]),
        )
        for row in rows
    ]


def _entries(session: Session, ids: Sequence[str]) -> defaultdict[str, list[TimelineRow]]:
    """The timelines, without why."""
    row = TimelineRow
    wanted = load_only(
        *(getattr(row, name) for name in ("incident_id", "seq", "at", "who", "kind", "message", "observation_id"))
    )
    query = select(row).where(col(row.incident_id).in_(ids)).order_by(col(row.seq)).options(wanted)
    found: defaultdict[str, list[TimelineRow]] = defaultdict(list)
    for entry in session.exec(query):
        found[entry.incident_id].append(entry)
    return found


def _arrivals(session: Session, incident_ids: set[str]) -> dict[str, dict[str, int]]:
    """The last entry by which each observation arrived at each of these incidents, by observation and incident."""
    row = TimelineRow
    query = (
        select(row.observation_id, row.incident_id, func.max(row.id))
        .where(
            col(row.incident_id).in_(sorted(incident_ids)),
            col(row.kind).in_(ARRIVALS),
            col(row.observation_id).is_not(None),
        )
        .group_by(col(row.observation_id), col(row.incident_id))
    )
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for seen, incident, entry in session.exec(query):
        if seen is not None and entry is not None:
            found[seen][incident] = entry
    return found


def _unclear(session: Session, incident_ids: set[str]) -> set[str]:
    """Those of the incidents whose timelines do not say which observations came back: there links are believed."""
    row = TimelineRow
    query = select(row).where(
        col(row.incident_id).in_(sorted(incident_ids)),
        row.kind == EntryKind.MOVED,
        col(row.observation_id).is_(None),
    )
    return {entry.incident_id for entry in session.exec(query) if is_unclear(entry)}


def _later(arrivals: dict[str, dict[str, int]], incident: str, entries: Sequence[TimelineRow]) -> dict[str, int]:
    """The last entry by which each observation that `entries` tell of arrived anywhere but at `incident`."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.observation_id in arrivals:
            others = [at for there, at in arrivals[entry.observation_id].items() if there != incident]
            found[entry.observation_id] = max(others, default=0)
    return found


def _decisions(session: Session, ids: Sequence[str]) -> list[PersonDecision]:
    """What people decided about any of `ids` and did not undo, in the order in which they did."""
    query = (
        select(GroupingDecisionRow)
        .join(GroupingActRow, col(GroupingActRow.id) == GroupingDecisionRow.act)
        .where(col(GroupingDecisionRow.a).in_(ids), col(GroupingActRow.undone_at).is_(None))
        .order_by(col(GroupingDecisionRow.id))
    )
    return [PersonDecision(row.a, row.b, row.together) for row in session.exec(query)]
