"""Orders that wait in the database for the server that has the drone's link: left, taken once, answered.

The caller's unit of work commits. Nobody is told here and nothing is flown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from mission.flights.orders import Order, OrderKind
from mission.flights.tables import PassedOrderRow
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.leases import service as leases
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.store import Work

KEPT_S = 3_600.0
"""So long a row stays that nobody came back for."""


class PassingState(StrEnum):
    """How far an order is that was left for another server."""

    WAITING = "waiting"
    TAKEN = "taken"
    """Its server gives it to the vehicle now, or has given it."""
    ANSWERED = "answered"


@dataclass(frozen=True)
class LinkElsewhere:
    """Another server has the link of a flight's drone."""

    flight_id: str
    flight_name: str
    server: leases.LeaseOwner
    asked_s: float
    """When this was so, seconds since 1970 UTC by the database's clock."""


@dataclass(frozen=True)
class PassedOrder:
    """An order as its server takes it."""

    id: str
    flight_id: str
    order: Order
    by: Principal
    language: str
    """In which the pilot is answered."""


def leave(
    work: Work, id: str, order: Order, *, where: LinkElsewhere, by: Principal, language: str, expires_s: float
) -> bool:
    """Leave an order for the server `where` says, which may take it until `expires_s`; False when that is over."""
    now_s = leases.database_now_s(work.session)
    work.session.execute(delete(PassedOrderRow).where(col(PassedOrderRow.expires_s) < now_s - KEPT_S))
    if now_s >= expires_s:
        return False
    work.session.add(
        PassedOrderRow(
            id=id,
            flight_id=where.flight_id,
            server=where.server.id,
            what=_order_to_json(order),
            given_by={"name": by.name, "role": by.role, "city": by.city, "scope": by.scope},
            language=language,
            expires_s=expires_s,
            state=PassingState.WAITING,
        )
    )
    return True


def any_waiting(session: Session, server_id: str) -> bool:
    """Whether an order waits for this server."""
    return session.exec(_waiting(server_id).limit(1)).first() is not None


def take(work: Work, server_id: str) -> list[PassedOrder]:
    """Every order that waits for this server and is in time: it is this server's to give, once, when committed.

    What is late is let go of, and given by nobody.
    """
    now_s = leases.database_now_s(work.session)
    taken = []
    for row in work.session.exec(_waiting(server_id)).all():
        if row.expires_s <= now_s:
            work.session.delete(row)
            continue
        row.state = PassingState.TAKEN
        work.session.add(row)
        taken.append(_read(row))
    return taken


def take_back(work: Work, id: str) -> bool:
    """Have nobody take the order any more; False when its server has taken it."""
    row = work.session.get(PassedOrderRow, id)
    if row is not None and row.state != PassingState.WAITING:
        return False
    if row is not None:
        work.session.delete(row)
    return True


def answer(work: Work, id: str, said: Mapping[str, Any]) -> None:
    """What came of an order, for the server that left it."""
    row = work.session.get(PassedOrderRow, id)
    if row is not None:
        row.answer = dict(said)
        row.state = PassingState.ANSWERED
        work.session.add(row)


def progress(session: Session, id: str) -> tuple[PassingState, dict[str, Any]] | None:
    """How far an order is, with its answer once there is one; None when it is not, or no longer, there."""
    row = session.get(PassedOrderRow, id)
    if row is None:
        return None
    return PassingState(row.state), row.answer or {}


def remove(work: Work, id: str) -> None:
    """Its answer was read: what came of the order is on the flight's own record."""
    work.session.execute(delete(PassedOrderRow).where(col(PassedOrderRow.id) == id))


def _waiting(server_id: str) -> Any:
    waits = PassedOrderRow.state == PassingState.WAITING
    return select(PassedOrderRow).where(PassedOrderRow.server == server_id, waits)


def _read(row: PassedOrderRow) -> PassedOrder:
    return PassedOrder(row.id, row.flight_id, _order_from_json(row.what), _by_from_json(row.given_by), row.language)


def _order_to_json(order: Order) -> dict[str, Any]:
    point = order.point
    return {
        "kind": order.kind,
        "point": None if point is None else point.model_dump(mode="json"),
        "height_m": order.height_m,
        "typed": order.typed,
        "acknowledged": sorted(order.acknowledged),
    }


def _order_from_json(kept: Mapping[str, Any]) -> Order:
    point = kept["point"]
    return Order(
        OrderKind(kept["kind"]),
        None if point is None else Position.model_validate(point),
        kept["height_m"],
        kept["typed"],
        frozenset(kept["acknowledged"]),
    )


def _by_from_json(kept: Mapping[str, Any]) -> Principal:
    city = kept["city"]
    return Principal(kept["name"], Role(kept["role"]), None if city is None else City(city), Scope(kept["scope"]))
