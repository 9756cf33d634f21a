"""Flights: scheduled, confirmed, followed."""

from typing import Annotated, Any

from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from mapserver.core.body_limits import uncounted
from mapserver.core.services import Services
from mapserver.flights.control import console_of, order_flight
from mapserver.flights.flow import abort_flight, acknowledge_flight, confirm_flight, flight_record, schedule_flight
from mapserver.flights.schemas import AboardAnswer, CheckRun, FlightAnswer, FlightEvent, TrackFeature
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MayFly, MaySeeMap
from mapserver.web.polling import polled
from mapserver.web.schemas import OrderStatus
from mission.flights import gate, repository, service, tracks
from mission.flights.orders import Order, OrderKind
from telemetry.access import Principal, visibility
from telemetry.errors import Conflict, FlightBlocked, NotFound, OrderAsks
from telemetry.observations.values import Name, UtcTime
from telemetry.positions import Position

router = ApiRouter("flights", "/flights")


class NewFlight(BaseModel):
    """Which plan, which drone, when."""

    plan_id: str
    unit_id: str
    scheduled_at: UtcTime


class AcknowledgementBody(BaseModel):
    """What the pilot has read and holds to be met."""

    subjects: Annotated[list[Name], Field(min_length=1, max_length=50)]
    """The `subject` of each verdict that asks to be acknowledged."""


class Confirmation(BaseModel):
    """What the pilot holds to be met besides, with the word that it may start."""

    subjects: Annotated[list[Name], Field(max_length=50)] = []
    """The `subject` of each verdict that is acknowledged."""


Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Target(BaseModel):
    """A point on the map."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Degrees

    @property
    def place(self) -> Position:
        """As a position."""
        return Position(lat=self.lat, lon=self.lon)


class GoTo(Target):
    """Where to fly to."""

    height_m: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = None
    """Above home; as high as it is if left out."""
    acknowledged: Annotated[list[Name], Field(max_length=20)] = []
    """Subjects of what the answer 409 asked about, confirmed by the pilot."""


class EmergencyStopBody(BaseModel):
    """That the motors are really to stop."""

    drone: Name
    """The drone's name, as the pilot typed it."""


class Abort(BaseModel):
    """Why a flight is called off."""

    reason: str


@router.get("", response_model=list[FlightAnswer])
@polled
def listed(caller: MaySeeMap, session: Reader, listing: TimedListing) -> list[dict[str, Any]]:
    """Flights of the towns you may see, latest scheduled first: a page; the Link header leads to earlier ones."""
    page = repository.listed(
        session, visibility(caller), limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(page)
    return [service.public(session, flight) for flight in page]


@router.get("/{flight_id}", response_model=FlightAnswer)
@polled
def one(flight_id: str, caller: MaySeeMap, session: Reader) -> dict[str, Any]:
    """One flight."""
    return service.public(session, repository.get(session, flight_id, visibility(caller)))


@router.get("/{flight_id}/track", response_model=TrackFeature)
def track(flight_id: str, caller: MaySeeMap, session: Reader) -> dict[str, Any]:
    """Where it flew, about once a second: a GeoJSON LineString with times, speed and battery."""
    flight = repository.get(session, flight_id, visibility(caller))
    return tracks.track(session, flight.id)


@router.get("/{flight_id}/tlog", response_class=FileResponse)
def tlog(flight_id: str, caller: MaySeeMap, parts: Parts, work: Writer) -> FileResponse:
    """Every MAVLink frame of its link, both ways, as a telemetry log; of a flight in the air, what there is so far."""
    path = flight_record(parts, work, flight_id, caller)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post("", response_model=FlightAnswer, status_code=201)
@refuses(NotFound, FlightBlocked, Conflict)
def schedule(wanted: NewFlight, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Schedule a flight; it takes off only after a pilot has confirmed it.

    While a check stands in its way it is refused with 409 and those verdicts.
    """
    flight = schedule_flight(
        parts, work, caller, plan_id=wanted.plan_id, unit_id=wanted.unit_id, at=wanted.scheduled_at
    )
    return service.public(work.session, flight)


@router.post("/{flight_id}/confirm", response_model=FlightAnswer)
@refuses(Conflict, FlightBlocked)
def confirm(
    flight_id: str, caller: MayFly, parts: Parts, work: Writer, given: Confirmation | None = None
) -> dict[str, Any]:
    """The pilot's word that it may take off at its time; the pilot whom its drone was handed to becomes its pilot."""
    subjects = [] if given is None else given.subjects
    return service.public(work.session, confirm_flight(parts, work, flight_id, caller, subjects=subjects))


@router.get("/{flight_id}/checks", response_model=list[CheckRun])
def checks(flight_id: str, caller: MaySeeMap, session: Reader) -> list[dict[str, Any]]:
    """Every run of its pre-flight checks, newest first: why, the verdicts, and the data they stood on."""
    return gate.history(session, repository.get(session, flight_id, visibility(caller)).id)


@router.post("/{flight_id}/acknowledgements", response_model=FlightAnswer, status_code=201)
@refuses(Conflict)
def acknowledge(
    flight_id: str, given: AcknowledgementBody, caller: MayFly, parts: Parts, work: Writer
) -> dict[str, Any]:
    """The pilot's word that conditions are met; the checks are run again on it."""
    return service.public(work.session, acknowledge_flight(parts, work, flight_id, caller, subjects=given.subjects))


@router.get("/{flight_id}/events", response_model=list[FlightEvent])
def events(flight_id: str, caller: MaySeeMap, session: Reader) -> list[dict[str, Any]]:
    """What happened to it, with who and why."""
    return service.events(session, repository.get(session, flight_id, visibility(caller)).id)


@router.get("/{flight_id}/aboard", response_model=AboardAnswer)
@refuses(Conflict)
@polled
async def aboard(flight_id: str, caller: MayFly, parts: Parts) -> dict[str, Any]:
    """What is on board: the three lists, what the vehicle does by itself, what keeps it from arming, what waits for a
    yes. `is_connected` is false while no vehicle is connected for the flight."""
    return await console_of(parts).aboard(flight_id, by=caller) or {"is_connected": False}


@router.post("/{flight_id}/failsafes", response_model=AboardAnswer)
@refuses(Conflict)
async def accept_failsafes(flight_id: str, given: AcknowledgementBody, caller: MayFly, parts: Parts) -> dict[str, Any]:
    """The yes of the pilot in control to what the vehicle does not do by itself; it does not start without."""
    return await console_of(parts).accept_failsafes(flight_id, frozenset(given.subjects), by=caller)


@router.post("/{flight_id}/goto", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict, OrderAsks)
async def go_to(flight_id: str, wanted: GoTo, caller: MayFly, parts: Parts) -> dict[str, str]:
    """Leave the mission, fly to a point and stay there; the mission is kept for `resume`.

    A point outside the flight's fence or area, or beyond a zone that wants a permit or has conditions, is answered with
    409 and what to confirm (`asks`: `subject`, `message`); send it again with those subjects as `acknowledged`.
    """
    acknowledged = frozenset(wanted.acknowledged)
    order = Order(OrderKind.GO_TO, wanted.place, wanted.height_m, acknowledged=acknowledged)
    return await _ordered(parts, flight_id, order, caller)


@router.post("/{flight_id}/look", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict)
async def look(flight_id: str, caller: MayFly, parts: Parts, wanted: Target | None = None) -> dict[str, str]:
    """Keep the camera on a point of the ground; without one, look ahead again."""
    return await _ordered(parts, flight_id, Order(OrderKind.LOOK, None if wanted is None else wanted.place), caller)


@router.post("/{flight_id}/stop", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict)
async def stop(flight_id: str, wanted: EmergencyStopBody, caller: MayFly, parts: Parts) -> dict[str, str]:
    """Stop the motors at once, in the air too: it falls. For when anything else is worse."""
    return await _ordered(parts, flight_id, Order(OrderKind.STOP, typed=wanted.drone), caller)


@router.post("/{flight_id}/pause", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict)
async def pause(flight_id: str, caller: MayFly, parts: Parts) -> dict[str, str]:
    """Stay where it is."""
    return await _ordered(parts, flight_id, Order(OrderKind.PAUSE), caller)


@router.post("/{flight_id}/resume", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict)
async def resume(flight_id: str, caller: MayFly, parts: Parts) -> dict[str, str]:
    """Go on with the mission."""
    return await _ordered(parts, flight_id, Order(OrderKind.RESUME), caller)


@router.post("/{flight_id}/return", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict)
async def bring_home(flight_id: str, caller: MayFly, parts: Parts) -> dict[str, str]:
    """Fly home and land, now."""
    return await _ordered(parts, flight_id, Order(OrderKind.RETURN), caller)


@router.post("/{flight_id}/land", response_model=OrderStatus, status_code=202)
@uncounted
@refuses(Conflict)
async def land(flight_id: str, caller: MayFly, parts: Parts) -> dict[str, str]:
    """Land where it is, now."""
    return await _ordered(parts, flight_id, Order(OrderKind.LAND), caller)


@router.post("/{flight_id}/abort", response_model=FlightAnswer)
@refuses(Conflict)
def abort(flight_id: str, wanted: Abort, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Call a flight off before it flies."""
    return service.public(work.session, abort_flight(parts, work, flight_id, caller, reason=wanted.reason))


async def _ordered(parts: Services, flight_id: str, order: Order, caller: Principal) -> dict[str, str]:
    return {"status": await order_flight(parts, flight_id, order, caller)}
