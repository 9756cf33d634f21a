"""The pilot's stories: an order to a flight in the air, and the control of a drone that passes from hand to hand."""

from enum import StrEnum

from sqlmodel import Session, select

from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mapserver.observations.flow import take
from mission.control import service as control
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.orders import Order
from mission.flights.pilot_console import PilotConsole
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from mission.flights.warnings import FlightWarning
from telemetry.access import Permission, Principal, Role, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, Unavailable
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.observations.values import Source, SourceKind
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import Visibility


class ControlStep(StrEnum):
    """What can be done with the control of a drone."""

    TAKE = "take"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    GIVE_BACK = "give_back"


async def order_flight(parts: Services, flight_id: str, order: Order, by: Principal) -> FlightState:
    """Have a flight in the air do `order`; gives its state then. Waits for the vehicle only: the record follows.

    Raises NotFound, Conflict when it cannot be done now, BadInput for what may not be, VehicleSilent.
    """
    return await console_of(parts).order(flight_id, order, by=by)


def console_of(parts: Services) -> PilotConsole:
    """What pilots speak to flights under way by. Raises Unavailable."""
    if parts.jobs.flights is None:
        raise Unavailable(Message("flights.not_run_here"))
    return parts.jobs.flights


def pass_control(
    parts: Services, work: Work, unit_id: str, step: ControlStep, by: Principal, *, to: str = ""
) -> UnitRow:
    """One step of a drone's control, written down. Raises Conflict, BadInput, NotAllowed, NotFound.

    Pilots take, offer, accept and decline; who deploys units may free what a pilot forgot to give back.
    """
    unit = units.get(work.session, unit_id, visibility(by))
    now = parts.clock.now()
    if unit.kind != UnitKind.DRONE:
        raise BadInput(Message("flights.no_drone_to_control", unit=unit.name))
    holder = control.of(work.session, unit.id).holder
    frees = step is ControlStep.GIVE_BACK and holder != by.name and by.may(Permission.DEPLOY)
    if not frees:
        by.require(Permission.FLY)
    said = {"by": by.name, "unit": unit.name}
    match step:
        case ControlStep.TAKE:
            control.take(work, unit, by=by.name, at=now)
            why = Message("control.taken", **said)
        case ControlStep.OFFER:
            if to not in pilots(work.session, unit):
                town = units.duty_city(unit).facts.name
                raise BadInput(Message("control.no_such_pilot", name=to or None, town=town))
            control.offer(work, unit, by=by.name, to=to, at=now)
            why = Message("control.offered", to=to, **said)
        case ControlStep.ACCEPT:
            control.accept(work, unit, by=by.name, at=now)
            why = Message("control.accepted", holder=holder, **said)
        case ControlStep.DECLINE:
            control.decline(work, unit, by=by.name, at=now)
            why = Message("control.declined", holder=holder, **said)
        case ControlStep.GIVE_BACK:
            flying = flight_repository.in_the_air(work.session, unit.id) is not None
            control.give_back(work, unit, by=by.name, in_the_air=flying, for_another=frees, at=now)
            why = Message("control.given_back", **said)
    flights.control_passed(work, unit.id, who=by.name, why=why, at=now)
    audit.record(work.session, by, f"control_{step}", f"unit {unit.id}", city=City(unit.city), at=now, detail=why)
    return unit


def take_warning(parts: Services, warning: FlightWarning) -> None:
    """A flight's warning as an observation in the one timeline, of the town's own equipment."""
    seen = Observation(
        city=City(warning.city),
        source=Source(kind=SourceKind.TELEMETRY, id=warning.unit_id),
        source_ref=f"{warning.flight_id} {warning.kind}",
        category="unit_trouble",
        started_at=warning.at,
        position=warning.position,
        summary=f"{warning.unit_id}: {warning.words}",
    )
    with parts.store.write() as work:
        flight = work.session.get_one(FlightRow, warning.flight_id)
        seen = seen.model_copy(update={"scope": Scope(flight.scope)})
        take(parts, work, [seen])


def pilots(session: Session, unit: UnitRow) -> list[str]:
    """The names of the active pilots of the town that the drone serves now."""
    query = select(UserRow.name).where(
        UserRow.role == Role.PILOT,
        Visibility.one(units.duty_city(unit), Scope(unit.scope)).rows(UserRow),
        UserRow.active,
    )
    return sorted(session.exec(query))
