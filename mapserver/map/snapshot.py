"""The whole picture a principal may see, as of one sequence number."""

import secrets
from datetime import timedelta
from typing import Any

from incidents.requests import service as requests
from incidents.timeline import repository as incident_repository
from incidents.timeline import service as incidents
from incidents.timeline.tables import IncidentRow
from mapserver.core.services import Services
from mapserver.web.polling import etag_of
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Permission, Principal, visibility, visible_cities
from telemetry.clock import iso
from telemetry.messages import current_language
from telemetry.store import Between, Page
from telemetry.units import service as units
from vision.cameras import service as cameras

STILL_SHOWN = timedelta(hours=24)
"""Closed incidents stay on the map this long after their last word."""
MOST_CLOSED = 200
"""Closed incidents in a snapshot; open ones are never left out."""
MOST_OVER = 100
"""Flights that are over in a snapshot; the others are never left out."""


THIS_PROCESS = secrets.token_hex(8)
"""Places in the hub mean nothing to another."""


def snapshot_tag(parts: Services, principal: Principal) -> str:
    """What changes whenever the snapshot for `principal` does: the place of the last change, and who looks when.

    Reads nothing of what is on the map. What only time takes off it (`STILL_SHOWN`) is taken off within the hour.
    """
    visible = visibility(principal)
    hour = parts.clock.now().replace(minute=0, second=0, microsecond=0)
    return etag_of(
        THIS_PROCESS,
        parts.hub.newest(visible),
        sorted(visible_cities(principal)),
        str(principal.scope),
        str(principal.role),
        current_language(),
        iso(hour),
    )


def snapshot(parts: Services, principal: Principal) -> dict[str, Any]:
    """Everything on the map for `principal`. Changes numbered above its `seq` are not all in it; those up to it are.

    `parts` says of what is history how much of it is there, and how much there is.
    """
    visible = visibility(principal)
    seq = parts.hub.seq(visible)  # before the database: a change seen twice is harmless, one never seen is not
    now = parts.clock.now()
    with parts.store.read() as session:
        shown = [units.public(u) for u in units.listed(session, visible)]
        over = flight_repository.over(session, visible, limit=MOST_OVER)
        flown = [*flight_repository.not_over(session, visible), *over]
        known: list[IncidentRow] = []
        closed: Page[IncidentRow] = Page([], total=0)
        asked = []
        if principal.may(Permission.SEE_INCIDENTS):
            closed = incident_repository.closed_ones(
                session, visible, between=Between(since=now - STILL_SHOWN), limit=MOST_CLOSED
            )
            known = [*incident_repository.open_ones(session, visible), *closed]
            asked = requests.waiting(session, visible)
        return {
            "epoch": parts.hub.epoch,
            "seq": seq,
            "at": iso(now),
            "demo": parts.settings.demo,
            "cities": [
                {"id": c, "name": c.facts.name, "lat": c.facts.lat, "lon": c.facts.lon, "zone": str(c.facts.zone)}
                for c in sorted(visible_cities(principal))
            ],
            "units": shown,
            "cameras": [cameras.public(c) for c in cameras.listed(session, visible)],
            "zones": [zones.public(z) for z in zones.listed(session, visible)],
            "flights": [flights.public(session, f) for f in flown],
            "assignments": [assignments.public(a) for a in assignments.listed(session, visible)],
            "incidents": [incidents.headline(i) for i in known],
            "drone_requests": [requests.public(session, one) for one in asked],
            "parts": {
                "closed_incidents": {"shown": len(closed), "total": closed.total},
                "flights_over": {"shown": len(over), "total": over.total},
            },
        }
