"""Gathers what units are used for: flights, deployments and visits, of the towns that the caller may see."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from mapserver.calendar.blocks import Block, BlockKind
from mapserver.calendar.span import CalendarSpan
from mission.flights import gate
from mission.flights import repository as flights
from mission.flights.service import outcome_of
from mission.flights.states import BEFORE_START, IN_THE_AIR, FlightState
from mission.flights.tables import FlightCheckRow, FlightRow
from mission.schedule import service as visits
from mission.schedule.tables import VisitRow, VisitState
from mission.zones.tables import ZoneRow
from mobile_units.assignments import service as assignments
from mobile_units.assignments.tables import AssignmentRow
from telemetry.scopes import LIVE
from telemetry.visibility import Visibility


def uses(session: Session, visible: Visibility, span: CalendarSpan, now: datetime) -> list[Block]:
    """The blocks of `visible` that touch `span`; `now` (UTC) tells what is late."""
    flown = flights.between(session, visible, span.begins, span.ends)
    held = assignments.between(session, visible, span.begins, span.ends)
    due = visits.between(session, visible, span.begins, span.ends)
    zones = {*(one.zone_id for one in flown), *(one.zone_id for one in held), *(one.zone_id for one in due)}
    names = {zone_id: session.get_one(ZoneRow, zone_id).name for zone_id in zones}
    return [
        *(_flight(flight, names, gate.latest(session, flight.id), now) for flight in flown),
        *(_assignment(assignment, names, now) for assignment in held),
        *(_visit(visit, names) for visit in due),
    ]


def _flight(flight: FlightRow, zones: Mapping[str, str], checked: FlightCheckRow | None, now: datetime) -> Block:
    state = FlightState(flight.state)
    ends = flights.until(flight)
    outcome = outcome_of(flight)
    standing = []
    worst = ""
    if checked is not None:
        standing = [verdict.as_json() for verdict in gate.standing_in(checked)]
        worst = checked.worst
    return Block(
        id=flight.id,
        kind=BlockKind.FLIGHT,
        unit_id=flight.unit_id,
        city=flight.city,
        zone_id=flight.zone_id,
        begins=flight.started_at or flight.scheduled_at,
        ends=max(ends, now) if state in IN_THE_AIR else ends,
        title=flight.name,
        who=flight.pilot,
        state=state.value,
        counts=state is not FlightState.ABORTED,
        simulated=flight.simulated,
        details={
            "zone": zones[flight.zone_id],
            "plan_id": flight.plan_id,
            "confirmed_by": flight.confirmed_by,
            "outcome": None if outcome is None else outcome.text(),
            "waits": state in BEFORE_START,
            "reasons": [v["message"] for v in standing],
        },
        level=worst,
    )


def _assignment(assignment: AssignmentRow, zones: Mapping[str, str], now: datetime) -> Block:
    late = assignment.ended_at is None and assignment.until is not None and assignment.until < now
    state = "deployed"
    if assignment.ended_at:
        state = "ended"
    elif late:
        state = "overdue"
    return Block(
        id=assignment.id,
        kind=BlockKind.ASSIGNMENT,
        unit_id=assignment.unit_id,
        city=assignment.city,
        zone_id=assignment.zone_id,
        begins=assignment.since,
        ends=assignment.ended_at or (None if late else assignment.until),
        title=zones[assignment.zone_id],
        who=assignment.holder or "",
        state=state,
        counts=True,
        simulated=assignment.scope != LIVE,
        details={"purpose": assignment.purpose, "reasons": [], "waits": False},
    )


def _visit(visit: VisitRow, zones: Mapping[str, str]) -> Block:
    return Block(
        id=visit.id,
        kind=BlockKind.VISIT,
        unit_id=visit.unit_id,
        city=visit.city,
        zone_id=visit.zone_id,
        begins=visit.begins,
        ends=visit.ends,
        title=zones[visit.zone_id],
        who=visit.person_id or "",
        state=visit.state,
        counts=True,
        simulated=visit.simulated,
        details={
            "priority": visit.priority,
            "departs": visit.departs,
            "late_min": visit.late_min,
            "moved_from": visit.moved_from,
            "next": sorted(visits.ALLOWED[VisitState(visit.state)]),
            "reasons": [],
            "waits": False,
        },
    )
