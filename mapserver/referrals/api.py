"""Incidents that are handed over to services, and which services there are."""

from typing import Any

from pydantic import BaseModel

from incidents.referrals import service
from incidents.timeline import repository
from mapserver.referrals.flow import ReferralWish, hand_over, proposed, send_again, withdraw
from mapserver.referrals.schemas import ReferralAnswer, ServiceShape
from mapserver.referrals.shown import public, public_service
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MayWorkIncidents
from mapserver.web.polling import polled
from telemetry.access import visibility
from telemetry.errors import Conflict
from telemetry.observations.values import UtcTime

router = ApiRouter("referrals")


class NewReferral(BaseModel):
    """What is handed over, and to whom."""

    service: str | None = None
    """Its name in the town's file; when left out the first that is responsible."""
    note: str = ""
    """For the service; no names of residents."""
    due_at: UtcTime | None = None
    """When left out: within the service's own time."""


class WithdrawalBody(BaseModel):
    """Why the service need not do it."""

    reason: str


@router.get("/services", response_model=list[ServiceShape])
@polled
def services(caller: MaySeeIncidents, parts: Parts) -> list[dict[str, Any]]:
    """Every responsible service, as the towns' file has it."""
    return [public_service(one) for one in parts.town_files.services.values()]


@router.get("/referrals", response_model=list[ReferralAnswer])
@polled
def listed(caller: MayWorkIncidents, parts: Parts, session: Reader, overdue: bool = False) -> list[dict[str, Any]]:
    """Everything that is expected of services, the soonest due first; with `overdue` what is late."""
    visible = visibility(caller)
    rows = service.open_ones(session, visible)
    if overdue:
        rows = service.overdue(session, visible, parts.clock.now())
    return [public(parts, session, row) for row in rows]


@router.get("/incidents/{incident_id}/services", response_model=list[ServiceShape])
@polled
def for_incident(incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """The services of the incident's town; those that are responsible by category and place come first."""
    row = repository.get(session, incident_id, visibility(caller))
    return [public_service(one) for one in proposed(parts, row)]


@router.get("/incidents/{incident_id}/referrals", response_model=list[ReferralAnswer])
@polled
def of_incident(incident_id: str, caller: MayWorkIncidents, parts: Parts, session: Reader) -> list[dict[str, Any]]:
    """Every referral of the incident, in order of time."""
    row = repository.get(session, incident_id, visibility(caller))
    return [public(parts, session, one) for one in service.of_incident(session, row.id)]


@router.post("/incidents/{incident_id}/referrals", response_model=ReferralAnswer, status_code=201)
@refuses(Conflict)
def add(incident_id: str, wanted: NewReferral, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Hand the incident over to a service. It is told by e-mail or webhook, as the town's file says, until that
    succeeds; its answers are entries of the timeline."""
    row = repository.get(work.session, incident_id, visibility(caller))
    wish = ReferralWish(wanted.service, wanted.note, wanted.due_at)
    return public(parts, work.session, hand_over(parts, work, row, wish, caller))


@router.post("/referrals/{referral_id}/withdrawal", response_model=ReferralAnswer)
@refuses(Conflict)
def take_back(
    referral_id: str, wanted: WithdrawalBody, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> dict[str, Any]:
    """Take it back; the service is told, if it was told of the incident."""
    return public(parts, work.session, withdraw(parts, work, referral_id, wanted.reason, caller))


@router.post("/referrals/{referral_id}/sending", response_model=ReferralAnswer)
@refuses(Conflict)
def send(referral_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer) -> dict[str, Any]:
    """Try at once what could not be sent."""
    return public(parts, work.session, send_again(parts, work, referral_id, caller))
