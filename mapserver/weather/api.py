"""Weather: what pilots enter and what a service forecasts, as the checks use it."""

from typing import Any

from mapserver.weather.flow import Seen, enter_weather
from mapserver.weather.schemas import WeatherAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import TimedListing
from mapserver.web.permissions import MayFly, MaySeeMap
from mapserver.web.polling import polled
from mission.weather import service
from telemetry.access import visibility
from telemetry.errors import NotFound

router = ApiRouter("weather", "/weather")


@router.get("", response_model=list[WeatherAnswer])
@polled
def latest(caller: MaySeeMap, session: Reader, listing: TimedListing) -> list[dict[str, Any]]:
    """The reports of the towns you may see, newest first: a page of them; the Link header leads to older ones."""
    page = service.latest(
        session, visibility(caller), limit=listing.limit, cursor=listing.cursor, between=listing.between
    )
    listing.describe(page)
    return page


@router.post("", response_model=WeatherAnswer, status_code=201)
@refuses(NotFound)
def enter(seen: Seen, caller: MayFly, parts: Parts, work: Writer) -> dict[str, Any]:
    """Enter the weather at a place. What you entered before stays to be read, and counts where this says nothing."""
    return service.public(enter_weather(parts, work, caller, seen))
