"""The planner: zones are drawn, and flights over them planned, checked, kept and scheduled. The page is script."""

from fastapi import Request, Response

from mapserver.web.permissions import MayDrawZones
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter

router = GuardedRouter(include_in_schema=False)


@router.get("/planner")
def planner(request: Request, caller: MayDrawZones) -> Response:
    """For pilots with everything, for coordinators with the zones; `?zone=` and `?plan=` open one."""
    return page(request, "plans/page.html", {"principal": caller})
