"""Printed briefings of plans and flights, as one file to take along."""

import re
from functools import partial
from typing import Annotated

from fastapi import Response

from mapserver.basemap.town_map import town_picture
from mapserver.briefings.flow import briefing_of_flight, briefing_of_plan
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.permissions import MaySeeMap
from mapserver.web.routes import GuardedRouter
from mission.briefing import Briefing, to_html
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.cities import known_towns
from telemetry.gazetteer.values import folded
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.store import Work

router = GuardedRouter(include_in_schema=False)
At = Annotated[UtcTime | None, "take-off, UTC"]


@router.get("/plans/{plan_id}/briefing")
def of_plan(
    plan_id: str, caller: MaySeeMap, parts: Parts, work: Writer, unit_id: str | None = None, at: At = None
) -> Response:
    """A plan as the caller would fly it, at a time if one is named."""
    made = briefing_of_plan(parts, work.session, caller, plan_id, unit_id=unit_id, at=at)
    return _file(parts, work, caller, made, f"plan {plan_id}")


@router.get("/flights/{flight_id}/briefing")
def of_flight(flight_id: str, caller: MaySeeMap, parts: Parts, work: Writer) -> Response:
    """A flight with its time, pilot and checks."""
    made = briefing_of_flight(parts, work.session, caller, flight_id)
    return _file(parts, work, caller, made, f"flight {flight_id}")


def _file(parts: Parts, work: Work, caller: Principal, made: Briefing, subject: str) -> Response:
    """The briefing as a download, which is written down: from then on it is out of this system's hands."""
    city = next(city for city in known_towns() if city.facts.name == made.town)
    html = to_html(made, partial(town_picture, parts.settings, city))
    detail = Message("audit.briefing", fingerprint=made.fingerprint[:16])
    audit.record(work.session, caller, "export", subject, city=city, at=parts.clock.now(), detail=detail)
    name = re.sub(r"[^a-z0-9]+", "-", folded(made.name)).strip("-")[:60] or "flight"
    headers = {"Content-Disposition": f'attachment; filename="briefing-{name}-{made.fingerprint[:8]}.html"'}
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)
