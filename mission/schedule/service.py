"""What can be done with a schedule: keep a proposal, confirm, start, finish or cancel a visit. The caller commits."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from mission.schedule.answer import PlannedVisit, Schedule, UnitRoute
from mission.schedule.request import Commitment, ScheduleRequest
from mission.schedule.tables import ProposalRow, VisitRow, VisitState
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message, as_message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

_S = VisitState
ALLOWED: dict[VisitState, frozenset[VisitState]] = {
    _S.PROPOSED: frozenset({_S.CONFIRMED, _S.CANCELLED}),
    _S.CONFIRMED: frozenset({_S.STARTED, _S.CANCELLED}),
    _S.STARTED: frozenset({_S.DONE, _S.CANCELLED}),
    _S.DONE: frozenset(),
    _S.CANCELLED: frozenset(),
}
"""What people may make of a visit; a new schedule may propose a cancelled one again."""
UNTOUCHED = frozenset({_S.STARTED, _S.DONE})
"""What no new schedule changes."""


def keep(work: Work, request: ScheduleRequest, answer: Schedule, *, scope: Scope, by: str, at: datetime) -> ProposalRow:
    """Keep `answer` as the town's schedule: confirmed visits stay so where they were kept, all others are proposed.

    A confirmed visit that moved is proposed at its new time and remembers its old one; a visit that is in the schedule
    no longer is cancelled. Visits under way or done stay as they are.
    """
    proposal = ProposalRow(
        id=f"schedule-{uuid.uuid4().hex[:12]}",
        city=request.city,
        scope=scope,
        begins=request.begins,
        ends=request.ends,
        made_at=at,
        made_by=by,
        numbers={**answer.numbers.model_dump(), "proven": answer.proven, "stopped": answer.stopped},
        unserved=[{**u.model_dump(), "explanation": u.explanation.to_json()} for u in answer.unserved],
    )
    work.session.add(proposal)
    work.session.flush()  # the visits refer to it
    known = {(v.zone_id, v.number): v for v in of_day(work.session, request.city, scope, request.begins)}
    for route, planned in answer.visits():
        row = known.pop((planned.zone_id, planned.number), None)
        if row is None:
            row = _new(request, planned, scope)
        elif VisitState(row.state) in UNTOUCHED:
            continue
        _place(row, route, planned)
        row.proposal_id = proposal.id
        row.updated_at = at
        row.updated_by = by
        work.session.add(row)
        work.tell(change(row))
    for row in known.values():
        if row.state in (_S.PROPOSED, _S.CONFIRMED):
            _become(work, row, _S.CANCELLED, by=by, at=at)
    return proposal


def move_to(work: Work, visit: VisitRow, state: VisitState, *, by: str, at: datetime) -> None:
    """Confirm, start, finish or cancel `visit`. Raises Conflict when its state does not allow it."""
    if state not in ALLOWED[VisitState(visit.state)]:
        raise Conflict(Message("schedule.visit_cannot_become", zone=visit.zone_id, now=visit.state, then=state))
    _become(work, visit, state, by=by, at=at)


def get(session: Session, visit_id: str, visible: Visibility) -> VisitRow:
    """The visit, if it is of `visible`. Raises NotFound."""
    visit = session.get(VisitRow, visit_id)
    if visit is None or not visible.shows(visit):
        raise NotFound(Message("schedule.visit_not_found", visit_id=visit_id))
    return visit


def of_day(session: Session, city: City, scope: Scope, day: datetime) -> list[VisitRow]:
    """Every visit of the schedule of `city` in `scope` whose horizon begins at `day`, earliest first."""
    query = select(VisitRow).where(Visibility.one(city, scope).rows(VisitRow), VisitRow.day == day)
    return list(session.exec(query.order_by(col(VisitRow.begins), col(VisitRow.id))))


def between(session: Session, visible: Visibility, begins: datetime, ends: datetime) -> list[VisitRow]:
    """The visits of `visible` that are not cancelled and touch a stretch of time, earliest first."""
    query = select(VisitRow).where(
        visible.rows(VisitRow), VisitRow.begins < ends, VisitRow.ends > begins,
        VisitRow.state != _S.CANCELLED,
    )  # fmt: skip
    return list(session.exec(query.order_by(col(VisitRow.begins), col(VisitRow.id))))


def latest(session: Session, city: City, scope: Scope, day: datetime) -> ProposalRow | None:
    """The newest proposal for the day that begins at `day`."""
    query = select(ProposalRow).where(Visibility.one(city, scope).rows(ProposalRow), ProposalRow.begins == day)
    return session.exec(query.order_by(col(ProposalRow.made_at).desc(), col(ProposalRow.id))).first()


def commitments(visits: Iterable[VisitRow], *, out: frozenset[str] = frozenset()) -> tuple[Commitment, ...]:
    """What people have been told, for the next schedule: the confirmed may move at a price, the started may not.

    What units in `out` have done stays done; what they were at is interrupted.
    """
    return tuple(
        Commitment(
            zone_id=v.zone_id, number=v.number, unit_id=v.unit_id, person_id=v.person_id, begins=v.begins, ends=v.ends,
            locked=v.state in UNTOUCHED and v.unit_id not in out, done=v.state == _S.DONE and v.unit_id in out,
        )
        for v in visits
        if v.state in (_S.CONFIRMED, *UNTOUCHED)
    )  # fmt: skip


def public(visit: VisitRow) -> dict[str, Any]:
    """The visit as the API and the calendar show it."""
    return {
        "id": visit.id,
        "city": visit.city,
        "zone_id": visit.zone_id,
        "number": visit.number,
        "unit_id": visit.unit_id,
        "person_id": visit.person_id,
        "departs": iso(visit.departs),
        "begins": iso(visit.begins),
        "ends": iso(visit.ends),
        "state": visit.state,
        "priority": visit.priority,
        "late_min": visit.late_min,
        "moved_from": iso_or_none(visit.moved_from),
        "simulated": visit.simulated,
        "updated_at": iso(visit.updated_at),
    }


def public_proposal(proposal: ProposalRow) -> dict[str, Any]:
    """The proposal as the API shows it."""
    return {
        "id": proposal.id,
        "city": proposal.city,
        "begins": iso(proposal.begins),
        "ends": iso(proposal.ends),
        "made_at": iso(proposal.made_at),
        "made_by": proposal.made_by,
        "numbers": proposal.numbers,
        "unserved": [{**each, "explanation": as_message(each["explanation"]).text()} for each in proposal.unserved],
    }


def change(visit: VisitRow) -> Change:
    """The news of the visit, gone once cancelled."""
    gone = visit.state == _S.CANCELLED
    return Change("visit", visit.id, frozenset({City(visit.city)}), Scope(visit.scope), None if gone else public(visit))


def _new(request: ScheduleRequest, planned: PlannedVisit, scope: Scope) -> VisitRow:
    return VisitRow(
        id=f"visit-{uuid.uuid4().hex[:12]}", city=request.city, scope=scope, zone_id=planned.zone_id,
        day=request.begins, number=planned.number, unit_id="", departs=planned.departs, begins=planned.begins,
        ends=planned.ends, priority=planned.priority, late_min=planned.late_min, proposal_id="",
        updated_at=planned.begins, updated_by="",
    )  # fmt: skip


def _place(row: VisitRow, route: UnitRoute, planned: PlannedVisit) -> None:
    """Put the visit where the schedule has it; one that was confirmed and has not been kept must be confirmed anew."""
    if row.state == _S.CONFIRMED and not (planned.kept or planned.handed_over):
        row.moved_from = row.begins
    if not (row.state == _S.CONFIRMED and planned.kept):
        row.state = _S.PROPOSED
    row.unit_id = route.unit_id
    row.person_id = route.person_id
    row.departs = planned.departs
    row.begins = planned.begins
    row.ends = planned.ends
    row.priority = planned.priority
    row.late_min = planned.late_min


def _become(work: Work, visit: VisitRow, state: VisitState, *, by: str, at: datetime) -> None:
    visit.state = state
    visit.updated_at = at
    visit.updated_by = by
    if state is _S.CONFIRMED:
        visit.moved_from = None
    work.session.add(visit)
    work.tell(change(visit))
