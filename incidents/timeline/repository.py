"""Every query on incidents and timelines."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Row
from sqlmodel import Session, SQLModel, col, select

from incidents.merging import Incident, State
from incidents.merging.titles import title_message
from incidents.timeline.tables import EntryKind, IncidentCountRow, IncidentRow, TimelineRow
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.observations.tables import ObservationRow
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Page, SortKey, insert_rows, read_page
from telemetry.visibility import Visibility

_INCIDENTS = SQLModel.metadata.tables["incidents"]
_LINKS = SQLModel.metadata.tables["incident_observations"]
_OBSERVATIONS = SQLModel.metadata.tables[str(ObservationRow.__tablename__)]
_IDS: sqlalchemy.BindParameter[Sequence[str]] = sqlalchemy.bindparam("ids", expanding=True)
_OF_IDS = sqlalchemy.select(_INCIDENTS).where(_INCIDENTS.c.id.in_(_IDS))
_UPDATE = _INCIDENTS.update().where(_INCIDENTS.c.id == sqlalchemy.bindparam("of"))
_LINKS_OF_IDS = sqlalchemy.select(_LINKS).where(_LINKS.c.observation_id.in_(_IDS))


def get(session: Session, incident_id: str, visible: Visibility) -> IncidentRow:
    """The incident, if it is in `visible`; of one that went into another, that other. Raises NotFound."""
    row = session.get(IncidentRow, incident_id)
    if row is not None:
        row = standing(session, row)
    if row is None or not visible.shows(row):
        raise NotFound(Message("incidents.not_found", incident=incident_id))
    return row


def standing(session: Session, row: IncidentRow) -> IncidentRow:
    """The incident itself, or the one that it is part of now."""
    while row.merged_into is not None:
        row = session.get_one(IncidentRow, row.merged_into)
    return row


def with_parts(session: Session, incident_id: str) -> list[str]:
    """The incident and all that became part of it."""
    found = [incident_id]
    for one in found:
        query = select(IncidentRow.id).where(IncidentRow.merged_into == one).order_by(col(IncidentRow.id))
        found += [part for part in session.exec(query) if part not in found]
    return found


@dataclass(frozen=True)
class StoredIncident:
    """An incident as it is stored."""

    incident: Incident
    entries: int
    """How many entries its timeline has."""


def incidents(session: Session, ids: Sequence[str]) -> dict[str, StoredIncident]:
    """Those of `ids` that there are, by id, as they are stored now, whatever rows the session holds."""
    if not ids:
        return {}
    rows = session.connection().execute(_OF_IDS, {"ids": ids})
    return {row.id: StoredIncident(incident_of(row), row.entries) for row in rows}


@dataclass(frozen=True)
class IncidentFilter:
    """Which incidents of a list are wanted; what is left out does not narrow it. Those that went into another are in
    no list."""

    states: Sequence[State] = ()
    category: str | None = None
    text: str | None = None
    """Words in the title."""

    def takes(self, state: State) -> bool:
        """Whether incidents in this state are wanted."""
        return state is not State.MERGED and (not self.states or state in self.states)


def open_ones(session: Session, visible: Visibility, wanted: IncidentFilter = IncidentFilter()) -> list[IncidentRow]:
    """Every open incident of `visible` that fits: the severest first, of one severity the newest word first.

    Never cut: what is still to be done about must not be missing from a list because the list is long.
    """
    states = [state for state in State if state.open and wanted.takes(state)]
    if not states:
        return []
    query = select(IncidentRow).where(
        visible.rows(IncidentRow), col(IncidentRow.state).in_(states), *_narrowed(session, visible, wanted)
    )
    order = (col(IncidentRow.severity).desc(), col(IncidentRow.last_at).desc(), col(IncidentRow.id))
    return list(session.exec(query.order_by(*order)))


def newest_open(session: Session, visible: Visibility, *, limit: int) -> list[IncidentRow]:
    """At most `limit` open incidents of `visible`, the newest word first."""
    states = [state for state in State if state.open]
    query = select(IncidentRow).where(visible.rows(IncidentRow), col(IncidentRow.state).in_(states))
    return list(session.exec(query.order_by(col(IncidentRow.last_at).desc(), col(IncidentRow.id)).limit(limit)))


def count_open(session: Session, visible: Visibility, wanted: IncidentFilter = IncidentFilter()) -> int:
    """How many incidents `open_ones` gives."""
    return sum(group.rows for group in _groups(session, visible, wanted) if State(group.state).open)


def closed_ones(
    session: Session,
    visible: Visibility,
    wanted: IncidentFilter = IncidentFilter(),
    *,
    between: Between = ALWAYS,
    limit: int,
    cursor: str | None = None,
) -> Page[IncidentRow]:
    """The closed incidents of `visible` that fit, whose last word lies `between`, newest word first:
    one page. Raises BadInput on another list's cursor."""
    groups = [group for group in _groups(session, visible, wanted) if not State(group.state).open]
    query = between.narrow(select(IncidentRow), col(IncidentRow.last_at))
    total = None if between.is_bounded else sum(group.rows for group in groups)
    order = [SortKey(col(IncidentRow.last_at), datetime, descending=True), SortKey(col(IncidentRow.id), str)]
    branches = _branches(groups, wanted)
    return read_page(session, query, order, limit=limit, cursor=cursor, branches=branches, total=total)


def around(session: Session, visible: Visibility, moment: datetime, *, within: timedelta) -> list[IncidentRow]:
    """The incidents of `visible`, open or closed, whose last word came in the time `within` before or after `moment`
    (UTC)."""
    states = [state for state in State if state is not State.MERGED]
    query = select(IncidentRow).where(
        visible.rows(IncidentRow),
        col(IncidentRow.state).in_(states),
        col(IncidentRow.last_at) >= moment - within,
        col(IncidentRow.last_at) <= moment + within,
    )
    return list(session.exec(query))


def closed_before(session: Session, visible: Visibility, moment: datetime, *, within: timedelta) -> list[IncidentRow]:
    """The incidents that people closed in the time `within` before `moment` (UTC), the last closed first."""
    ended = [state for state in State if state.ended]
    query = select(IncidentRow).where(
        visible.rows(IncidentRow),
        col(IncidentRow.state).in_(ended),
        col(IncidentRow.last_at) >= moment - 4 * within,
        col(IncidentRow.closed_at) >= moment - within,
        col(IncidentRow.closed_at) <= moment,
    )
    return list(session.exec(query.order_by(col(IncidentRow.closed_at).desc(), col(IncidentRow.id))))


def changed_since_closed(session: Session, visible: Visibility, since: datetime) -> list[IncidentRow]:
    """Incidents that still went on after `since` (UTC), that people closed and of which more was heard then, the newest
    word first."""
    ended = [state for state in State if state.ended]
    later = (
        select(TimelineRow.id)
        .where(
            TimelineRow.incident_id == IncidentRow.id,
            col(TimelineRow.at) > col(IncidentRow.closed_at),
            TimelineRow.kind == EntryKind.OBSERVATION,
        )
        .exists()
    )
    query = select(IncidentRow).where(
        visible.rows(IncidentRow),
        col(IncidentRow.state).in_(ended),
        col(IncidentRow.last_at) >= since,
        col(IncidentRow.closed_at) >= since,
        later,
    )
    return list(session.exec(query.order_by(col(IncidentRow.last_at).desc(), col(IncidentRow.id))))


def count_by_state(session: Session, visible: Visibility) -> Counter[tuple[str, str]]:
    """How many incidents there are, by town and state."""
    counts: Counter[tuple[str, str]] = Counter()
    for group in _groups(session, visible, IncidentFilter()):
        counts[group.city, group.state] += group.rows
    return counts


def _groups(session: Session, visible: Visibility, wanted: IncidentFilter) -> list[IncidentCountRow]:
    """The towns, scopes, states, categories and titles of incidents that fit, and how many there are of each."""
    query = select(IncidentCountRow).where(visible.rows(IncidentCountRow), IncidentCountRow.rows > 0)
    if wanted.category:
        query = query.where(IncidentCountRow.category == wanted.category)
    words = (wanted.text or "").casefold()
    return [group for group in session.exec(query) if wanted.takes(State(group.state)) and _is_called(group, words)]


def _is_called(group: IncidentCountRow, words: str) -> bool:
    """Whether the title has `words` (casefolded) in it, as it is stored or in the language of the request."""
    shown = title_message(group.category, group.title).text()
    return words in group.title.casefold() or words in shown.casefold()


def _branches(groups: Iterable[IncidentCountRow], wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    """What the incidents of `groups` have in common, as far as an index goes by it."""
    titles: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for group in groups:
        narrow = (group.category,) if wanted.category or wanted.text else ()
        titles[group.city, group.scope, group.state, *narrow].add(group.title)
    columns = (col(IncidentRow.city), col(IncidentRow.scope), col(IncidentRow.state), col(IncidentRow.category))
    found = []
    for values, some in titles.items():
        conditions = [column == value for column, value in zip(columns, values, strict=False)]
        if wanted.text:
            conditions.append(col(IncidentRow.title).in_(sorted(some)))
        found.append(sqlalchemy.and_(*conditions))
    return found


def _narrowed(session: Session, visible: Visibility, wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    """The conditions of category and words."""
    conditions = []
    if wanted.category:
        conditions.append(col(IncidentRow.category) == wanted.category)
    if wanted.text:
        titles = {group.title for group in _groups(session, visible, wanted)}
        conditions.append(col(IncidentRow.title).in_(sorted(titles)))
    return conditions


def entries(session: Session, incident_id: str) -> list[TimelineRow]:
    """The timeline in the order it was written."""
    return list(
        session.exec(select(TimelineRow).where(TimelineRow.incident_id == incident_id).order_by(col(TimelineRow.seq)))
    )


def review_observations(session: Session, incident_id: str) -> None:
    """Have retention judge the incident's observations anew, since how long they stay depends on when it was closed."""
    of_incident = sqlalchemy.select(_LINKS.c.observation_id).where(_LINKS.c.incident_id == incident_id)
    session.connection().execute(
        _OBSERVATIONS.update()
        .where(_OBSERVATIONS.c.id.in_(of_incident), _OBSERVATIONS.c.review_at.is_not(None))
        .values(review_at=None)
    )


def incident_of_observation(session: Session, observation_id: str) -> str | None:
    """The id of the incident the observation belongs to, if to any."""
    return incidents_of_observations(session, [observation_id]).get(observation_id)


def incidents_of_observations(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The id of the incident of each observation of `ids` that belongs to one."""
    if not ids:
        return {}
    rows = session.connection().execute(_LINKS_OF_IDS, {"ids": ids})
    return {row.observation_id: row.incident_id for row in rows}


def incident_of(row: IncidentRow | Row[Any]) -> Incident:
    """The row as merging sees it."""
    position = None
    if row.lat is not None and row.lon is not None:
        position = Position(lat=row.lat, lon=row.lon, accuracy_m=row.accuracy_m or 25.0)
    return Incident(
        id=row.id,
        city=City(row.city),
        category=row.category,
        title=row.title,
        severity=row.severity,
        scope=Scope(row.scope),
        first_at=row.first_at,
        last_at=row.last_at,
        position=position,
        identities=frozenset(row.identities),
        sources=tuple(row.sources),
        observation_ids=tuple(row.observation_ids),
        state=State(row.state),
        closed_at=row.closed_at,
    )


def insert(session: Session, opened: Sequence[tuple[Incident, int]]) -> None:
    """Insert new incidents, each with how many entries its timeline has."""
    if opened:
        rows = [columns_of(incident, entries) for incident, entries in opened]
        insert_rows(session, _INCIDENTS, rows)


def columns_of(incident: Incident, entries: int) -> dict[str, Any]:
    """The columns of a new incident with so many timeline entries."""
    return {
        "city": incident.city,
        "state": incident.state,
        "scope": incident.scope,
        "closed_at": incident.closed_at,
        **_changing_columns(incident, entries),
    }


def update(session: Session, changed: Sequence[tuple[Incident, int]]) -> None:
    """Write what observations have made of incidents; what people decided stays."""
    if changed:
        rows = [_changing_columns(incident, entries) for incident, entries in changed]
        session.connection().execute(_UPDATE, [{"of": row.pop("id"), **row} for row in rows])
        for incident, _ in changed:
            held = session.identity_map.get(sqlalchemy.orm.util.identity_key(IncidentRow, incident.id))
            if held is not None:
                session.refresh(held)


def _changing_columns(incident: Incident, entries: int) -> dict[str, Any]:
    place = incident.position
    return {
        "id": incident.id,
        "category": incident.category,
        "title": incident.title,
        "severity": incident.severity,
        "first_at": incident.first_at,
        "last_at": incident.last_at,
        "lat": None if place is None else place.lat,
        "lon": None if place is None else place.lon,
        "accuracy_m": None if place is None else place.accuracy_m,
        "identities": sorted(incident.identities),
        "sources": list(incident.sources),
        "observation_ids": list(incident.observation_ids),
        "entries": entries,
    }
