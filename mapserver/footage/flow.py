"""What the cameras have of an incident, as the API and its page show it: what may show it, each with its address."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from sqlmodel import Session

from incidents.camera_views.service import IncidentFootage, OfferedFootage, footage_of
from incidents.camera_views.sightings import FASTEST_MPS, SLOWEST_MPS
from incidents.grouping.habits import default_habits
from incidents.timeline.tables import IncidentRow
from incidents.unknowns.service import not_known
from mapserver.core.services import Services
from telemetry.clock import iso, iso_or_none

KMH = 3.6
"""Kilometres an hour in a metre a second."""


def footage_and_unknowns(parts: Services, session: Session, row: IncidentRow) -> dict[str, Any]:
    """Both, for the page of an incident: they follow from the same look at the cameras."""
    found = footage_of(session, parts.recordings, row, default_habits())
    return {
        "footage": public(found, row.id),
        "not_known": [said.to_answer() for said in not_known(session, row, found)],
    }


def public(found: IncidentFootage, incident_id: str) -> dict[str, Any]:
    """What the cameras have, each with the address at which it plays."""
    nearest = None
    if found.nearest is not None:
        nearest = {
            "camera": found.nearest.camera.id,
            "name": found.nearest.camera.name,
            "view": found.nearest.sight,
            "away_m": round(found.nearest.away_m),
        }
    return {
        "begins": iso_or_none(found.begins),
        "ends": iso_or_none(found.ends),
        "cameras": _offers(found.offered, incident_id),
        "blind": [
            {
                "camera": one.sight.camera.id,
                "name": one.sight.camera.name,
                "away_m": round(one.sight.away_m),
                "down_since": None if one.outage is None else iso(one.outage.begins),
                "down_until": None if one.outage is None else iso_or_none(one.outage.ends),
            }
            for one in found.blind
        ],
        "nearest": nearest,
        "ways_out": _offers(found.leaving, incident_id),
        "slow_kmh": SLOWEST_MPS * KMH,
        "fast_kmh": FASTEST_MPS * KMH,
    }


def _offers(offered: Sequence[OfferedFootage], incident_id: str) -> list[dict[str, Any]]:
    return [
        {
            "camera": one.camera.id,
            "name": one.camera.name,
            "kind": one.camera.kind,
            "away_m": round(one.away_m),
            "begins": iso(one.begins),
            "ends": iso(one.ends),
            "missing": [{"from": iso(gap.begins), "to": iso(gap.ends)} for gap in one.missing],
            "url": _address(one, incident_id),
        }
        for one in offered
    ]


def _address(one: OfferedFootage, incident_id: str) -> str:
    wanted = urlencode({"from": iso(one.begins), "to": iso(one.ends), "incident": incident_id})
    return f"/api/v1/cameras/{quote(one.camera.id, safe='')}/footage?{wanted}"
