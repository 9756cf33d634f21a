"""The weather as a page: what the checks go by now and in the next hours, who says so, and manual entry."""

from datetime import timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.weather.flow import Seen, enter_weather
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.forms import Filled, checked, from_wall
from mapserver.web.paging import part_of
from mapserver.web.permissions import MayFly, MaySeeMap
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.weather import service
from telemetry.access import Principal, home_town, visibility, visible_cities
from telemetry.cities import City, known_towns
from telemetry.clock import iso
from telemetry.errors import BadInput, NotFound
from telemetry.messages import Message
from telemetry.positions import Position

router = GuardedRouter(include_in_schema=False)
HOURS = 12
"""Shown ahead."""
SHOWN_REPORTS = 20
"""On a page."""
FIELDS = ("wind_m_s", "gust_m_s", "wind_aloft_m_s", "rain_mm_h", "visibility_m", "temperature_c", "kp")


@router.get("/weather")
def shown(request: Request, caller: MaySeeMap, parts: Parts, session: Reader, cursor: str | None = None) -> Response:
    """Hour by hour, and a page of the reports."""
    return page(request, "weather/page.html", _context(request, session, caller, parts, cursor=cursor))


@router.post("/weather")
def enter(request: Request, caller: MayFly, parts: Parts, work: Writer, form: Filled) -> Response:
    """Enter what was seen, or say on the page why not."""
    try:
        enter_weather(parts, work, caller, checked(Seen, _seen(form, caller)))
    except (BadInput, NotFound) as error:
        context = _context(request, work.session, caller, parts, form=form, error=error.told)
        return page(request, "weather/page.html", context, status=error.status)
    return RedirectResponse("/weather", 303)


def _seen(form: dict[str, str], caller: Principal) -> dict[str, Any]:
    city = City(form.get("city", home_town(caller)))
    begins, ends = (from_wall(form.get(name, ""), city.facts.zone) for name in ("begins", "ends"))
    said = {name: form[name] for name in FIELDS if name in form}
    return {"city": city, "samples": [{"begins": begins, "ends": ends, **said}]}


def _context(
    request: Request, session: Session, caller: Principal, parts: Parts, *, cursor: str | None = None,
    form: dict[str, str] | None = None, error: Message | None = None,
) -> dict[str, Any]:  # fmt: skip
    now = parts.clock.now()
    visible = visibility(caller)
    reports = service.latest(session, visible, limit=SHOWN_REPORTS, cursor=cursor)
    towns = []
    for city in (city for city in known_towns() if city in visible_cities(caller)):
        middle = Position(lat=city.facts.lat, lon=city.facts.lon)
        hours = [now + timedelta(hours=n) for n in range(HOURS)]
        said = [
            (iso(hour), service.outlook_for(session, visible.within([city]), middle, hour, hour + timedelta(hours=1)))
            for hour in hours
        ]
        towns.append({"city": city, "hours": said})
    return {
        "principal": caller, "towns": towns, "reports": reports,
        "part": part_of(request, reports, "/weather"), "form": form or {}, "moment": iso(now), "error": error,
    }  # fmt: skip
