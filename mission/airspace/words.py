"""Zones for people and for the map: heights and times in words, whether one applies now, outlines as GeoJSON."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from mission.airspace.applicability import DAYS, Applicability, DailyPeriod, DegreeBox, SunEvent
from mission.airspace.evaluate import Airspace
from mission.airspace.heights import HeightReference, Limit
from mission.airspace.outlines import polygon_of
from mission.airspace.zones import Authority, Circle, UasZone, ZoneVolume
from mission.zones.geometry import to_geojson
from telemetry.clock import iso

REFERENCES = {
    HeightReference.AGL: "above ground",
    HeightReference.AMSL: "above the sea",
    HeightReference.WGS84: "above the ellipsoid",
}
SUN = {
    SunEvent.BMCT: "dawn (civil twilight)",
    SunEvent.SR: "sunrise",
    SunEvent.SS: "sunset",
    SunEvent.EECT: "dusk (civil twilight)",
}
AHEAD = timedelta(days=14)
"""How far the next change is looked for."""


def heights(volume: ZoneVolume) -> str:
    """Such as `from the ground to 120 m above ground`."""
    lower, upper = volume.lower, volume.upper
    low = "from the ground" if lower.value is None or lower.value <= 0 else f"from {_limit(lower)}"
    high = "upward, without limit" if upper.metres == float("inf") else f"to {_limit(upper)}"
    return f"{low} {high}"


def _limit(limit: Limit) -> str:
    return f"{limit.value:g} {limit.unit.value.lower()} {REFERENCES[limit.reference]}"


def times(zone: UasZone, since: datetime) -> str:
    """When a zone applies from `since` (UTC) on, such as `always` or `SAT, SUN 17:00 UTC to 24:00 UTC`."""
    if zone.always:
        return "always"
    coming = [period for period in zone.applicability if period.ends is None or period.ends >= since]
    return "; ".join(map(_period, coming)) or "no longer"


def _period(period: Applicability) -> str:
    hours = ", and ".join(_hours(hours) for hours in period.schedule)
    since = "" if period.begins is None else f"from {period.begins:%Y-%m-%d %H:%M} UTC"
    until = "" if period.ends is None else f"until {period.ends:%Y-%m-%d %H:%M} UTC"
    return " ".join(part for part in (hours, since, until) if part)


def _hours(hours: DailyPeriod) -> str:
    days = "every day" if hours.days == frozenset(DAYS) else ", ".join(day for day in DAYS if day in hours.days)
    return f"{days} {_mark(hours.begins)} to {'24:00 UTC' if hours.ends is None else _mark(hours.ends)}"


def _mark(mark: time | SunEvent) -> str:
    return SUN[mark] if isinstance(mark, SunEvent) else f"{mark:%H:%M} {mark.tzname() or ''}".strip()


def active(zone: UasZone, place: DegreeBox, at: datetime) -> tuple[bool, datetime | None]:
    """Whether a zone applies at a moment (UTC), and when that changes; None if not within two weeks."""
    spans = zone.active(at, at + AHEAD, place)
    if not spans:
        return False, None
    now = spans[0].begins <= at
    changes = spans[0].ends if now else spans[0].begins
    return now, changes if changes < at + AHEAD else None


def collection(airspace: Airspace, at: datetime, *, within: DegreeBox | None = None) -> dict[str, Any]:
    """The zones as a GeoJSON FeatureCollection for the map: a feature for each outline with its own heights.

    `at` (UTC) is the moment for `active`; `within` keeps those whose box touches that one.
    """
    features: list[dict[str, Any]] = []
    for number, zone in enumerate(airspace.zones):
        place = airspace.place_of(number)
        if within is None or _touch(place, within):
            features += _features(zone, place, number, at)
    return {"type": "FeatureCollection", "version": airspace.version, "at": iso(at), "features": features}


def _touch(a: DegreeBox, b: DegreeBox) -> bool:
    return a.west <= b.east and a.east >= b.west and a.south <= b.north and a.north >= b.south


def _features(zone: UasZone, place: DegreeBox, number: int, at: datetime) -> Iterable[dict[str, Any]]:
    now, changes = active(zone, place, at)
    shared = {
        "zone": number,
        "identifier": zone.identifier,
        "country": zone.country,
        "name": zone.name,
        "restriction": zone.restriction.value,
        "gravity": zone.restriction.gravity,
        "conditions": zone.conditions,
        "reasons": list(zone.reasons),
        "message": zone.message,
        "times": times(zone, at),
        "active": now,
        "changes_at": None if changes is None else iso(changes),
        "authorities": [authority(entry) for entry in zone.authorities],
        "remarks": list(zone.remarks),
    }
    for part, volume in enumerate(zone.volumes):
        own = {"id": f"{number}-{part}", "heights": heights(volume), "circle": isinstance(volume.shape, Circle)}
        limits = {"lower": limit(volume.lower), "upper": limit(volume.upper)}
        outline = to_geojson(polygon_of(volume.shape))
        yield {
            "type": "Feature",
            "id": f"{number}-{part}",
            "geometry": outline,
            "properties": {**shared, **own, **limits},
        }


def limit(one: Limit) -> dict[str, Any]:
    """A limit in JSON: as published, and in metres (null for none)."""
    metres = None if one.value is None or one.metres == float("inf") else one.metres
    return {"value": one.value, "unit": one.unit.value, "reference": one.reference.value, "metres": metres}


def authority(entry: Authority) -> dict[str, Any]:
    """Whom to ask, in JSON."""
    before = entry.interval_before
    return {
        "name": entry.name,
        "service": entry.service,
        "contact": entry.contact,
        "email": entry.email,
        "phone": entry.phone,
        "site": entry.site,
        "purpose": entry.purpose,
        "hours_before": None if before is None else before.total_seconds() / 3_600,
    }
