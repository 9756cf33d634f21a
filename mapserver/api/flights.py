"""Flights: scheduled, confirmed, followed."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel

from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.flows import abort_flight, confirm_flight, schedule_flight
from mission.flights import service
from telemetry.access import Permission, Principal, visible_cities
from telemetry.observations.values import UtcTime

router = APIRouter(prefix="/flights")
Pilot = Annotated[Principal, allowed(Permission.FLY)]
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


class NewFlight(BaseModel):
    """Which plan, which drone, when."""

    plan_id: str
    unit_id: str
    scheduled_at: UtcTime


class Abort(BaseModel):
    """Why a flight is called off."""

    reason: str


@router.get("")
def listed(caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """Flights of the towns you may see, newest first."""
    return [service.public(flight) for flight in service.listed(session, visible_cities(caller))]


@router.get("/{flight_id}")
def one(flight_id: str, caller: Seer, session: Reader) -> dict[str, Any]:
    """One flight."""
    return service.public(service.get(session, flight_id, visible_cities(caller)))


@router.get("/{flight_id}/track")
def track(flight_id: str, caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """Where it flew, about once a second."""
    flight = service.get(session, flight_id, visible_cities(caller))
    return service.track(session, flight.id)


@router.post("", status_code=201)
def schedule(wanted: NewFlight, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Schedule a flight; it takes off only after a pilot has confirmed it."""
    flight = schedule_flight(
        parts, work, caller, plan_id=wanted.plan_id, unit_id=wanted.unit_id, at=wanted.scheduled_at
    )
    return service.public(flight)


@router.post("/{flight_id}/confirm")
def confirm(flight_id: str, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """The pilot's word that it may take off at its time."""
    return service.public(confirm_flight(parts, work, flight_id, caller))


@router.post("/{flight_id}/abort")
def abort(flight_id: str, wanted: Abort, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Call a flight off before it flies."""
    return service.public(abort_flight(parts, work, flight_id, caller, reason=wanted.reason))
