"""Weather: what pilots enter and what a service forecasts, as the checks use it."""

from typing import Annotated, Any

from mapserver.papers.flow import Seen, enter_weather
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader, Writer, allowed
from mapserver.web.listing import Listing
from mission.weather import service
from telemetry.access import Permission, Principal, visible_cities

router = ApiRouter("weather", "/weather")
Pilot = Annotated[Principal, allowed(Permission.FLY)]
Seer = Annotated[Principal, allowed(Permission.SEE_MAP)]


@router.get("")
def latest(caller: Seer, session: Reader, listing: Listing) -> list[dict[str, Any]]:
    """The reports of the towns you may see, newest first: a page of them; the Link header leads to older ones."""
    page = service.latest(session, visible_cities(caller), limit=listing.limit, cursor=listing.cursor)
    listing.describe(page)
    return page


@router.post("", status_code=201)
def enter(seen: Seen, caller: Pilot, parts: Parts, work: Writer) -> dict[str, Any]:
    """Enter the weather at a place. What you entered before stays to be read, and counts where this says nothing."""
    return service.public(enter_weather(parts, work, caller, seen))
