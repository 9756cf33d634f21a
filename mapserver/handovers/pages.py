"""The page of the handover: to read when a shift begins, and to print."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from incidents.handovers import service
from mapserver.handovers.flow import handover
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayWorkIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)


@router.get("/handover")
def shown(request: Request, caller: MayWorkIncidents, parts: Parts, session: Reader) -> Response:
    """What the next shift has to know; looking at it changes nothing."""
    context = {"principal": caller, "handover": handover(parts, session, caller)}
    return page(request, "handovers/page.html", context)


@router.post("/handover/read")
def read(caller: MayWorkIncidents, parts: Parts, work: Writer) -> Response:
    """Say that you have read it: changes count from now on."""
    service.mark_read(work, caller.name, parts.clock.now())
    return RedirectResponse("/handover", 303)
