"""Finds what was said and shows it with its incident. Knows no plate: who may ask for one is the caller's business."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import Point, Polygon
from sqlmodel import Session, col, select

from incidents.timeline import repository, service
from incidents.timeline.tables import EntryKind, IncidentObservationRow, IncidentRow, TimelineRow
from telemetry.clock import iso
from telemetry.fulltext import DocumentQuery, SearchDocumentRow, find
from telemetry.fulltext.documents import COUNTED, count
from telemetry.messages import as_message
from telemetry.messages.catalogue import known, text_of
from telemetry.messages.current import current_language
from telemetry.observations import Observation, answers
from telemetry.observations import repository as observations
from telemetry.visibility import Visibility

NUMBER = re.compile(r"#?([0-9a-f]{8}(?:-[0-9a-f-]{0,27})?)")
"""An incident's number, whole or as short as reporters are told it."""
MOST_OF_A_NUMBER = 20
LOOKS = 20
"""So many pages at most are looked through for what lies within an area that is no box."""


@dataclass(frozen=True)
class SearchRequest:
    """What is looked for."""

    documents: DocumentQuery
    area: Polygon | None = None
    """(longitude, latitude) degrees; its bounds are those of `documents`."""

    @property
    def number(self) -> str | None:
        """The incident's number that its words are."""
        told = NUMBER.fullmatch(self.documents.words.strip().casefold())
        return None if told is None else told[1]


@dataclass(frozen=True)
class SearchPage:
    """Some of what was found, the latest first."""

    hits: Sequence[dict[str, Any]]
    """As the API shows them."""
    next_cursor: str | None
    """Where the next page begins; None at the end."""
    total: int | None
    """How many there are; None where they are too many to be counted, or not counted since an area was drawn."""


def search(session: Session, wanted: SearchRequest, *, limit: int, cursor: str | None = None) -> SearchPage:
    """What was said and fits, the latest first, each with its incident: one page. An incident whose number is asked for
    comes before all. Raises BadInput on another list's cursor."""
    rows, following = _documents(session, wanted, limit, cursor)
    hits = _hits(session, rows, wanted.documents.visible)
    numbered: list[dict[str, Any]] = []
    if wanted.number is not None:
        numbered = [_of_incident(row) for row in of_number(session, wanted.number, wanted.documents.visible)]
    total = None
    if wanted.area is None and (counted := count(session, wanted.documents)) <= COUNTED:
        total = counted + len(numbered)
    return SearchPage([*([] if cursor else numbered), *hits], following, total)


def of_number(session: Session, number: str, visible: Visibility) -> list[IncidentRow]:
    """The incidents of `visible` whose number begins so, which is in small letters; of one that is part of another by
    now, that other."""
    query = select(IncidentRow).where(
        visible.rows(IncidentRow), col(IncidentRow.id) >= number, col(IncidentRow.id) < number + "g"
    )
    named = session.exec(query.order_by(col(IncidentRow.id)).limit(MOST_OF_A_NUMBER))
    return list({row.id: row for row in (repository.standing(session, one) for one in named)}.values())


def _documents(
    session: Session, wanted: SearchRequest, limit: int, cursor: str | None
) -> tuple[list[SearchDocumentRow], str | None]:
    found: list[SearchDocumentRow] = []
    for _ in range(LOOKS):
        page = find(session, wanted.documents, limit=limit, cursor=cursor)
        found += [row for row in page.rows if _is_within(row, wanted.area)]
        cursor = page.next_cursor
        if cursor is None or len(found) >= limit:
            break
    if len(found) > limit:
        cursor = str(found[limit - 1].id)
    return found[:limit], cursor


def _is_within(row: SearchDocumentRow, area: Polygon | None) -> bool:
    return area is None or (row.lat is not None and row.lon is not None and area.covers(Point(row.lon, row.lat)))


def _hits(session: Session, rows: Sequence[SearchDocumentRow], visible: Visibility) -> list[dict[str, Any]]:
    ids = [row.observation_id for row in rows if row.observation_id is not None]
    seen = {one.id: one for one in observations.get_many(session, ids)}
    entries = _entries(session, rows, ids)
    incidents = _incidents(session, {entry.incident_id for entry in entries.values()}, visible)
    found = []
    for row in rows:
        entry = entries.get(row.observation_id or row.entry_id)
        incident = None
        if entry is not None:
            incident = incidents.get(entry.incident_id)
        if row.observation_id is not None:
            hit = _of_observation(seen[row.observation_id])
        elif entry is not None:
            hit = _of_entry(row, entry)
        else:
            continue
        found.append({**hit, "incident": incident, "seq": None if entry is None else entry.seq})
    return found


def _entries(
    session: Session, rows: Iterable[SearchDocumentRow], observation_ids: Sequence[str]
) -> Mapping[str | int | None, TimelineRow]:
    """The entry that tells of each, by the observation's id or its own; of an observation, where it belongs now."""
    home = IncidentObservationRow
    told = (
        select(TimelineRow)
        .join(home, col(home.observation_id) == TimelineRow.observation_id)
        .where(
            home.incident_id == TimelineRow.incident_id,
            col(TimelineRow.observation_id).in_(observation_ids),
            TimelineRow.kind == EntryKind.OBSERVATION,
        )
    )
    found: dict[str | int | None, TimelineRow] = {entry.observation_id: entry for entry in session.exec(told)}
    own = [row.entry_id for row in rows if row.entry_id is not None]
    for entry in session.exec(select(TimelineRow).where(col(TimelineRow.id).in_(own))):
        found[entry.id] = entry
    return found


def _incidents(session: Session, ids: Iterable[str], visible: Visibility) -> dict[str, dict[str, Any]]:
    query = select(IncidentRow).where(visible.rows(IncidentRow), col(IncidentRow.id).in_(list(ids)))
    return {row.id: service.headline(row) for row in session.exec(query)}


def _of_observation(seen: Observation) -> dict[str, Any]:
    shown = answers.public(seen)
    code = f"categories.{seen.category}"
    name = text_of(code, {}, current_language()) if known(code) else seen.category.replace("_", " ")
    return {
        "kind": "observation",
        "at": shown["started_at"],
        "text": shown["summary"] or name,
        "category": seen.category,
        "source": shown["source"],
        "who": None,
        "position": _place(None if seen.position is None else (seen.position.lat, seen.position.lon)),
        "observation_id": seen.id,
    }


def _of_entry(row: SearchDocumentRow, entry: TimelineRow) -> dict[str, Any]:
    return {
        "kind": "entry",
        "at": iso(entry.happened_at),
        "text": as_message(entry.message or entry.text).text(),
        "category": row.category,
        "source": None,
        "who": entry.who,
        "position": _place(None if row.lat is None or row.lon is None else (row.lat, row.lon)),
        "observation_id": None,
    }


def _of_incident(row: IncidentRow) -> dict[str, Any]:
    headline = service.headline(row)
    return {
        "kind": "incident",
        "at": headline["updated_at"],
        "text": headline["title"],
        "category": row.category,
        "source": None,
        "who": None,
        "position": _place(None if row.lat is None or row.lon is None else (row.lat, row.lon)),
        "observation_id": None,
        "incident": headline,
        "seq": None,
    }


def _place(place: tuple[float, float] | None) -> dict[str, float] | None:
    if place is None:
        return None
    return {"lat": place[0], "lon": place[1]}
