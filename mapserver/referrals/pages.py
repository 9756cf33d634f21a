"""The list of what is handed over, and the page on which a service answers."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from incidents.referrals import links, service
from incidents.referrals.tables import ReferralRow
from incidents.referrals.values import ReferralState, ServiceAnswer
from incidents.timeline import service as timeline
from mapserver.core.body_limits import KIB, body_limit
from mapserver.core.services import Services
from mapserver.referrals.flow import answer_by_link, open_and_returned
from mapserver.referrals.shown import public, public_service
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.clock import iso, iso_or_none
from telemetry.errors import BadInput, Conflict, NotFound

router = GuardedRouter(include_in_schema=False)


@router.get("/referrals")
def listed(request: Request, caller: MayWorkIncidents, parts: Parts, session: Reader) -> Response:
    """What services sent back or did, what is overdue, what is expected; and which services there are."""
    shown = [public(parts, session, row) for row in open_and_returned(session, caller)]
    context = {
        "principal": caller,
        "referrals": shown,
        "services": [public_service(one) for one in parts.town_files.services.values()],
    }
    return page(request, "referrals/page.html", context)


@router.get("/handed-over/{secret}")
def status(request: Request, secret: str, parts: Parts, session: Reader) -> Response:
    """The status page of a referral, for whoever has its link."""
    try:
        referral = service.by_link(session, secret, parts.clock.now())
    except NotFound as error:
        return _nothing_there(request, error)
    return _status_page(request, parts, session, referral)


@router.post("/handed-over/{secret}")
@body_limit(8 * KIB, "a service's answer")
def answer(
    request: Request, secret: str, parts: Parts, work: Writer,
    said: Annotated[ServiceAnswer, Form()], text: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """What the service says; it needs no session, as the address is the secret."""
    try:
        referral = answer_by_link(parts, work, secret, said, text)
    except NotFound as error:
        return _nothing_there(request, error)
    except (BadInput, Conflict) as error:
        referral = service.by_link(work.session, secret, parts.clock.now())
        return _status_page(request, parts, work.session, referral, error=error)
    return RedirectResponse(f"{links.PATH}{secret}?{request.url.query}", 303)


def _status_page(
    request: Request, parts: Services, session: Session, referral: ReferralRow, error: BadInput | Conflict | None = None
) -> Response:
    """What the service needs to find the place and to answer; no word of residents."""
    row = service.incident_of(session, referral)
    place = None
    if row.lat is not None and row.lon is not None:
        place = {"lat": row.lat, "lon": row.lon, "accuracy_m": row.accuracy_m or 0.0}
    context = {
        "referral": {
            "title": timeline.title(row).text(),
            "service_title": service.title_of(referral).text(),
            "city": referral.city,
            "number": row.id[:8],
            "first_at": iso(row.first_at),
            "due_at": iso(referral.due_at),
            "overdue": ReferralState(referral.state).open and referral.due_at <= parts.clock.now(),
            "place": place,
            "state": referral.state,
            "answer": referral.answer,
            "answered_at": iso_or_none(referral.answered_at),
            "simulated": row.simulated,
        },
        "answers": _possible(ReferralState(referral.state)),
        "error": None if error is None else error.told,
        "secret": request.path_params["secret"],
    }
    return page(request, "referrals/status.html", context, status=200 if error is None else error.status)


def _possible(state: ReferralState) -> list[ServiceAnswer]:
    """What the service may say next."""
    if not state.open:
        return []
    return [said for said in ServiceAnswer if said.value != state.value]


def _nothing_there(request: Request, error: NotFound) -> Response:
    context: dict[str, Any] = {"referral": None, "answers": [], "error": error.told, "secret": ""}
    return page(request, "referrals/status.html", context, status=error.status)
