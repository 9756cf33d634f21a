"""Gathers what a printed briefing says, from the database or from a file. Prints nothing: see `mission.briefing`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from mapserver.core.services import Services
from mapserver.core.town_settings import ContactSettings, TownSettings
from mission.briefing import Briefing, Contact, Signature
from mission.checks.inputs import Inputs
from mission.checks.verdict import Verdict
from mission.flights import gate
from mission.flights import repository as flights
from mission.flights.check_inputs import ProposedFlight, inputs_of, judge
from mission.flights.states import BEFORE_START, FlightState
from mission.flights.tables import AcknowledgementRow, FlightRow
from mission.plans import service as plans
from mission.plans.tables import PlanRow
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from telemetry.access import Principal, visibility
from telemetry.cities import City, known_towns
from telemetry.clock import town_span
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import Position, distance_m
from telemetry.units import service as units

NEAR_TOWN_M = 50_000.0


@dataclass(frozen=True)
class Surroundings:
    """Whose flight it is and who is to be called: the town's part of a briefing."""

    town: str
    contacts: tuple[Contact, ...]


def briefing_of_plan(
    parts: Services, session: Session, by: Principal, plan_id: str, *, unit_id: str | None, at: datetime | None
) -> Briefing:
    """The briefing of a plan flown by `by`, checked as it is known now; without `at` the take-off is left open.

    `unit_id` stands in for the drone that the plan was made for. Raises NotFound, or BadInput without any drone.
    """
    visible = visibility(by)
    now = parts.clock.now()
    plan = plans.get(session, plan_id, visible)
    drone = unit_id or plan.unit_id
    if drone is None:
        raise BadInput(Message("briefing.no_drone", plan=plan.name))
    proposed = ProposedFlight(plan, units.get(session, drone, visible), by.name, at or now)
    verdicts = judge(session, proposed, parts.standards, now=now)
    return _briefing(parts, session, proposed, verdicts, now=now, timed=at is not None)


def briefing_of_flight(parts: Services, session: Session, by: Principal, flight_id: str) -> Briefing:
    """The briefing of a flight: checked as it is known now before the start, after it as it was last checked."""
    now = parts.clock.now()
    flight = flights.get(session, flight_id, visibility(by))
    if FlightState(flight.state) in BEFORE_START:
        proposed = gate.proposed_flight_of(session, flight, now=now)
        verdicts = judge(session, proposed, parts.standards, now=now)
    else:
        proposed = gate.proposed_flight_of(session, flight, now=flight.scheduled_at)
        verdicts = _kept(session, flight)
    return _briefing(parts, session, proposed, verdicts, now=now, timed=True, name=flight.name)


def surroundings(city: City | None, settings: TownSettings, *, pilot: str) -> Surroundings:
    """The part of `city`."""
    people = (
        ("operator", settings.operator),
        ("coordination_centre", settings.coordination_centre),
        ("pilot", ContactSettings(name=pilot, phone=settings.pilot_phones.get(pilot, ""))),
        ("air_traffic_control", settings.air_traffic_control),
    )
    contacts = tuple(Contact(Message(f"briefing.roles.{role}"), who.name, who.phone, who.email) for role, who in people)
    return Surroundings("" if city is None else city.facts.name, contacts)


def town_near(inputs: Inputs) -> City | None:
    """The town whose flight this is: the nearer one, none when both are far."""
    home = Position(lat=inputs.profile.home.lat, lon=inputs.profile.home.lon)
    away = {city: distance_m(home, Position(lat=city.facts.lat, lon=city.facts.lon)) for city in known_towns()}
    nearest = min(away, key=lambda city: away[city])
    return nearest if away[nearest] <= NEAR_TOWN_M else None


def _briefing(
    parts: Services,
    session: Session,
    proposed: ProposedFlight,
    verdicts: list[Verdict],
    *,
    now: datetime,
    timed: bool,
    name: str = "",
) -> Briefing:
    plan = proposed.plan
    unit = proposed.unit
    inputs = inputs_of(session, proposed, parts.standards, now=now)
    settings = parts.settings.towns.get(proposed.city, TownSettings())
    around = surroundings(proposed.city, settings, pilot=proposed.pilot)
    return Briefing(
        plan=plans.as_file(plan),
        inputs=inputs,
        verdicts=tuple(verdicts),
        name=name or plan.name,
        version=_version(session, plan),
        timed=timed,
        pilot=proposed.pilot,
        drone=f"{unit.name} ({unit.id})",
        area=zones.area_of(session.get_one(ZoneRow, plan.zone_id)),
        signatures=(*_signatures(session, proposed), *_permits(inputs)),
        town=around.town,
        contacts=around.contacts,
    )


def _version(session: Session, plan: PlanRow) -> Message:
    code = "briefing.version_of_older_shape" if plans.is_of_older_shape(session, plan) else "briefing.version"
    return Message(code, plan=plan.id, version=plan.version)


def _kept(session: Session, flight: FlightRow) -> list[Verdict]:
    """The verdicts under which the flight was flown, or given up."""
    last = gate.latest(session, flight.id)
    if last is None:
        return []
    return gate.verdicts_of(last)


def _signatures(session: Session, proposed: ProposedFlight) -> tuple[Signature, ...]:
    """What the pilot acknowledged for this flight, or for its plan before there is one."""
    query = select(AcknowledgementRow).where(
        AcknowledgementRow.plan_id == proposed.plan.id,
        AcknowledgementRow.who == proposed.pilot,
        col(AcknowledgementRow.flight_id) == proposed.flight_id
        if proposed.flight_id
        else col(AcknowledgementRow.flight_id).is_(None),
    )
    rows = session.exec(query.order_by(col(AcknowledgementRow.id)))
    return tuple(Signature(row.subject, row.who, row.at, row.said) for row in rows)


def _permits(inputs: Inputs) -> Iterator[Signature]:
    """The permits on file for the zones that the flight meets; whether each covers it is the check's to say."""
    met = {finding.zone.identifier for finding in inputs.findings}
    for permit in inputs.permits or ():
        if met & set(permit.zones) and permit.withdrawn_at is None:
            span = town_span(permit.begins, permit.ends, inputs.zone)
            subject = Message("briefing.permit", name=permit.reference or permit.id)
            note = Message("briefing.permit_for", zones=permit.zones, span=span)
            if permit.conditions:
                note = Message("briefing.permit_conditions", note=note, conditions=permit.conditions)
            yield Signature(subject, Message("briefing.authority"), None, note)
