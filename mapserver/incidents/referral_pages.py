"""What is handed over to services on an incident's page: its part of the page, and its forms."""

from typing import Annotated

from fastapi import Form, Request, Response

from incidents.referrals import service as referrals
from incidents.timeline import repository, service
from incidents.timeline.tables import IncidentRow
from mapserver.incidents.handling_pages import answer as answered
from mapserver.referrals.flow import ReferralWish, hand_over, send_again, withdraw
from mapserver.referrals.shown import public
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import from_wall
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, visibility
from telemetry.cities import City

router = GuardedRouter(include_in_schema=False)


@router.get("/incidents/{incident_id}/referrals")
def of_incident(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, session: Reader
) -> Response:
    """The incident's referrals alone, when one changed."""
    row = repository.get(session, incident_id, visibility(caller))
    context = {
        "principal": caller,
        "incident": service.public(row),
        "referrals": [public(parts, session, one) for one in referrals.of_incident(session, row.id)],
        "may_work": caller.may(Permission.WORK_INCIDENTS),
    }
    return page(request, "referrals/_referrals.html", context)


@router.post("/incidents/{incident_id}/referrals")
def add(
    request: Request, incident_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    service: Annotated[str, Form()] = "", note: Annotated[str, Form()] = "", due: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Hand it over, or say on the page why not; `due` is in the town's time, empty for the service's own."""

    def do(row: IncidentRow) -> None:
        due_at = from_wall(due, City(row.city).facts.zone) if due else None
        hand_over(parts, work, row, ReferralWish(service or None, note, due_at), caller)

    return answered(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/referrals/{referral_id}/withdrawal")
def take_back(
    request: Request, incident_id: str, referral_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer,
    reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take it back, or say on the page why not."""

    def do(_row: IncidentRow) -> None:
        withdraw(parts, work, referral_id, reason, caller)

    return answered(request, parts, work, incident_id, caller, do)


@router.post("/incidents/{incident_id}/referrals/{referral_id}/sending")
def send(
    request: Request, incident_id: str, referral_id: str, caller: MayWorkIncidents, parts: Parts, work: Writer
) -> Response:
    """Try at once what could not be sent, or say on the page why not."""

    def do(_row: IncidentRow) -> None:
        send_again(parts, work, referral_id, caller)

    return answered(request, parts, work, incident_id, caller, do)
