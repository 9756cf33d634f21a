"""Stories of several steps that pages and API share: a report is filed, a unit is deployed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field
from sqlmodel import Session

from incidents.merging import State
from incidents.reports.service import Report, observation
from incidents.requests import service as requests
from incidents.timeline import service as timeline
from incidents.timeline.acceptance import Receipt
from incidents.timeline.tables import IncidentRow
from mapserver.access.tables import UserRow
from mapserver.handing_in import take
from mapserver.services import Services
from mission.checks.verdict import Verdict
from mission.flights import gate
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.check_inputs import ProposedFlight, judge
from mission.flights.supervisor import tlog_of
from mission.flights.tables import FlightRow
from mission.plans import service as plans
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from mobile_units.assignments.tables import AssignmentRow
from telemetry.access import Principal, Role, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound
from telemetry.observations import Media
from telemetry.observations import repository as observations
from telemetry.observations.values import UtcTime
from telemetry.positions import Position, distance_m
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind


class Deployment(BaseModel):
    """A tower or body camera for a zone."""

    unit_id: str
    zone_id: str
    purpose: str
    holder: str | None = None
    """The inspector who carries a body camera; none for a tower."""
    position: Position | None = None
    """Where a tower stands; the middle of the zone if left out."""
    heading_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    """Where a tower looks, clockwise from true north."""
    since: UtcTime | None = None
    """UTC; now if left out."""
    until: UtcTime | None = None


def deploy(parts: Services, work: Work, wanted: Deployment, by: Principal) -> AssignmentRow:
    """Deploy a unit of a town that `by` may see to one of its zones, and write it down."""
    cities, now = visible_cities(by), parts.clock.now()
    unit = units.get(work.session, wanted.unit_id, cities)
    zone = zones.get(work.session, wanted.zone_id, cities)
    if wanted.holder is not None:
        _require_inspector(work, wanted.holder, City(zone.city))
    position = wanted.position
    if position is None and unit.kind == UnitKind.TOWER:
        middle = zones.area_of(zone).representative_point()
        position = Position(lat=middle.y, lon=middle.x)
    made = assignments.deploy(
        work,
        unit=unit,
        zone_id=zone.id,
        city=City(zone.city),
        holder=wanted.holder,
        purpose=wanted.purpose,
        position=position,
        heading_deg=wanted.heading_deg,
        since=wanted.since or now,
        until=wanted.until,
        by=by.name,
        now=now,
    )
    detail = f"to zone {zone.id}" + (f", held by {wanted.holder}" if wanted.holder else "")
    audit.record(work.session, by, "deploy", f"unit {unit.id}", city=City(zone.city), at=now, detail=detail)
    return made


def end_deployment(parts: Services, work: Work, assignment_id: str, by: Principal) -> AssignmentRow:
    """Take the unit back, and write it down."""
    assignment = assignments.get(work.session, assignment_id, visible_cities(by))
    now = parts.clock.now()
    assignments.end(work, assignment, by.name, now)
    audit.record(work.session, by, "end", f"unit {assignment.unit_id}", city=City(assignment.city), at=now)
    return assignment


def check_plan(
    parts: Services, session: Session, by: Principal, *, plan_id: str, unit_id: str, at: datetime
) -> list[Verdict]:
    """What the checks say of flying a plan with a drone at a time, `by` being its pilot. Keeps nothing."""
    plan, now = plans.get(session, plan_id, visible_cities(by)), parts.clock.now()
    unit = flights.fit_unit(session, plan, unit_id, at=at, now=now)
    return judge(session, ProposedFlight(plan, unit, by.name, at), parts.standards, now=now)


def acknowledge_plan(
    parts: Services, work: Work, by: Principal, *, plan_id: str, unit_id: str, at: datetime, subjects: Sequence[str]
) -> list[Verdict]:
    """`by`'s word on conditions of a plan, before it is scheduled; gives the verdicts as they are then."""
    verdicts = check_plan(parts, work.session, by, plan_id=plan_id, unit_id=unit_id, at=at)
    now = parts.clock.now()
    gate.acknowledge(work.session, verdicts, subjects, plan_id=plan_id, flight_id=None, by=by.name, at=now)
    city = City(plans.get(work.session, plan_id, visible_cities(by)).city)
    audit.record(work.session, by, "acknowledge", f"plan {plan_id}", city=city, at=now, detail=", ".join(subjects))
    return check_plan(parts, work.session, by, plan_id=plan_id, unit_id=unit_id, at=at)


def acknowledge_flight(
    parts: Services, work: Work, flight_id: str, by: Principal, *, subjects: Sequence[str]
) -> FlightRow:
    """The pilot's word on conditions of a flight that waits for its start."""
    flight = flight_repository.get(work.session, flight_id, visible_cities(by))
    now = parts.clock.now()
    flights.acknowledge(work, flight, subjects, parts.standards, by=by.name, at=now)
    audit.record(
        work.session,
        by,
        "acknowledge",
        f"flight {flight.id}",
        city=City(flight.city),
        at=now,
        detail=", ".join(subjects),
    )
    return flight


def schedule_flight(
    parts: Services, work: Work, by: Principal, *, plan_id: str, unit_id: str, at: datetime
) -> FlightRow:
    """Schedule a plan on a drone, with `by` as the pilot who must confirm it. Raises FlightBlocked with verdicts."""
    plan = plans.get(work.session, plan_id, visible_cities(by))
    now = parts.clock.now()
    flight = flights.schedule(work, plan, unit_id=unit_id, at=at, pilot=by.name, now=now, standards=parts.standards)
    audit.record(work.session, by, "schedule", f"flight {flight.id}", city=City(flight.city), at=now, detail=unit_id)
    return flight


def confirm_flight(
    parts: Services, work: Work, flight_id: str, by: Principal, *, subjects: Sequence[str] = ()
) -> FlightRow:
    """The pilot's word that a flight may take off at its time, and that `subjects` of its checks are met."""
    flight = flight_repository.get(work.session, flight_id, visible_cities(by))
    now = parts.clock.now()
    flights.confirm(work, flight, parts.standards, by=by.name, at=now, subjects=subjects)
    detail = f"acknowledged: {', '.join(subjects)}" if subjects else ""
    audit.record(work.session, by, "confirm", f"flight {flight.id}", city=City(flight.city), at=now, detail=detail)
    return flight


def abort_flight(parts: Services, work: Work, flight_id: str, by: Principal, *, reason: str) -> FlightRow:
    """Call a flight off before it takes off."""
    flight = flight_repository.get(work.session, flight_id, visible_cities(by))
    now = parts.clock.now()
    if not reason.strip():
        raise BadInput("calling a flight off needs a reason; say in a few words why")
    flights.abort(work, flight, by=by.name, why=reason.strip()[:500], at=now)
    audit.record(work.session, by, "abort", f"flight {flight.id}", city=City(flight.city), at=now, detail=reason)
    return flight


def flight_record(parts: Services, work: Work, flight_id: str, by: Principal) -> Path:
    """A flight's telemetry log, to be handed out. Raises NotFound when there is none."""
    flight = flight_repository.get(work.session, flight_id, visible_cities(by))
    path = tlog_of(parts.tlogs, flight.id)
    if not path.is_file():
        raise NotFound(f"{flight.name} has no telemetry log; one is begun when its drone is called")
    subject, now = f"flight {flight.id}", parts.clock.now()
    audit.record(work.session, by, "download_tlog", subject, city=City(flight.city), at=now)
    return path


def work_on(parts: Services, work: Work, row: IncidentRow, to: State, by: Principal, *, reason: str) -> None:
    """Move an incident to another state, in its timeline and in the audit trail."""
    now = parts.clock.now()
    timeline.change_state(work, row, to, by=by.name, reason=reason, now=now)
    if not to.open:
        requests.withdraw(work, row, by=by.name, at=now)
    audit.record(work.session, by, "change_state", f"incident {row.id}", city=City(row.city), at=now, detail=to)


def file_report(parts: Services, work: Work, report: Report, by: Principal, photo: bytes | None = None) -> Receipt:
    """Take in what `by` reports, with a photo if there is one, which is clean and small already."""
    media: tuple[Media, ...] = ()
    if photo:
        sha256 = parts.media.put(photo)
        media = (Media(kind="snapshot", sha256=sha256, content_type="image/jpeg"),)
    city = by.city or _town_of(report)
    seen = observation(report, by, city, now=parts.clock.now(), media=media)
    sent_before = observations.families(work.session, city, by.name, [seen.key])[seen.key]
    if sent_before and report.seen_at is None:
        # It was seen when it was first sent, however late the form is sent again.
        seen = seen.model_copy(update={"started_at": sent_before[0].observation.started_at})
    return take(parts, work, [seen], by=by)[0]


def _town_of(report: Report) -> City:
    """The town closest to what somebody of both reports. Raises BadInput when it does not say where it is."""
    place = report.position
    if place is None:
        raise BadInput("say where it is: whoever serves both towns reports to the closer one")
    return min(City, key=lambda city: distance_m(place, Position(lat=city.facts.lat, lon=city.facts.lon)))


def _require_inspector(work: Work, name: str, city: City) -> None:
    holder = work.session.get(UserRow, name)
    if holder is None or not holder.active or holder.role != Role.INSPECTOR or holder.city != city:
        raise BadInput(f"{name} is no inspector of {city.facts.name}; a body camera is handed to one of them")
