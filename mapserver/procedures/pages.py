"""The page of the town's procedures; who watches over them sees which mandatory steps were skipped."""

from datetime import timedelta

from fastapi import Request, Response

from incidents.procedures import service
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MaySeeIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, visibility
from telemetry.store import Between

router = GuardedRouter(include_in_schema=False)
SKIPPED = timedelta(days=30)
"""How far back skipped steps are shown."""


@router.get("/procedures")
def listed(request: Request, caller: MaySeeIncidents, parts: Parts, session: Reader) -> Response:
    """Every procedure with its steps."""
    skipped = None
    if caller.may(Permission.SEE_AUDIT):
        since = parts.clock.now() - SKIPPED
        skipped = service.skipped(session, visibility(caller), Between(since))
    procedures = [service.public(one) for one in parts.town_files.procedures.values()]
    context = {"principal": caller, "procedures": procedures, "skipped": skipped, "days": SKIPPED.days}
    return page(request, "procedures/page.html", context)
