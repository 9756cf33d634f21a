"""The live map."""

from fastapi import Request, Response

from mapserver.web.permissions import MaySeeMap
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)


@router.get("/map")
def live_map(request: Request, caller: MaySeeMap) -> Response:
    """The map; what is on it comes over the WebSocket."""
    return page(request, "map/page.html", {"principal": caller})
