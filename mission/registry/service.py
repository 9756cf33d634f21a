"""What can be done with the register: enter, look up. One verb a function; the caller's unit of work commits."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from mission.registry.tables import HolderKind, RegisterRow
from mission.registry.values import DronePapers, Operator, Papers, Pilot
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.visibility import Visibility

Holding = Operator | Pilot | DronePapers
_KINDS: dict[type[Holding], HolderKind] = {
    Operator: HolderKind.OPERATOR,
    Pilot: HolderKind.PILOT,
    DronePapers: HolderKind.DRONE,
}


def enter(work: Work, holder: str, papers: Holding, *, city: City, scope: Scope, by: str, at: datetime) -> RegisterRow:
    """Keep what holds for `holder` (a town, a user's name or a unit's id) from now on."""
    row = RegisterRow(
        city=city,
        scope=scope,
        kind=_KINDS[type(papers)],
        holder=holder,
        papers=papers.model_dump(mode="json"),
        entered_at=at,
        entered_by=by,
    )
    work.session.add(row)
    work.session.flush()  # what is read later in the same work must find it
    return row


def papers_for(session: Session, *, city: str, scope: str, pilot: str, unit_id: str) -> Papers:
    """What is in force for a flight of `pilot` with the drone `unit_id` for `city` in `scope`."""
    found = {
        kind: _in_force(session, scope, kind, holder)
        for kind, holder in (
            (HolderKind.OPERATOR, city),
            (HolderKind.PILOT, pilot),
            (HolderKind.DRONE, unit_id),
        )
    }
    operator, flyer, drone = (found[kind] for kind in HolderKind)
    return Papers(
        operator=None if operator is None else Operator.model_validate(operator.papers),
        pilot=None if flyer is None else Pilot.model_validate(flyer.papers),
        drone=None if drone is None else DronePapers.model_validate(drone.papers),
        version=", ".join(f"{kind} entry {row.id}" for kind, row in found.items() if row is not None),
    )


def papers_of_drone(session: Session, scope: str, unit_id: str) -> DronePapers | None:
    """What is in force for the drone `unit_id`; None where the register holds nothing."""
    row = _in_force(session, scope, HolderKind.DRONE, unit_id)
    if row is None:
        return None
    return DronePapers.model_validate(row.papers)


def listed(session: Session, visible: Visibility) -> list[dict[str, Any]]:
    """The entries in force in `cities`, operators first, then pilots and drones by name."""
    newest = select(func.max(RegisterRow.id)).group_by(
        RegisterRow.scope, col(RegisterRow.kind), col(RegisterRow.holder)
    )
    query = select(RegisterRow).where(col(RegisterRow.id).in_(newest), visible.rows(RegisterRow))
    order = list(HolderKind)
    rows = sorted(session.exec(query), key=lambda row: (order.index(HolderKind(row.kind)), row.holder))
    return [public(row) for row in rows]


def public(row: RegisterRow) -> dict[str, Any]:
    """The entry as the API shows it."""
    return {
        "id": row.id,
        "city": row.city,
        "kind": row.kind,
        "holder": row.holder,
        "papers": row.papers,
        "entered_at": iso(row.entered_at),
        "entered_by": row.entered_by,
        "simulated": row.simulated,
    }


def newest(session: Session, visible: Visibility) -> int:
    """The number of the latest entry of `visible`, 0 for none: what changes when the register does."""
    return session.exec(select(func.max(RegisterRow.id)).where(visible.rows(RegisterRow))).one() or 0


def _in_force(session: Session, scope: str, kind: HolderKind, holder: str) -> RegisterRow | None:
    query = select(RegisterRow).where(
        RegisterRow.scope == scope, RegisterRow.kind == kind, RegisterRow.holder == holder
    )
    return session.exec(query.order_by(col(RegisterRow.id).desc()).limit(1)).first()
