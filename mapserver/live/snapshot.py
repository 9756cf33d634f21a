"""The whole picture a principal may see, as of one sequence number."""

from datetime import timedelta
from typing import Any

from incidents.requests import service as requests
from incidents.timeline import repository as incident_repository
from incidents.timeline import service as incidents
from mapserver.services import Services
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.zones import service as zones
from mobile_units.assignments import service as assignments
from telemetry.access import Permission, Principal, visible_cities
from telemetry.clock import iso
from telemetry.units import service as units
from vision.cameras import service as cameras

STILL_SHOWN = timedelta(hours=24)
"""Closed incidents stay on the map this long after their last word."""


def snapshot(parts: Services, principal: Principal) -> dict[str, Any]:
    """Everything on the map for `principal`. Changes numbered above its `seq` are not all in it; those up to it are."""
    cities = visible_cities(principal)
    seq = parts.hub.seq(cities)  # before the database: a change seen twice is harmless, one never seen is not
    now = parts.clock.now()
    with parts.store.read() as session:
        shown = [units.public(u) for u in units.listed(session, cities)]
        recent = incident_repository.listed(session, cities, active_since=now - STILL_SHOWN)
        asked = requests.waiting(session, cities) if principal.may(Permission.SEE_INCIDENTS) else []
        return {
            "epoch": parts.hub.epoch,
            "seq": seq,
            "at": iso(now),
            "demo": parts.settings.demo,
            "cities": [
                {"id": c, "name": c.facts.name, "lat": c.facts.lat, "lon": c.facts.lon, "zone": str(c.facts.zone)}
                for c in sorted(cities)
            ],
            "units": shown,
            "cameras": [cameras.public(c) for c in cameras.listed(session, cities)],
            "zones": [zones.public(z) for z in zones.listed(session, cities)],
            "flights": [flights.public(session, f) for f in flight_repository.listed(session, cities)],
            "assignments": [assignments.public(a) for a in assignments.listed(session, cities)],
            "incidents": [incidents.public(i) for i in recent] if principal.may(Permission.SEE_INCIDENTS) else [],
            "drone_requests": [requests.public(session, one) for one in asked],
        }
