"""Incidents rebuilt from the log and compared with what is stored, or written over it. Groups nothing anew.

Which observations belong to an incident and what people did with it, its timeline says; what it is, how bad, where and
when, follows from those observations. Not rebuilt: open questions, which settling asks again; what an incident was
before it became part of another; what followed from words that are forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from incidents.grouping.clocks import ClockOffset
from incidents.grouping.fold import fold
from incidents.merging import Incident, Rules, State
from incidents.rebuilding.handling import handling
from incidents.rebuilding.repository import StoredState, batches
from incidents.settling import repository as settling
from incidents.timeline import incident_index, repository
from incidents.timeline.clock_entries import clocks
from incidents.timeline.incident_index import IndexedIncident, Town
from incidents.timeline.tables import IncidentRow
from telemetry.cities import City
from telemetry.scopes import Scope
from telemetry.store import Store

LINKS = "links"
"""Stands for the table of which observation belongs where, among the fields that are compared."""
INDEX = "index"
"""Stands for the index by which observations find the incident."""


@dataclass(frozen=True)
class StateDifference:
    """A field of an incident that is stored otherwise than the log gives it."""

    incident_id: str
    field: str
    stored: Any
    rebuilt: Any


@dataclass
class RebuiltTown:
    """What the rebuilding of one town and scope found."""

    town: Town
    incidents: int = 0
    different: int = 0
    first: StateDifference | None = None
    """In the first incident, by id, that is not as the log says."""
    waiting: int = 0
    """Incidents whose observations wait to be settled: what they say is not compared."""
    forgotten: int = 0
    """Incidents with observations of which a shell is left: what followed from their words is not compared."""


@dataclass
class _Rebuilt:
    state: StoredState
    columns: dict[str, Any]
    indexed: IndexedIncident
    differences: list[StateDifference] = field(default_factory=list)


def check(store: Store, rules: Rules, now: datetime) -> list[RebuiltTown]:
    """Rebuild every incident in memory and compare it, as at `now` (UTC), by town and scope."""
    found: dict[Town, RebuiltTown] = {}
    with store.read() as session:
        for rebuilt in _rebuilt(session, rules, now):
            _count(found, rebuilt)
    return [found[town] for town in sorted(found)]


def rebuild(store: Store, rules: Rules, now: datetime) -> list[RebuiltTown]:
    """The same, and write what differs as the log gives it, all or nothing."""
    found: dict[Town, RebuiltTown] = {}
    with store.write() as work:
        for rebuilt in _rebuilt(work.session, rules, now):
            _count(found, rebuilt)
            if rebuilt.differences:
                _write(work.session, rebuilt)
    return [found[town] for town in sorted(found)]


def _rebuilt(session: Session, rules: Rules, now: datetime) -> Iterator[_Rebuilt]:
    for states in batches(session):
        for state in states:
            yield _one(state, rules, now)


def _one(state: StoredState, rules: Rules, now: datetime) -> _Rebuilt:
    row = state.row
    handled = handling(state.entries, empty=not state.members)
    columns = handled.columns()
    stored = repository.incident_of(row)
    incident = stored
    if not state.members:
        incident = replace(stored, observation_ids=(), identities=frozenset())
    elif not state.waiting:
        offsets = {device: ClockOffset(ahead_s, False) for device, ahead_s in clocks(state.entries).items()}
        found = fold(state.observations, offsets=offsets, decisions=state.decisions, now=now, rules=rules)
        incident = _as_kept(stored, found, state, rules)
    if state.waiting:
        columns["observation_ids"] = _in_order(row, state.members)
    else:
        content = repository.columns_of(incident, handled.entries)
        columns = {**content, **columns}
    columns[LINKS] = sorted(state.members)
    shown = replace(
        incident,
        state=columns.get("state", stored.state),
        closed_at=columns.get("closed_at", stored.closed_at),
    )
    indexed = incident_index.indexed(shown)
    rebuilt = _Rebuilt(state, columns, indexed)
    rebuilt.differences += _differences(rebuilt)
    return rebuilt


def _as_kept(stored: Incident, found: Incident | None, state: StoredState, rules: Rules) -> Incident:
    """What the members make of the incident `found`, as people judged it; what shells no longer say stays."""
    if found is None:
        return stored
    if state.forgotten:
        return replace(
            stored,
            first_at=found.first_at,
            last_at=found.last_at,
            sources=found.sources,
            observation_ids=found.observation_ids,
        )
    return replace(state.judgement.over(found, rules), id=stored.id)


def _in_order(row: IncidentRow, members: frozenset[str]) -> list[str]:
    """The members in the order in which the row has them, those that it lacks last: they are put in order when they are
    settled."""
    there = [one for one in row.observation_ids if one in members]
    return there + sorted(members - set(there))


def _differences(rebuilt: _Rebuilt) -> Iterator[StateDifference]:
    state = rebuilt.state
    for name, value in rebuilt.columns.items():
        was = sorted(state.linked) if name == LINKS else getattr(state.row, name)
        if was != value:
            yield StateDifference(state.row.id, name, was, value)
    if state.indexed != rebuilt.indexed:
        yield StateDifference(state.row.id, INDEX, state.indexed, rebuilt.indexed)


def _count(found: dict[Town, RebuiltTown], rebuilt: _Rebuilt) -> None:
    row = rebuilt.state.row
    town = found.setdefault(_town(row), RebuiltTown(_town(row)))
    town.incidents += 1
    town.waiting += rebuilt.state.waiting
    town.forgotten += rebuilt.state.forgotten
    if rebuilt.differences:
        town.different += 1
        town.first = town.first or rebuilt.differences[0]


def _town(row: IncidentRow) -> Town:
    return Town(City(row.city), Scope(row.scope))


def _write(session: Session, rebuilt: _Rebuilt) -> None:
    row = rebuilt.state.row
    for name, value in rebuilt.columns.items():
        if name != LINKS:
            setattr(row, name, value)
    session.add(row)
    session.flush()
    settling.unlink(session, sorted(rebuilt.state.linked - rebuilt.state.members))
    settling.link(session, row.id, sorted(rebuilt.state.members - rebuilt.state.linked))
    incident_index.delete(session, [row.id])
    if row.state != State.MERGED:
        incident_index.insert(session, [repository.incident_of(row)])
