"""Zones for people and for the map: heights and times in words, whether one applies now, outlines as GeoJSON."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from mission.airspace.applicability import DAYS, Applicability, DailyPeriod, DegreeBox, SunEvent
from mission.airspace.evaluate import Airspace
from mission.airspace.heights import Limit
from mission.airspace.outlines import polygon_of
from mission.airspace.zones import Authority, Circle, UasZone, ZoneVolume
from mission.zones.geometry import to_geojson
from telemetry.clock import iso, iso_or_none
from telemetry.messages import Message

AHEAD = timedelta(days=14)
"""How far the next change is looked for."""


def heights(volume: ZoneVolume) -> str:
    """Such as `from the ground to 120 m above ground`."""
    lower = volume.lower
    upper = volume.upper
    to = Message("airspace.heights.no_end")
    if upper.metres != float("inf"):
        to = Message("airspace.heights.to_limit", **_limit(upper))
    if lower.value is None or lower.value <= 0:
        return Message("airspace.heights.from_ground", to=to).text()
    return Message("airspace.heights.from_limit", **_limit(lower), to=to).text()


def _limit(limit: Limit) -> dict[str, Any]:
    return {"value": limit.value, "unit": limit.unit.value.lower(), "reference": limit.reference.value.lower()}


def times(zone: UasZone, since: datetime) -> str:
    """When a zone applies from `since` (UTC) on, such as `always` or `SAT, SUN 17:00 UTC to 24:00 UTC`."""
    if zone.always:
        return Message("airspace.applies.always").text()
    coming = [period for period in zone.applicability if period.ends is None or period.ends >= since]
    return "; ".join(map(_period, coming)) or Message("airspace.applies.no_longer").text()


def _period(period: Applicability) -> str:
    parts = []
    if period.schedule:
        hours = _hours(period.schedule[0])
        for then in period.schedule[1:]:
            hours = Message("airspace.applies.hours_also", first=hours, then=_hours(then))
        parts.append(hours)
    if period.begins is not None:
        parts.append(Message("airspace.applies.since", when=f"{period.begins:%Y-%m-%d %H:%M} UTC"))
    if period.ends is not None:
        parts.append(Message("airspace.applies.until", when=f"{period.ends:%Y-%m-%d %H:%M} UTC"))
    return " ".join(part.text() for part in parts)


def _hours(hours: DailyPeriod) -> Message:
    days = [Message("airspace.times.every_day")]
    if hours.days != frozenset(DAYS):
        days = [Message(f"airspace.days.{day.lower()}") for day in DAYS if day in hours.days]
    ends: Message | str = "24:00 UTC"
    if hours.ends is not None:
        ends = _mark(hours.ends)
    return Message("airspace.applies.hours", days=days, begins=_mark(hours.begins), ends=ends)


def _mark(mark: time | SunEvent) -> Message | str:
    if isinstance(mark, SunEvent):
        return Message(f"airspace.sun_marks.{mark.lower()}")
    return f"{mark:%H:%M} {mark.tzname() or ''}".strip()


def active(zone: UasZone, place: DegreeBox, at: datetime) -> tuple[bool, datetime | None]:
    """Whether a zone applies at a moment (UTC), and when that changes; None if not within two weeks."""
    spans = zone.active(at, at + AHEAD, place)
    if not spans:
        return False, None
    now = spans[0].begins <= at
    changes = spans[0].begins
    if now:
        changes = spans[0].ends
    if changes >= at + AHEAD:
        return now, None
    return now, changes


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
        "changes_at": iso_or_none(changes),
        "authorities": [authority(entry) for entry in zone.authorities],
        "remarks": [remark.text() for remark in zone.remarks],
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
    metres = None
    if one.value is not None and one.metres != float("inf"):
        metres = one.metres
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
