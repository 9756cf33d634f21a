"""The monthly page of statistics."""

from datetime import UTC, date, datetime, time

from fastapi import Request, Response

from incidents.statistics import service
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MaySeeIncidents
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import home_town, visibility, visible_cities
from telemetry.errors import BadInput
from telemetry.messages import Message

router = GuardedRouter(include_in_schema=False)
DECEMBER = 12


@router.get("/statistics")
def shown(
    request: Request, caller: MaySeeIncidents, parts: Parts, session: Reader, month: str = "", city: str = ""
) -> Response:
    """One month of the town's calendar."""
    zone = home_town(caller).facts.zone
    first = _month(month) if month else parts.clock.now().astimezone(zone).date().replace(day=1)
    begins = datetime.combine(first, time(0), zone).astimezone(UTC)
    ends = datetime.combine(_next(first), time(0), zone).astimezone(UTC)
    cities = visible_cities(caller)
    visible = visibility(caller).within(one for one in cities if not city or one == city)
    context = {
        "principal": caller,
        "month": first,
        "months": {"before": _before(first), "after": _next(first)},
        "city": city,
        "cities": [{"id": one, "name": one.facts.name} for one in sorted(cities)],
        "numbers": service.statistics(service.counted(session, visible, begins, ends)),
    }
    return page(request, "statistics/page.html", context)


def _month(text: str) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadInput(Message("statistics.not_a_month", text=text[:40])) from error
    if not 2000 <= found.year <= 2100:
        raise BadInput(Message("statistics.not_a_month", text=text[:40]))
    return found


def _next(first: date) -> date:
    if first.month == DECEMBER:
        return date(first.year + 1, 1, 1)
    return first.replace(month=first.month + 1)


def _before(first: date) -> date:
    if first.month == 1:
        return date(first.year - 1, DECEMBER, 1)
    return first.replace(month=first.month - 1)
