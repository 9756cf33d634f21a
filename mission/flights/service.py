"""What can be done with a flight: schedule, confirm, abort, record. One verb a function; the caller's work commits.

No flight becomes scheduled, and no plan goes on board, while a check stands in its way: `gate` sees to it, whoever
calls. Talks to no vehicle: that is the runner's.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from mission.checks.verdict import in_the_way
from mission.control import service as control
from mission.flights import gate, repository
from mission.flights.check_inputs import Standards
from mission.flights.records import StateRecord
from mission.flights.states import BEFORE_START, IN_THE_AIR, OVER, SYSTEM, FlightState, require
from mission.flights.tables import FlightEventRow, FlightRow
from mission.plans.tables import PlanRow
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none, town_time
from telemetry.errors import BadInput, Conflict, OwnedElsewhere
from telemetry.messages import Message, as_message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility

LATEST_START = timedelta(minutes=15)
"""A flight not confirmed this long after its time is aborted."""


def schedule(
    work: Work,
    plan: PlanRow,
    *,
    unit_id: str,
    at: datetime,
    pilot: str,
    now: datetime,
    standards: Standards,
    name: str = "",
) -> FlightRow:
    """Set a drone, a pilot and a time for `plan`.

    Raises NotFound, BadInput, or FlightBlocked with the verdicts of the checks that stand in the way.
    """
    unit = fit_unit(work.session, plan, unit_id, at=at, now=now)
    flight = FlightRow(
        id=f"flight-{uuid.uuid4().hex[:12]}",
        city=plan.city,
        scope=plan.scope,
        unit_id=unit.id,
        plan_id=plan.id,
        zone_id=plan.zone_id,
        name=name.strip()[:120] or plan.name,
        pilot=pilot,
        scheduled_at=at,
        planned_s=float(plan.summary["duration_s"]),
        progress_total=len(plan.items),
        updated_at=now,
    )
    work.session.add(flight)
    work.session.flush()  # its first check and event refer to it
    gate.keep_acknowledgements(work.session, flight, standards, now=now)
    gate.check(work.session, flight, standards, why="scheduling", now=now)
    move_to(
        work,
        flight,
        FlightState.SCHEDULED,
        who=pilot,
        why=Message("flights.scheduled", when=town_time(at, City(flight.city).facts.zone)),
        at=now,
    )
    return flight


def fit_unit(session: Session, plan: PlanRow, unit_id: str, *, at: datetime, now: datetime) -> UnitRow:
    """The drone, if it can be sent on `plan` at all. Raises NotFound, BadInput, or Conflict while it is lent."""
    unit = units.get(session, unit_id, Visibility.of(plan))
    if unit.kind != UnitKind.DRONE or not unit.link:
        raise BadInput(Message("flights.cannot_fly", unit=unit.name))
    if units.duty_city(unit) != plan.city:
        raise Conflict(Message("flights.lent", unit=unit.name, town=units.duty_city(unit).facts.name))
    if at < now - timedelta(seconds=60):
        then = town_time(at, City(plan.city).facts.zone)
        raise BadInput(Message("flights.in_the_past", when=then))
    return unit


def look_again(work: Work, flight: FlightRow, standards: Standards, *, why: Message | str, now: datetime) -> bool:
    """Run the checks of a flight that waits for its start; whether it may go on. Says so when that has changed."""
    before = gate.latest(work.session, flight.id)
    found = gate.check(work.session, flight, standards, why=why, now=now)
    blocked = in_the_way(found)
    was_blocked = before is not None and before.in_the_way > 0
    if blocked and (before is None or gate.reasons(before) != [verdict.check for verdict in blocked]):
        note(work, flight, who=SYSTEM, why=Message("flights.blocked", why=gate.sentence(blocked)), at=now)
    elif was_blocked and not blocked:
        note(work, flight, who=SYSTEM, why=Message("flights.no_longer_blocked", why=why), at=now)
    return not blocked


def acknowledge(
    work: Work, flight: FlightRow, subjects: Collection[str], standards: Standards, *, by: str, at: datetime
) -> None:
    """The pilot's word that what the checks ask to be acknowledged is met. Raises Conflict for anybody else."""
    if by != flight.pilot:
        raise Conflict(Message("flights.not_yours_to_acknowledge", flight=flight.name, pilot=flight.pilot))
    if FlightState(flight.state) not in BEFORE_START:
        raise Conflict(Message("flights.nothing_to_acknowledge_now", flight=flight.name, state=flight.state))
    verdicts = gate.check(work.session, flight, standards, why=Message("flights.before_acknowledgement"), now=at)
    gate.acknowledge(work.session, verdicts, subjects, plan_id=flight.plan_id, flight_id=flight.id, by=by, at=at)
    look_again(work, flight, standards, why=Message("flights.acknowledged_by", by=by), now=at)


def confirm(
    work: Work, flight: FlightRow, standards: Standards, *, by: str, at: datetime, subjects: Collection[str] = ()
) -> None:
    """The pilot's word that it may start at its time, and that `subjects` of its checks are met; it takes the control
    of the drone, if nobody has it. A pilot whom the control was handed to becomes the flight's pilot by it.

    Raises Conflict for anybody else, after the start, or while another pilot has the control; FlightBlocked while its
    checks, by that pilot's own papers, stand in the way; then the caller keeps nothing of it.
    """
    unit = work.session.get_one(UnitRow, flight.unit_id)
    if FlightState(flight.state) not in BEFORE_START:
        raise Conflict(Message("flights.too_late_to_confirm", flight=flight.name, state=flight.state))
    holder = control.of(work.session, unit.id).holder
    before = flight.pilot
    if holder not in (None, by):
        raise Conflict(Message("flights.ask_for_control", holder=holder, unit=unit.name))
    if by not in (before, holder):
        raise Conflict(Message("flights.not_yours_to_confirm", flight=flight.name, pilot=before, unit=unit.name))
    flight.pilot = by
    if by != before:
        gate.keep_acknowledgements(work.session, flight, standards, now=at)
        look_again(work, flight, standards, why=Message("flights.flies_in_place", by=by, other=before), now=at)
    if subjects:
        acknowledge(work, flight, subjects, standards, by=by, at=at)
    gate.require_clear(work.session, flight)
    control.take(work, unit, by=by, at=at)
    if flight.confirmed_by != by:
        flight.confirmed_by = by
        confirmed = Message("flights.start_confirmed")
        if by != before:
            confirmed = Message("flights.confirmed_in_place", before=before)
        note(work, flight, who=by, why=confirmed, at=at)


def control_passed(work: Work, unit_id: str, *, who: str, why: Message | str, at: datetime) -> None:
    """Write into the drone's flights that wait or are under way that its control passed."""
    for flight in repository.in_states(work.session, set(FlightState) - OVER):
        if flight.unit_id == unit_id:
            note(work, flight, who=who, why=why, at=at)


def abort(work: Work, flight: FlightRow, *, by: str, why: Message | str, at: datetime) -> None:
    """Give the flight up before its start. Raises Conflict in the air: there it must be brought home."""
    if FlightState(flight.state) in IN_THE_AIR:
        raise Conflict(Message("flights.in_the_air", flight=flight.name))
    move_to(work, flight, FlightState.ABORTED, who=by, why=why, at=at)


def move_to(work: Work, flight: FlightRow, state: FlightState, *, who: str, why: Message | str, at: datetime) -> None:
    """Change the state, with who and why, if it may follow the present one. Raises Conflict, or
    FlightBlocked on the way to a schedule or on board while the last checks of the flight stand in the way."""
    require(FlightState(flight.state), state, flight.name)
    if state in (FlightState.SCHEDULED, FlightState.UPLOADING):
        gate.require_clear(work.session, flight)
    flight.state = state
    _date(flight, state, why=why, at=at)
    note(work, flight, who=who, why=why, at=at)


def require_fence(flight: FlightRow, fence: int) -> None:
    """Raises OwnedElsewhere when the flight was taken over since the lease with this fence."""
    if fence < flight.fence:
        raise OwnedElsewhere(Message("leases.taken_over", flight=flight.name))


def take_state(work: Work, flight: FlightRow, record: StateRecord) -> None:
    """Keep the state that a flight under way has come to: it has happened, whatever it was before.

    One that a person has given up meanwhile stays so; what came after is a word about it.
    """
    if FlightState(flight.state) not in OVER or record.state is FlightState.LANDED:
        flight.state = record.state
        _date(flight, record.state, why=record.why, at=record.at)
    if record.items_reached is not None:
        flight.progress_current = record.items_reached
    if record.landed:
        flight.landed_at = flight.landed_at or record.at
    note(work, flight, who=record.who, why=record.why, at=record.at)


def note(work: Work, flight: FlightRow, *, who: str, why: Message | str, at: datetime) -> None:
    """Add a word to the flight's events, its state as it is."""
    flight.updated_at = at
    work.session.add(flight)
    work.session.add(_event(flight, who=who, why=as_message(why), at=at))
    work.tell(change(work.session, flight))


def events(session: Session, flight_id: str) -> list[dict[str, Any]]:
    """What happened to the flight, oldest first."""
    query = select(FlightEventRow).where(FlightEventRow.flight_id == flight_id).order_by(col(FlightEventRow.id))
    return [_shown(event) for event in session.exec(query)]


def _event(flight: FlightRow, *, who: str, why: Message, at: datetime) -> FlightEventRow:
    return FlightEventRow(flight_id=flight.id, at=at, state=flight.state, who=who, why=str(why), message=why.to_json())


def _shown(event: FlightEventRow) -> dict[str, Any]:
    """For the API and pages: `why` in the language of the present request, with its code and parameters."""
    why = as_message(event.message or event.why)
    return {"at": iso(event.at), "state": event.state, "who": event.who, "why": why.text(), **why.to_json()}


def public(session: Session, flight: FlightRow) -> dict[str, Any]:
    """The flight as the API and the map show it, with its planned route."""
    plan = session.get_one(PlanRow, flight.plan_id)
    outcome = outcome_of(flight)
    return {
        "id": flight.id,
        "city": flight.city,
        "unit_id": flight.unit_id,
        "zone_id": flight.zone_id,
        "plan_id": flight.plan_id,
        "name": flight.name,
        "state": flight.state,
        "pilot": flight.pilot,
        "confirmed_by": flight.confirmed_by,
        "scheduled_at": iso(flight.scheduled_at),
        "started_at": iso_or_none(flight.started_at),
        "landed_at": iso_or_none(flight.landed_at),
        "progress": {"current": flight.progress_current, "total": flight.progress_total},
        "route": plan.route["geometry"],
        "battery_start": flight.battery_start,
        "battery_end": flight.battery_end,
        "outcome": None if outcome is None else outcome.text(),
        "outcome_message": None if outcome is None else outcome.to_json(),
        "control": control.of(session, flight.unit_id).as_json(),
        "verdicts": gate.summary(session, flight.id),
        "simulated": flight.simulated,
        "summary": plan.summary,
        "updated_at": iso(flight.updated_at),
    }


def change(session: Session, flight: FlightRow) -> Change:
    """The news of the flight for the live map."""
    return Change("flight", flight.id, frozenset({City(flight.city)}), Scope(flight.scope), public(session, flight))


def _date(flight: FlightRow, state: FlightState, *, why: Message | str, at: datetime) -> None:
    """Write down when it started and landed, and how it ended."""
    if state in IN_THE_AIR:
        flight.started_at = flight.started_at or at
    if state is FlightState.LANDED:
        flight.landed_at = at
    if state in OVER and state is not FlightState.DEBRIEFED:
        flight.outcome = str(why)
        flight.outcome_message = as_message(why).to_json()


def outcome_of(flight: FlightRow) -> Message | None:
    """How the flight ended; None before its end."""
    kept = flight.outcome_message or flight.outcome
    if not kept:
        return None
    return as_message(kept)
