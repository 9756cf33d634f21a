"""Every query on observations. Decides nothing: acceptance and merging are the incidents floor's."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.observations.tables import ObservationRow
from telemetry.observations.values import Observation
from telemetry.store import Page, SortKey, read_page


def by_key(session: Session, observation: Observation) -> Observation | None:
    """The stored observation with the same idempotency key, if there is one."""
    row = session.exec(
        select(ObservationRow).where(
            ObservationRow.source_kind == observation.source.kind,
            ObservationRow.source_id == observation.source.id,
            ObservationRow.source_ref == observation.source_ref,
        )
    ).first()
    return None if row is None else Observation.model_validate(row.body)


def exists(session: Session, observation_id: str) -> bool:
    """Whether an observation with this id is stored."""
    return session.get(ObservationRow, observation_id) is not None


def save(session: Session, observation: Observation) -> None:
    """Insert `observation`, or replace the stored one with the same id."""
    if observation.received_at is None:
        raise ValueError("an observation is stored with the time of its arrival")
    session.merge(
        ObservationRow(
            id=observation.id,
            city=observation.city,
            source_kind=observation.source.kind,
            source_id=observation.source.id,
            source_ref=observation.source_ref,
            category=observation.category,
            started_at=observation.started_at,
            received_at=observation.received_at,
            body=observation.model_dump(mode="json"),
        )
    )
    session.flush()


def get(session: Session, observation_id: str, cities: Iterable[City]) -> Observation:
    """The observation, if it is in one of `cities`. Raises NotFound."""
    row = session.get(ObservationRow, observation_id)
    if row is None or row.city not in set(cities):
        raise NotFound(f"there is no observation {observation_id} in a town you may see")
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
    """What the source of `like` said of the same category in the same town, as far as it was received at that time
    (UTC) or later; newest first."""
    found = session.exec(
        select(ObservationRow)
        .where(
            ObservationRow.city == like.city,
            ObservationRow.source_kind == like.source.kind,
            ObservationRow.source_id == like.source.id,
            ObservationRow.category == like.category,
            ObservationRow.received_at >= received_since,
        )
        .order_by(col(ObservationRow.started_at).desc(), col(ObservationRow.id))
    )
    return [Observation.model_validate(row.body) for row in found]


def latest(session: Session, cities: Iterable[City], *, limit: int, cursor: str | None = None) -> Page[Observation]:
    """The observations of `cities` by device time, newest first: one page. Raises BadInput on another list's cursor."""
    query = select(ObservationRow).where(col(ObservationRow.city).in_(list(cities)))
    order = [SortKey(col(ObservationRow.started_at), datetime, descending=True), SortKey(col(ObservationRow.id), str)]
    rows = read_page(session, query, order, limit=limit, cursor=cursor)
    found = [Observation.model_validate(row.body) for row in rows]
    return Page(found, total=rows.total, next_cursor=rows.next_cursor)
