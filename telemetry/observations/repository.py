"""Every query on observations. Decides nothing: acceptance and merging are the incidents floor's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlmodel import Session, SQLModel, col, func, select

from telemetry import chain, fulltext
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.observations.occurrences import Key, Owner, Stored
from telemetry.observations.search_words import document_of
from telemetry.observations.tables import (
    CHAINED_OBSERVATIONS,
    ObservationCountRow,
    ObservationPictureRow,
    ObservationRow,
)
from telemetry.observations.values import Observation
from telemetry.scopes import Scope
from telemetry.store import ALWAYS, Between, Page, SortKey, insert_rows, read_page
from telemetry.visibility import Visibility

_OBSERVATIONS = SQLModel.metadata.tables["observations"]
_STORED = _OBSERVATIONS.c
_PICTURES = SQLModel.metadata.tables[str(ObservationPictureRow.__tablename__)]
# Written once: composing a statement costs more than asking the database by it.
_UPDATE = _OBSERVATIONS.update().where(_STORED.id == sqlalchemy.bindparam("of"))
_DELETE_PICTURES = _PICTURES.delete().where(_PICTURES.c.observation_id.in_(sqlalchemy.bindparam("ids", expanding=True)))
_OWNERS = sqlalchemy.select(_STORED.id, _STORED.city, _STORED.scope, _STORED.sender).where(
    _STORED.id.in_(sqlalchemy.bindparam("ids", expanding=True))
)
_OF_SENDERS = (
    _STORED.city == sqlalchemy.bindparam("city"),
    _STORED.scope == sqlalchemy.bindparam("scope"),
    _STORED.sender.in_(sqlalchemy.bindparam("senders", expanding=True)),
    _STORED.source_ref.in_(sqlalchemy.bindparam("refs", expanding=True)),
)
_KEY = (_STORED.source_kind, _STORED.source_id, _STORED.source_ref, _STORED.occurrence)
_KEYS_SAID_BEFORE = sqlalchemy.select(*_KEY).where(*_OF_SENDERS)
_SAID_BEFORE = (
    sqlalchemy.select(*_KEY, _STORED.body)
    .where(*_OF_SENDERS, _STORED.occurrence > sqlalchemy.bindparam("since"))
    .order_by(_STORED.occurrence.desc())
)
BEFORE_SENDERS = ""
"""The sender of what was stored before senders were kept."""
FAMILY = 20
"""So many of the newest events under one name may still be meant when the name is said again."""


def families(
    session: Session, city: City, scope: Scope, sender: str, keys: Iterable[Key]
) -> defaultdict[Key, list[Stored]]:
    """What `sender` has handed in for `city` in `scope` under each of `keys`, the newest event first, at
    most FAMILY of each.

    What was stored before senders were kept counts as everybody's of its town.
    """
    wanted = frozenset(keys)
    found: defaultdict[Key, list[Stored]] = defaultdict(list)
    last = _last_occurrences(session, city, scope, sender, wanted)
    if not last:
        return found
    said = {"city": city, "scope": scope, "senders": [sender, BEFORE_SENDERS], "refs": list({key[2] for key in last})}
    since = min(last.values()) - FAMILY
    for row in session.connection().execute(_SAID_BEFORE, {**said, "since": since}):
        key = (row.source_kind, row.source_id, row.source_ref)
        if key in wanted and row.occurrence > last[key] - FAMILY:
            found[key].append(Stored(Observation.model_validate(row.body), row.occurrence))
    return found


def _last_occurrences(
    session: Session, city: City, scope: Scope, sender: str, wanted: frozenset[Key]
) -> dict[Key, int]:
    """The highest occurrence of each of `wanted` that is stored; answered from the key's index alone."""
    said = {"city": city, "scope": scope, "senders": [sender, BEFORE_SENDERS], "refs": list({key[2] for key in wanted})}
    last: dict[Key, int] = {}
    for kind, source_id, ref, occurrence in session.connection().execute(_KEYS_SAID_BEFORE, said):
        key = (kind, source_id, ref)
        if key in wanted:
            last[key] = max(occurrence, last.get(key, 0))
    return last


def owners(session: Session, ids: Iterable[str]) -> dict[str, Owner]:
    """Town, scope and sender of the observations that are stored under these ids."""
    rows = session.connection().execute(_OWNERS, {"ids": list(set(ids))})
    return {one: (city, scope, sender) for one, city, scope, sender in rows}


def insert(session: Session, arrived: Sequence[tuple[str, Stored]]) -> None:
    """Insert new observations, each with the sender who handed it in."""
    if arrived:
        rows = [
            {"sender": sender, "occurrence": one.occurrence, **_columns(one.observation)} for sender, one in arrived
        ]
        for row in rows:
            chain.append(session, row["city"], CHAINED_OBSERVATIONS, row, at=row["received_at"])
        insert_rows(session, _OBSERVATIONS, rows)
        _insert_pictures(session, [one.observation for _, one in arrived])
        fulltext.put(session, [document_of(one.observation) for _, one in arrived])


def update(session: Session, changed: Sequence[Observation], *, at: datetime, rule: str | None = None) -> None:
    """Replace the stored observations with the same ids at `at` (UTC), by `rule` where that takes content away.
    Retention judges them anew."""
    if changed:
        rows = [_columns(observation) for observation in changed]
        for row in rows:
            chain.append(session, row["city"], CHAINED_OBSERVATIONS, row, at=at, rule=rule)
        session.connection().execute(_UPDATE, [_as_parameters(row) for row in rows])
        session.connection().execute(_DELETE_PICTURES, {"ids": [observation.id for observation in changed]})
        _insert_pictures(session, changed)
        fulltext.replace(session, [document_of(observation) for observation in changed])


def _as_parameters(row: dict[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in row.items() if name != "id"}
    return {"of": row["id"], "review_at": None, **columns}


def _insert_pictures(session: Session, of: Iterable[Observation]) -> None:
    named = [{"sha256": sha256, "observation_id": one.id} for one in of for sha256 in {m.sha256 for m in one.media}]
    insert_rows(session, _PICTURES, named)


def set_reviews(session: Session, reviews: Mapping[str, datetime]) -> None:
    """Note when retention judges each of these observations again, UTC, by id; those that are gone stay so."""
    if reviews:
        session.flush()
        rows = [{"of": one, "review_at": at} for one, at in reviews.items()]
        session.connection().execute(_UPDATE, rows)


def clear_reviews(session: Session, *, before: datetime, limit: int) -> int:
    """Have retention judge anew some of those that it was to judge again before that moment (UTC); how many."""
    due = sqlalchemy.select(_STORED.id).where(_STORED.review_at < before).order_by(_STORED.review_at).limit(limit)
    anew = _OBSERVATIONS.update().where(_STORED.id.in_(due.scalar_subquery())).values(review_at=None)
    return session.connection().execute(anew).rowcount


def _columns(observation: Observation) -> dict[str, Any]:
    if observation.received_at is None:
        raise ValueError("an observation is stored with the time of its arrival")
    return {
        "id": observation.id,
        "city": observation.city,
        "scope": observation.scope,
        "source_kind": observation.source.kind,
        "source_id": observation.source.id,
        "source_ref": observation.source_ref,
        "category": observation.category,
        "started_at": observation.started_at,
        "received_at": observation.received_at,
        "body": observation.model_dump(mode="json"),
    }


def get(session: Session, observation_id: str, visible: Visibility) -> Observation:
    """The observation, if it is in `visible`. Raises NotFound."""
    row = session.get(ObservationRow, observation_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("observations.not_found", id=observation_id))
    return Observation.model_validate(row.body)


def get_many(session: Session, ids: Iterable[str]) -> list[Observation]:
    """Those of `ids` that exist, oldest first."""
    rows = session.exec(
        select(ObservationRow)
        .where(col(ObservationRow.id).in_(list(ids)))
        .order_by(col(ObservationRow.started_at), col(ObservationRow.id))
    )
    return [Observation.model_validate(row.body) for row in rows]


def of_source(session: Session, like: Observation, *, received_since: datetime) -> list[Observation]:
    """What the source of `like` said of the same category in the same town and scope, as far as it was received at that
    time (UTC) or later; newest first."""
    found = session.exec(
        select(ObservationRow)
        .where(
            Visibility.of(like).rows(ObservationRow),
            ObservationRow.source_kind == like.source.kind,
            ObservationRow.source_id == like.source.id,
            ObservationRow.category == like.category,
            ObservationRow.received_at >= received_since,
        )
        .order_by(col(ObservationRow.started_at).desc(), col(ObservationRow.id))
    )
    return [Observation.model_validate(row.body) for row in found]


def last_of_source(session: Session, like: Observation, *, limit: int) -> list[Observation]:
    """The last that the source of `like` said in the same town and scope, whatever about, newest first."""
    found = session.exec(
        select(ObservationRow.body)
        .where(
            Visibility.of(like).rows(ObservationRow),
            ObservationRow.source_kind == like.source.kind,
            ObservationRow.source_id == like.source.id,
        )
        .order_by(col(ObservationRow.received_at).desc())
        .limit(limit)
    )
    return [Observation.model_validate(body) for body in found]


def count(session: Session, visible: Visibility) -> int:
    """How many observations there are of `visible`."""
    query = select(func.coalesce(func.sum(ObservationCountRow.rows), 0))
    return int(session.exec(query.where(visible.rows(ObservationCountRow))).one())


def latest(
    session: Session, visible: Visibility, *, limit: int, cursor: str | None = None, between: Between = ALWAYS
) -> Page[Observation]:
    """Those of `visible` by device time, newest first: one page. Raises BadInput on another list's cursor."""
    order = [SortKey(col(ObservationRow.started_at), datetime, descending=True), SortKey(col(ObservationRow.id), str)]
    branches = visible.branches(ObservationRow)
    total = None
    if not between.is_bounded:
        total = count(session, visible)
    query = between.narrow(select(ObservationRow), col(ObservationRow.started_at))
    rows = read_page(session, query, order, limit=limit, cursor=cursor, branches=branches, total=total)
    found = [Observation.model_validate(row.body) for row in rows]
    return Page(found, total=rows.total, next_cursor=rows.next_cursor)
