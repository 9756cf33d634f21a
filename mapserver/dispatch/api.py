"""A drone for an incident."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from incidents.requests import service as requests
from mapserver.dispatch.flow import ask_for_drone, offer_for, send_drone
from mapserver.dispatch.schemas import DroneOffer, DroneRequestAnswer
from mapserver.flights.schemas import FlightAnswer
from mapserver.incidents.flow import decline_drone
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayFly, MaySeeIncidents, MayWorkIncidents
from mapserver.web.polling import polled
from mapserver.web.schemas import OrderStatus
from mission.flights import service
from telemetry.access import visibility
from telemetry.errors import BadInput, Conflict, FlightBlocked
from telemetry.observations.values import Name

router = ApiRouter("dispatch", "/incidents")


class DispatchBody(BaseModel):
    """Which drone is sent, and what the pilot has read and holds to be met."""

    unit_id: str
    subjects: Annotated[list[Name], Field(max_length=50)] = []


class Declining(BaseModel):
    """Why no drone is sent."""

    reason: Annotated[str, Field(max_length=500)]


@router.get("/drones/asked", response_model=list[DroneRequestAnswer])
@polled
def asked(caller: MayFly, session: Reader) -> list[dict[str, Any]]:
    """The drones asked for that wait for a pilot's answer, oldest first."""
    return [requests.public(session, one) for one in requests.waiting(session, visibility(caller))]


@router.get("/{incident_id}/drone", response_model=DroneOffer)
@refuses(Conflict, BadInput)
def offered(incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> dict[str, Any]:
    """The nearest free drone, its route to an overwatch of the place, and the verdicts of its checks."""
    return offer_for(parts, session, incident_id, caller).as_json()


@router.post("/{incident_id}/drone", response_model=FlightAnswer, status_code=201)
@refuses(Conflict, FlightBlocked)
def send(incident_id: str, wanted: DispatchBody, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Send it now: planned, acknowledged, scheduled and confirmed at once, or refused with what stands in the way."""
    flight = send_drone(parts, work, incident_id, caller, unit_id=wanted.unit_id, subjects=wanted.subjects)
    return service.public(work.session, flight)


@router.post("/{incident_id}/drone/asked", response_model=DroneRequestAnswer, status_code=201)
@refuses(Conflict)
def ask(incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Ask the town's pilots for it; one of them sends it or declines."""
    return requests.public(work.session, ask_for_drone(parts, work, incident_id, caller))


@router.post("/{incident_id}/drone/declined", response_model=OrderStatus, status_code=201)
@refuses(Conflict)
def decline(incident_id: str, wanted: Declining, caller: MayFly, parts: Parts, work: Writer) -> dict[str, str]:
    """Say that no drone is sent, and why."""
    decline_drone(parts, work, incident_id, caller, reason=wanted.reason)
    return {"status": "declined"}
