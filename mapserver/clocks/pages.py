"""The page of learned offsets of clocks."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from incidents.learned_clocks import service
from mapserver.clocks.flow import ClockDecision, decide
from mapserver.core.services import Services
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents, MaySetUpCameras
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, visibility
from telemetry.errors import BadInput, Conflict

router = GuardedRouter(include_in_schema=False)


@router.get("/clocks")
def listed(request: Request, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """What was learned of the towns' clocks."""
    return page(request, "clocks/page.html", _context(parts, session, caller))


@router.post("/clocks/{clock_id}/decision")
def decided(
    request: Request, clock_id: str, caller: MaySetUpCameras, parts: Parts, work: Writer,
    decision: Annotated[ClockDecision, Form()], reason: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Decide about one, or be told on the page why not."""
    try:
        with work.session.begin_nested():
            decide(parts, work, clock_id, decision, caller, reason=reason)
    except (BadInput, Conflict) as error:
        context = {**_context(parts, work.session, caller), "error": error.told}
        return page(request, "clocks/page.html", context, status=error.status)
    return RedirectResponse("/clocks", 303)


def _context(parts: Services, session: Session, caller: Principal) -> dict[str, Any]:
    rows = service.listed(session, visibility(caller), parts.clock.now())
    return {"principal": caller, "clocks": [service.public(row) for row in rows]}
