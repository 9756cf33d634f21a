"""The schedule: what every unit does and when, proposals for a day, and the visits that people go by."""

from typing import Any

from mapserver.calendar.flow import DayWish, calendar, change_visit, propose
from mapserver.calendar.schemas import CalendarAnswer, ProposalAnswer, VisitAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Caller, Parts, Reader, Writer
from mapserver.web.permissions import MayDeploy, MaySeeMap
from mapserver.web.polling import polled
from mission.schedule import service
from mission.schedule.tables import VisitState
from telemetry.errors import Conflict, NotFound
from telemetry.observations.values import UtcTime

router = ApiRouter("schedule", "/schedule")


@router.get("", response_model=CalendarAnswer)
@polled
def shown(caller: MaySeeMap, session: Reader, since: UtcTime, until: UtcTime) -> dict[str, Any]:
    """The calendar from `since` to `until`: for each unit its visits, flights and assignments; and the latest proposals
    of the days touched, with their numbers and what they leave unserved and why."""
    return calendar(session, caller, since, until)


@router.post("/proposals", response_model=ProposalAnswer, status_code=201)
@refuses(NotFound, Conflict)
async def schedule(wish: DayWish, caller: MayDeploy, parts: Parts) -> dict[str, Any]:
    """Schedule a day, or anew after something changed: what is confirmed moves only when that is worth it, what has
    begun stays, and what moved is proposed at its new time. Answers with the proposal when it is kept."""
    return await propose(parts, caller, wish)


@router.post("/visits/{visit_id}/confirm", response_model=VisitAnswer)
@refuses(Conflict)
def confirm(visit_id: str, caller: Caller, parts: Parts, work: Writer) -> dict[str, Any]:
    """People have been told: the start is promised."""
    return service.public(change_visit(parts, work, caller, visit_id, VisitState.CONFIRMED))


@router.post("/visits/{visit_id}/start", response_model=VisitAnswer)
@refuses(Conflict)
def start(visit_id: str, caller: Caller, parts: Parts, work: Writer) -> dict[str, Any]:
    """The visit has begun; no schedule moves it any more."""
    return service.public(change_visit(parts, work, caller, visit_id, VisitState.STARTED))


@router.post("/visits/{visit_id}/finish", response_model=VisitAnswer)
@refuses(Conflict)
def finish(visit_id: str, caller: Caller, parts: Parts, work: Writer) -> dict[str, Any]:
    """The visit is over."""
    return service.public(change_visit(parts, work, caller, visit_id, VisitState.DONE))


@router.post("/visits/{visit_id}/cancel", response_model=VisitAnswer)
@refuses(Conflict)
def cancel(visit_id: str, caller: Caller, parts: Parts, work: Writer) -> dict[str, Any]:
    """The visit is off; the next schedule may propose it again."""
    return service.public(change_visit(parts, work, caller, visit_id, VisitState.CANCELLED))
