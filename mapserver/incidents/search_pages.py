"""The page that searches everything that was said."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request, Response
from sqlmodel import Session

from incidents.search.service import SearchPage, search
from mapserver.core.services import Services
from mapserver.incidents.searching import between_of, request_of, search_plate
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import from_wall
from mapserver.web.permissions import MaySeeIncidents, MaySeeWatchList
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, home_town
from telemetry.errors import BadInput
from telemetry.observations.values import SourceKind
from telemetry.store import ALWAYS

router = GuardedRouter(include_in_schema=False)
SHOWN = 50
EMPTY = {"q": "", "category": "", "source": "", "since": "", "until": "", "area": ""}
NOTHING = SearchPage((), None, 0)


@router.get("/incidents/search")
def form(
    request: Request, caller: MaySeeIncidents, parts: Parts, session: Reader, q: str = "", category: str = "",
    source: str = "", since: str = "", until: str = "", area: str = "", cursor: str | None = None,
) -> Response:  # fmt: skip
    """The form, and what was found once something is looked for; times are of the clock of the caller's town."""
    filters = {"q": q, "category": category, "source": source, "since": since, "until": until, "area": area}
    if not any(filters.values()):
        return _page(request, parts, caller, filters, None)
    try:
        found = _found(session, caller, filters, cursor)
    except BadInput as error:
        return _page(request, parts, caller, filters, NOTHING, error=error)
    return _page(request, parts, caller, filters, found)


@router.post("/incidents/search/plate")
def plate(
    request: Request,
    caller: MaySeeWatchList,
    parts: Parts,
    work: Writer,
    plate: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """What was said of a plate, or on the page why it was not looked for."""
    try:
        found = search_plate(parts, work, caller, plate=plate, reason=reason, between=ALWAYS, limit=SHOWN, cursor=None)
    except BadInput as error:
        return _page(request, parts, caller, EMPTY, NOTHING, error=error)
    return _page(request, parts, caller, EMPTY, found)


def _found(session: Session, caller: Principal, filters: dict[str, str], cursor: str | None) -> SearchPage:
    between = between_of(_moment(filters["since"], caller), _moment(filters["until"], caller))
    wanted = request_of(
        caller,
        words=filters["q"],
        categories=[filters["category"]] if filters["category"] else [],
        source_kinds=[kind for kind in SourceKind if kind == filters["source"]],
        area_text=filters["area"],
        between=between,
    )
    return search(session, wanted, limit=SHOWN, cursor=cursor)


def _moment(text: str, caller: Principal) -> datetime | None:
    """A time of the clock of the caller's town as UTC. Raises BadInput."""
    if not text:
        return None
    return from_wall(text, home_town(caller).facts.zone)


def _page(
    request: Request,
    parts: Services,
    caller: Principal,
    filters: dict[str, str],
    found: SearchPage | None,
    *,
    error: BadInput | None = None,
) -> Response:
    town = home_town(caller)
    older = None
    if found is not None and found.next_cursor is not None and request.method == "GET":
        older = f"/incidents/search?{request.url.include_query_params(cursor=found.next_cursor).query}"
    context: dict[str, Any] = {
        "principal": caller,
        "filters": filters,
        "found": found,
        "older": older,
        "categories": sorted(parts.rules.by_name),
        "source_kinds": [kind.value for kind in SourceKind],
        "centre": {"lat": town.facts.lat, "lon": town.facts.lon},
        "town_id": str(town),
    }
    if error is not None:
        context["error"] = error.told
    return page(request, "incidents/search.html", context, status=200 if error is None else error.status)
