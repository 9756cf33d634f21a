"""Observations that wait until their town's incidents are settled. Settles nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy
from sqlmodel import Session, SQLModel, func, select

from incidents.timeline.incident_index import Town
from incidents.timeline.tables import UnsettledRow
from telemetry.cities import City
from telemetry.scopes import Scope
from telemetry.store import UtcDateTime
from telemetry.visibility import Visibility

_UNSETTLED = SQLModel.metadata.tables[str(UnsettledRow.__tablename__)]
_MARK = sqlalchemy.text(
    "INSERT INTO unsettled_observations (observation_id, city, scope, since)"
    " VALUES (:observation_id, :city, :scope, :since) ON CONFLICT DO NOTHING"
).bindparams(sqlalchemy.bindparam("since", type_=UtcDateTime()))


def backlog(session: Session) -> dict[Town, int]:
    """How many observations are unsettled, by town; only towns that have any, the longest waiting first."""
    query = (
        select(UnsettledRow.city, UnsettledRow.scope, func.count())
        .group_by(UnsettledRow.city, UnsettledRow.scope)
        .order_by(func.min(UnsettledRow.since))
    )
    return {Town(City(city), Scope(scope)): count for city, scope, count in session.exec(query)}


def count(session: Session, visible: Visibility) -> int:
    """How many observations of `visible` are unsettled."""
    return session.exec(select(func.count()).where(visible.rows(UnsettledRow))).one()


def waiting(session: Session, visible: Visibility) -> set[str]:
    """The ids of the unsettled observations of `visible`."""
    return set(session.exec(select(UnsettledRow.observation_id).where(visible.rows(UnsettledRow))))


def mark(session: Session, waiting: Iterable[tuple[str, Town]], at: datetime) -> None:
    """Have observations settled, each given by its id with its town, as of `at` (UTC). Those that wait already go on
    waiting."""
    rows = [{"observation_id": one, "city": town.city, "scope": town.scope, "since": at} for one, town in waiting]
    if rows:
        session.connection().execute(_MARK, rows)


def settled(session: Session, ids: Sequence[str]) -> None:
    """These are settled."""
    session.connection().execute(_UNSETTLED.delete().where(_UNSETTLED.c.observation_id.in_(ids)))
