"""Flights: scheduled, confirmed, followed."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from mapserver.deps import Parts, Reader, Writer, allowed
from mapserver.flows import (
    abort_flight,
    acknowledge_flight,
    bring_flight_home,
    confirm_flight,
    flight_record,
    schedule_flight,
)
from mission.flights import gate, service
from telemetry.access import Permission, Principal, visible_cities
from telemetry.observations.values import Name, UtcTime

router = APIRouter(prefix="/flights")
Pilot = Annotated[Principal, allowed(Permission.FLY)]
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


class NewFlight(BaseModel):
    """Which plan, which drone, when."""

    plan_id: str
    unit_id: str
    scheduled_at: UtcTime


class Acknowledgement(BaseModel):
    """What the pilot has read and holds to be met."""

    subjects: Annotated[list[Name], Field(min_length=1, max_length=50)]
    """The `subject` of each verdict that asks to be acknowledged."""


class Abort(BaseModel):
    """Why a flight is called off."""

    reason: str


@router.get("")
def listed(caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """Flights of the towns you may see, newest first."""
    return [service.public(session, flight) for flight in service.listed(session, visible_cities(caller))]


@router.get("/{flight_id}")
def one(flight_id: str, caller: Seer, session: Reader) -> dict[str, Any]:
    """One flight."""
    return service.public(session, service.get(session, flight_id, visible_cities(caller)))


@router.get("/{flight_id}/track")
def track(flight_id: str, caller: Seer, session: Reader) -> dict[str, Any]:
    """Where it flew, about once a second: a GeoJSON LineString with times, speed and battery."""
    flight = service.get(session, flight_id, visible_cities(caller))
    return service.track(session, flight.id)


@router.get("/{flight_id}/tlog", response_class=FileResponse)
def tlog(flight_id: str, caller: Seer, parts: Parts, work: Writer) -> FileResponse:
    """Every MAVLink frame of its link, both ways, as a telemetry log; of a flight in the air, what there is so far."""
    path = flight_record(parts, work, flight_id, caller)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post("", status_code=201)
def schedule(wanted: NewFlight, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Schedule a flight; it takes off only after a pilot has confirmed it.

    While a check stands in its way it is refused with 409 and those verdicts.
    """
    flight = schedule_flight(
        parts, work, caller, plan_id=wanted.plan_id, unit_id=wanted.unit_id, at=wanted.scheduled_at
    )
    return service.public(work.session, flight)


@router.post("/{flight_id}/confirm")
def confirm(flight_id: str, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """The pilot's word that it may take off at its time."""
    return service.public(work.session, confirm_flight(parts, work, flight_id, caller))


@router.get("/{flight_id}/checks")
def checks(flight_id: str, caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """Every run of its pre-flight checks, newest first: why, the verdicts, and the data they stood on."""
    return gate.history(session, service.get(session, flight_id, visible_cities(caller)).id)


@router.post("/{flight_id}/acknowledgements", status_code=201)
def acknowledge(flight_id: str, given: Acknowledgement, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """The pilot's word that conditions are met; the checks are run again on it."""
    return service.public(work.session, acknowledge_flight(parts, work, flight_id, caller, subjects=given.subjects))


@router.get("/{flight_id}/events")
def events(flight_id: str, caller: Seer, session: Reader) -> list[dict[str, Any]]:
    """What happened to it, with who and why."""
    return service.events(session, service.get(session, flight_id, visible_cities(caller)).id)


@router.post("/{flight_id}/return", status_code=202)
async def bring_home(flight_id: str, caller: Pilot, parts: Parts) -> dict[str, str]:
    """Have the drone fly home and land, now."""
    await bring_flight_home(parts, flight_id, caller)
    return {"status": "returning"}


@router.post("/{flight_id}/abort")
def abort(flight_id: str, wanted: Abort, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Call a flight off before it flies."""
    return service.public(work.session, abort_flight(parts, work, flight_id, caller, reason=wanted.reason))
