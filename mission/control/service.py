"""Taking, handing over and giving back the control of a vehicle. One verb a function; the caller's work commits.

One pilot has it or nobody has; it is never shared, and passes on only by an offer that the named pilot accepts. Knows
no flights: whether the vehicle is in the air is the caller's to say.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from mission.control.tables import ControlEventRow
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.store import Work
from telemetry.units.tables import UnitRow


@dataclass(frozen=True)
class Control:
    """Who has it at this moment."""

    holder: str | None = None
    offered_to: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """For pages and the API."""
        return {"holder": self.holder, "offered_to": self.offered_to}


def of(session: Session, unit_id: str) -> Control:
    """Who has the control of the vehicle, and to whom it is offered."""
    last = _last(session, unit_id)
    if last is None:
        return Control()
    return Control(last.holder, last.offered_to)


def take(work: Work, unit: UnitRow, *, by: str, at: datetime) -> None:
    """`by` takes a control that nobody has. Raises Conflict while another pilot has it."""
    now = of(work.session, unit.id)
    if now.holder == by:
        return
    if now.holder is not None:
        raise Conflict(Message("flights.ask_for_control", holder=now.holder, unit=unit.name))
    _add(work, unit, "taken", by=by, at=at, after=Control(by))


def offer(work: Work, unit: UnitRow, *, by: str, to: str, at: datetime) -> None:
    """Offer it to the pilot called `to`; `by` keeps it until they accept. Raises BadInput, or Conflict for others."""
    require(work.session, unit, by)
    if to == by:
        raise BadInput(Message("control.yours_already", unit=unit.name))
    _add(work, unit, "offered", by=by, at=at, after=Control(by, to))


def accept(work: Work, unit: UnitRow, *, by: str, at: datetime) -> None:
    """`by` accepts what was offered to them. Raises Conflict when nothing was."""
    _require_offered(work.session, unit, by)
    _add(work, unit, "accepted", by=by, at=at, after=Control(by))


def decline(work: Work, unit: UnitRow, *, by: str, at: datetime) -> None:
    """`by` does not want what was offered to them; the holder keeps it. Raises Conflict when nothing was offered."""
    holder = _require_offered(work.session, unit, by)
    _add(work, unit, "declined", by=by, at=at, after=Control(holder))


def give_back(work: Work, unit: UnitRow, *, by: str, in_the_air: bool, for_another: bool = False, at: datetime) -> None:
    """Nobody has it afterwards. `for_another` frees what a pilot who has gone home forgot to give back.

    Raises Conflict in the air, where somebody must have it, and for anybody else's control.
    """
    if not for_another:
        require(work.session, unit, by)
    if in_the_air:
        raise Conflict(Message("control.needs_pilot", unit=unit.name))
    if of(work.session, unit.id).holder is not None:
        _add(work, unit, "given_back", by=by, at=at, after=Control())


def require(session: Session, unit: UnitRow, by: str) -> None:
    """Raises Conflict unless `by` has the control of the vehicle."""
    holder = of(session, unit.id).holder
    if holder is None:
        raise Conflict(Message("flights.nobody_has_control", name=unit.name))
    if holder != by:
        raise Conflict(Message("flights.other_has_control", holder=holder, name=unit.name, by=by))


def history(session: Session, unit_id: str) -> list[dict[str, Any]]:
    """Every step of the vehicle's control, newest first."""
    query = select(ControlEventRow).where(ControlEventRow.unit_id == unit_id)
    rows = session.exec(query.order_by(col(ControlEventRow.number).desc()))
    return [
        {"at": iso(r.at), "step": r.step, "who": r.who, "holder": r.holder, "offered_to": r.offered_to} for r in rows
    ]


def _last(session: Session, unit_id: str) -> ControlEventRow | None:
    query = select(ControlEventRow).where(ControlEventRow.unit_id == unit_id)
    return session.exec(query.order_by(col(ControlEventRow.number).desc()).limit(1)).first()


def _require_offered(session: Session, unit: UnitRow, by: str) -> str | None:
    now = of(session, unit.id)
    if now.offered_to != by:
        raise Conflict(Message("control.not_offered", unit=unit.name, by=by))
    return now.holder


def _add(work: Work, unit: UnitRow, step: str, *, by: str, at: datetime, after: Control) -> None:
    last = _last(work.session, unit.id)
    number = 1
    if last is not None:
        number = last.number + 1
    work.session.add(
        ControlEventRow(
            unit_id=unit.id,
            number=number,
            city=unit.city,
            scope=unit.scope,
            at=at,
            step=step,
            who=by,
            holder=after.holder,
            offered_to=after.offered_to,
        )
    )
    work.session.flush()  # the next question reads the newest row
