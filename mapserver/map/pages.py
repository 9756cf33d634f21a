"""The live map."""

from typing import Annotated

from fastapi import Request, Response

from mapserver.web.dependencies import allowed
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Permission, Principal

router = GuardedRouter(include_in_schema=False)


@router.get("/map")
def live_map(request: Request, caller: Annotated[Principal, allowed(Permission.SEE_MAP)]) -> Response:
    """The map; what is on it comes over the WebSocket."""
    return page(request, "map/page.html", {"principal": caller})
