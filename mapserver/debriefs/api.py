"""Debriefs of flights and the flight log-book."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import BaseModel, Field

from mapserver.debriefs.schemas import DebriefAnswer, FlightRemark
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayFly, MaySeeMap
from mission.debrief import flight_logbook, service
from mission.flights import repository as flights
from telemetry.access import visibility
from telemetry.errors import Conflict, NotFound
from telemetry.messages import Message
from telemetry.observations.values import UtcTime

router = ApiRouter("debriefs", "/flights")


class Remark(BaseModel):
    """What the pilot adds to the log-book."""

    text: Annotated[str, Field(min_length=1, max_length=service.LONGEST_REMARK)]


@router.get("/logbook.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def logbook(caller: MaySeeMap, session: Reader, since: UtcTime, until: UtcTime) -> Response:
    """The flights of the towns you may see that took off between two moments, a row each, as CSV."""
    rows = flight_logbook.entries(session, visibility(caller), since, until)
    headers = {"Content-Disposition": 'attachment; filename="logbook.csv"'}
    return Response(flight_logbook.as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{flight_id}/debrief", response_model=DebriefAnswer)
def one(flight_id: str, caller: MaySeeMap, session: Reader) -> dict[str, Any]:
    """What was found of the flight: coverage with gaps, battery, the thinned track."""
    flight = flights.get(session, flight_id, visibility(caller))
    found = service.latest(session, flight.id)
    if found is None:
        raise NotFound(Message("debriefs.none_yet", flight=flight.name))
    return found


@router.post("/{flight_id}/debrief", response_model=DebriefAnswer, status_code=201)
@refuses(Conflict)
def make(flight_id: str, caller: MayFly, parts: Parts) -> dict[str, Any]:
    """Debrief it again, as after better terrain or another camera in the catalogue; the earlier one is kept."""
    visible = visibility(caller)
    now = parts.clock.now()
    service.make(parts.store, flight_id, visible, parts.standards, by=caller.name, now=now, tlogs=parts.tlogs)
    with parts.store.read() as session:
        return service.latest(session, flight_id) or {}


@router.post("/{flight_id}/remarks", response_model=list[FlightRemark], status_code=201)
@refuses(Conflict)
def remark(flight_id: str, given: Remark, caller: MayFly, parts: Parts, work: Writer) -> list[dict[str, Any]]:
    """Add to the flight's remarks; nothing written is ever changed."""
    flight = flights.get(work.session, flight_id, visibility(caller))
    service.remark(work.session, flight, given.text, by=caller.name, at=parts.clock.now())
    work.session.flush()  # the answer reads it
    return service.remarks(work.session, flight.id)
