"""Statistics of incidents, and the times of the response to one."""

from dataclasses import asdict
from typing import Any

from incidents.statistics import service
from incidents.statistics.response import ResponseTimes, response_times
from incidents.timeline import repository
from mapserver.statistics.schemas import ResponseAnswer, StatisticsAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Reader
from mapserver.web.permissions import MaySeeIncidents
from mapserver.web.polling import polled
from telemetry.access import visibility
from telemetry.clock import iso, iso_or_none
from telemetry.observations.values import UtcTime

router = ApiRouter("statistics")


@router.get("/statistics", response_model=StatisticsAnswer)
@polled
def of_time(caller: MaySeeIncidents, session: Reader, since: UtcTime, until: UtcTime) -> dict[str, Any]:
    """The incidents that began from `since` on and before `until`, at most a year: counts, medians and 90th percentiles
    of what was done, by category, town and hour."""
    found = service.counted(session, visibility(caller), since, until)
    return {"since": iso(since), "until": iso(until), **service.statistics(found)}


@router.get("/incidents/{incident_id}/response", response_model=ResponseAnswer)
@polled
def of_incident(incident_id: str, caller: MaySeeIncidents, session: Reader) -> dict[str, Any]:
    """When the first word of an incident came in, it was decided about, somebody was on the way, was there, saw it."""
    row = repository.get(session, incident_id, visibility(caller))
    times = response_times(session, [row.id]).get(row.id) or ResponseTimes(told=row.first_at)
    return {name: iso_or_none(at) for name, at in asdict(times).items()}
