"""A flight's debrief and the log-book of flights, for the screen and for paper."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.basemap.printed import debrief_map
from mapserver.core.services import Services
from mapserver.plans.continuing import continue_flight
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayFly, MaySeeMap
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.debrief import flight_logbook, service
from mission.flights import gate
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.supervisor import tlog_of
from mission.plans.tables import PlanRow
from mission.zones.tables import ZoneRow
from telemetry.access import Principal, home_town, visibility
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict
from telemetry.units.tables import UnitRow

router = GuardedRouter(include_in_schema=False)
SHOWN = timedelta(days=30)


@router.get("/flights/logbook")
def logbook(
    request: Request,
    caller: MaySeeMap,
    session: Reader,
    parts: Parts,
    begins: date | None = None,
    ends: date | None = None,
) -> Response:
    """The log-book from one day to another, both included; the last 30 days when none are named."""
    zone = home_town(caller).facts.zone
    last = ends or parts.clock.now().astimezone(zone).date()
    first = begins or last - SHOWN
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last, time(), zone) + timedelta(days=1)
    context = {
        "principal": caller,
        "rows": flight_logbook.entries(session, visibility(caller), start, end),
        "begins": first.isoformat(),
        "ends": last.isoformat(),
        "start": start.isoformat(),
        "end": end.isoformat(),
    }
    return page(request, "debriefs/logbook.html", context)


@router.get("/flights/{flight_id}/debrief")
def one(request: Request, flight_id: str, caller: MaySeeMap, session: Reader, parts: Parts) -> Response:
    """What a flight brought home; a page that waits for it is told to look again once it is there."""
    flight = flight_repository.get(session, flight_id, visibility(caller))
    if "HX-Request" in request.headers:
        found = service.latest(session, flight.id)
        return Response(status_code=204) if found is None else Response(headers={"HX-Refresh": "true"})
    return page(request, "debriefs/page.html", _context(caller, session, parts, flight_id))


@router.get("/flights/{flight_id}/debrief/map.svg")
def printed_map(flight_id: str, caller: MaySeeMap, session: Reader, parts: Parts) -> Response:
    """What was planned, flown and covered, as one picture for paper."""
    flight = flight_repository.get(session, flight_id, visibility(caller))
    picture = debrief_map(
        parts.settings,
        City(flight.city),
        route=flights.public(session, flight)["route"],
        area=session.get_one(PlanRow, flight.plan_id).geometry,
        debrief=service.latest(session, flight.id),
    )
    return Response(picture, media_type="image/svg+xml")


def _context(caller: Principal, session: Session, parts: Services, flight_id: str) -> dict[str, Any]:
    flight = flight_repository.get(session, flight_id, visibility(caller))
    plan = session.get_one(PlanRow, flight.plan_id)
    checks = gate.latest(session, flight.id)
    return {
        "principal": caller,
        "flight": flights.public(session, flight),
        "zone": session.get_one(ZoneRow, flight.zone_id).name,
        "drone": session.get_one(UnitRow, flight.unit_id).name,
        "area": plan.geometry,
        "debrief": service.latest(session, flight.id),
        "row": flight_logbook.entry(session, flight),
        "events": flights.events(session, flight.id),
        "verdicts": [] if checks is None else [verdict.as_json() for verdict in gate.verdicts_of(checks)],
        "has_tlog": tlog_of(parts.tlogs, flight.id).is_file(),
        "remarks": service.remarks(session, flight.id),
        "refused": {},
    }


@router.post("/flights/{flight_id}/debrief")
def make(flight_id: str, caller: MayFly, parts: Parts) -> Response:
    """Debrief it again."""
    visible = visibility(caller)
    now = parts.clock.now()
    service.make(parts.store, flight_id, visible, parts.standards, by=caller.name, now=now, tlogs=parts.tlogs)
    return RedirectResponse(f"/flights/{flight_id}/debrief", 303)


@router.post("/flights/{flight_id}/rest")
def rest(request: Request, flight_id: str, caller: MayFly, parts: Parts) -> Response:
    """Open what is left of its plan in the planner, or say beside the button why there is nothing."""
    try:
        with parts.store.write() as work:
            plan_id = continue_flight(parts, work, caller, flight_id).id
    except (BadInput, Conflict) as error:
        with parts.store.read() as session:
            context = {**_context(caller, session, parts, flight_id), "refused": {"rest": error.told}}
            return page(request, "debriefs/page.html", context, status=error.status)
    return RedirectResponse(f"/planner?plan={plan_id}", 303)


@router.post("/flights/{flight_id}/remarks")
def remark(flight_id: str, text: Annotated[str, Form()], caller: MayFly, parts: Parts, work: Writer) -> Response:
    """Add a remark to the log-book."""
    flight = flight_repository.get(work.session, flight_id, visibility(caller))
    service.remark(work.session, flight, text, by=caller.name, at=parts.clock.now())
    return RedirectResponse(f"/flights/{flight_id}/debrief#book", 303)
