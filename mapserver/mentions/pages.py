"""The page of the notes that name somebody."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from incidents.mentions import service
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MaySeeIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import visibility

router = GuardedRouter(include_in_schema=False)


@router.get("/mentions")
def listed(request: Request, caller: MaySeeIncidents, session: Reader) -> Response:
    """All that were not read, newest first, then the last that were."""
    found = service.of_person(session, caller.name, visibility(caller))
    context = {"principal": caller, "mentions": [service.public(session, row) for row in found]}
    return page(request, "mentions/page.html", context)


@router.post("/mentions/{mention_id}/read")
def read(mention_id: str, caller: MaySeeIncidents, parts: Parts, work: Writer) -> Response:
    """Mark it as read and go to its entry."""
    row = service.mark_read(work, mention_id, caller.name, visibility(caller), parts.clock.now())
    return RedirectResponse(f"/incidents/{row.incident_id}#entry-{row.seq}", 303)
