"""Every query of settling."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlmodel import Session, SQLModel, col, func, select

from incidents.grouping import PersonDecision
from incidents.grouping.clocks import ClockOffset
from incidents.learned_clocks import service as learned_clocks
from incidents.merging.categories import Rules
from incidents.settling.tables import GroupingActRow, GroupingDecisionRow
from incidents.timeline import judgements, repository
from incidents.timeline.incident_index import Town
from incidents.timeline.judgements import IncidentJudgement
from incidents.timeline.repository import StoredIncident
from incidents.timeline.tables import EntryKind, IncidentObservationRow, TimelineRow, UnsettledRow
from telemetry.observations.tables import ObservationRow
from telemetry.store import insert_rows

HORIZONS = tuple(timedelta(hours=hours) for hours in (36, 12, 4, 1, 0.25))
"""So far before and after what is unsettled words are looked at anew, the first with which they are no more than
MOST_WORDS; what is older belongs where it is."""
MOST_WORDS = 4_000
"""Grouping them takes some seconds the first time and one after that."""
AT_ONCE = 500
"""Unsettled observations that are looked at together."""
_LINKS = SQLModel.metadata.tables[str(IncidentObservationRow.__tablename__)]


@dataclass(frozen=True)
class StoredWords:
    """What is stored of a town's neighbourhood of unsettled observations."""

    town: Town
    bodies: tuple[str, ...]
    """The observations as JSON."""
    incidents: Mapping[str, StoredIncident]
    """By id."""
    links: dict[str, list[str]]
    """The observations of each incident."""
    touched: frozenset[str]
    """Incidents with which a person did something."""
    judgements: Mapping[str, IncidentJudgement]
    """What people said of each incident."""
    decisions: tuple[PersonDecision, ...]
    unsettled: tuple[str, ...]
    clocks: Mapping[str, ClockOffset]
    """The offsets of clocks that people have taken over, by kind and id of the source."""


def words(session: Session, town: Town, rules: Rules) -> StoredWords:
    """What is to be looked at to settle `town`: everything that opens or belongs to an incident, from a horizon before
    what is unsettled to one after it, and all that belongs to those incidents."""
    waiting = (
        select(UnsettledRow.observation_id, ObservationRow.started_at)
        .join(ObservationRow, col(ObservationRow.id) == UnsettledRow.observation_id)
        .where(town.visible.rows(UnsettledRow))
        .order_by(col(UnsettledRow.since), col(UnsettledRow.observation_id))
        .limit(AT_ONCE)
    )
    unsettled = dict(session.exec(waiting).all())
    found: dict[str, str] = {}
    links: defaultdict[str, list[str]] = defaultdict(list)
    for since, until in _window(session, town, sorted(unsettled.values())):
        for seen, category, body, incident in _between(session, town, since, until):
            if incident is not None:
                links[incident].append(seen)
            if incident is not None or seen in unsettled or rules[category].opens:
                found[seen] = body
    _complete(session, found, links)
    return StoredWords(
        town,
        tuple(found[seen] for seen in sorted(found)),
        repository.incidents(session, sorted(links)),
        {incident: sorted(seen) for incident, seen in links.items()},
        _touched(session, list(links)),
        judgements.of_incidents(session, list(links)),
        tuple(decisions(session, town, found.keys())),
        tuple(unsettled),
        learned_clocks.taken_over(session, town),
    )


def decisions(session: Session, town: Town, ids: Iterable[str]) -> list[PersonDecision]:
    """What people decided about two of `ids`, in the order in which they did, without what was undone."""
    known = set(ids)
    query = (
        select(GroupingDecisionRow)
        .join(GroupingActRow, col(GroupingActRow.id) == GroupingDecisionRow.act)
        .where(town.visible.rows(GroupingDecisionRow), col(GroupingActRow.undone_at).is_(None))
        .order_by(col(GroupingDecisionRow.id))
    )
    return [
        PersonDecision(row.a, row.b, row.together) for row in session.exec(query) if row.a in known and row.b in known
    ]


def told(session: Session, incident_id: str, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that the incident's timeline tells of."""
    query = select(TimelineRow.observation_id).where(
        TimelineRow.incident_id == incident_id,
        TimelineRow.kind == EntryKind.OBSERVATION,
        col(TimelineRow.observation_id).in_(ids),
    )
    return {one for one in session.exec(query) if one is not None}


def link(session: Session, incident_id: str, ids: Sequence[str]) -> None:
    """Have these observations, and no incident else, belong to the incident."""
    unlink(session, ids)
    rows = [{"observation_id": seen, "incident_id": incident_id} for seen in ids]
    insert_rows(session, _LINKS, rows)


def unlink(session: Session, ids: Sequence[str]) -> None:
    """Have these observations belong to no incident."""
    session.connection().execute(_LINKS.delete().where(_LINKS.c.observation_id.in_(ids)))


def links_of(session: Session, incident_ids: Sequence[str]) -> dict[str, list[str]]:
    """The observations of each of these incidents."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    query = select(IncidentObservationRow).where(col(IncidentObservationRow.incident_id).in_(incident_ids))
    for row in session.exec(query):
        found[row.incident_id].append(row.observation_id)
    return {incident: sorted(seen) for incident, seen in found.items()}


Span = tuple[datetime, datetime]


def _window(session: Session, town: Town, times: Sequence[datetime]) -> list[Span]:
    """The times that are looked at round `times`, which are in order."""
    spans: list[Span] = []
    for horizon in HORIZONS:
        spans = _spans(times, horizon)
        if sum(_count(session, town, span) for span in spans) <= MOST_WORDS:
            break
    return spans


def _count(session: Session, town: Town, span: Span) -> int:
    row = ObservationRow
    query = select(func.count()).where(
        town.visible.rows(row), col(row.started_at) >= span[0], col(row.started_at) <= span[1]
    )
    return session.exec(query).one()


def _spans(times: Sequence[datetime], horizon: timedelta) -> list[Span]:
    """The times with `horizon` round each, where they overlap as one."""
    found: list[Span] = []
    for at in times:
        since, until = at - horizon, at + horizon
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], until)
        else:
            found.append((since, until))
    return found


def _between(
    session: Session, town: Town, since: datetime, until: datetime
) -> Iterable[tuple[str, str, str, str | None]]:
    """Id, category, body and incident of each observation."""
    row = ObservationRow
    query: Any = (
        select(row.id, row.category, _body(), IncidentObservationRow.incident_id)
        .join(IncidentObservationRow, col(IncidentObservationRow.observation_id) == row.id, isouter=True)
        .where(town.visible.rows(row), row.started_at >= since, row.started_at <= until)
    )
    return [tuple(found) for found in session.exec(query)]


def _complete(session: Session, found: dict[str, str], links: defaultdict[str, list[str]]) -> None:
    """Add what belongs to the incidents and lies outside."""
    for incident, seen in links_of(session, list(links)).items():
        links[incident] = seen
    missing = [one for seen in links.values() for one in seen if one not in found]
    query: Any = select(ObservationRow.id, _body()).where(col(ObservationRow.id).in_(missing))
    found.update(tuple(row) for row in session.exec(query))


def _body() -> Any:
    return sqlalchemy.cast(sqlalchemy.type_coerce(ObservationRow.body, sqlalchemy.Text()), sqlalchemy.Text())


def _touched(session: Session, ids: Sequence[str]) -> frozenset[str]:
    """Those incidents with which a person did something."""
    by_people = [kind for kind in EntryKind if not kind.by_merging]
    query = select(TimelineRow.incident_id).where(
        col(TimelineRow.incident_id).in_(ids), col(TimelineRow.kind).in_(by_people)
    )
    return frozenset(session.exec(query.distinct()))
