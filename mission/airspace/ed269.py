"""ED-269 (EUROCAE, 2020): zones out of a document and into one. Both roots, `features` and `UASZoneList`, are read.

Read beyond the standard: limits as texts or null, `dailyPeriod` for `schedule`, `uSpaceClass` and
`restrictionConditions` as text or list, identifiers of more than 7 characters, hours with or without seconds.
A circle's radius is in the unit of its volume, feet included.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from shapely import Polygon

from mission.airspace import reading
from mission.airspace.applicability import DAYS, Applicability, DailyPeriod, SunEvent
from mission.airspace.heights import HeightReference, LengthUnit, Limit, ceiling_of, floor_of, geoid_near
from mission.airspace.outlines import polygon_of
from mission.airspace.reading import Notes
from mission.airspace.rings import BadOutline, circle, polygons
from mission.airspace.zones import Authority, Circle, UasZone, ZoneFormat, ZoneVolume
from telemetry.clock import iso
from telemetry.messages import Message

REASONS = frozenset(
    {"AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "FOREIGN_TERRITORY", "EMERGENCY", "OTHER"}
)
AUTHORITY_FIELDS = ("name", "service", "email", "contactName", "siteURL", "phone", "purpose")
SHAPE_FIELDS = frozenset({"geometry", "applicability"})


def features(document: Mapping[str, Any]) -> list[Any] | None:
    """The zones of a document of this format as they are; None when it is none."""
    for root in ("features", "UASZoneList"):
        found = document.get(root)
        if isinstance(found, list) and document.get("type") != "FeatureCollection":
            return found
    return None


def read_zone(feature: Mapping[str, Any], notes: Notes) -> UasZone:
    """One zone, what is unclear at its worst and noted. Raises BadOutline when no outline can be drawn."""
    identifier = reading.text(feature.get("identifier"))
    if not identifier:
        notes.doubt("identifier", Message("airspace.unclear.none"))
    elif len(identifier) > 7:
        notes.remarks.append(Message("airspace.unclear.identifier_long", identifier=identifier[:60]))
    return UasZone(
        identifier=identifier or "no identifier",
        country=reading.text(feature.get("country")),
        name=reading.text(feature.get("name")) or identifier,
        restriction=reading.restriction(feature.get("restriction"), "restriction", notes),
        volumes=_volumes(feature.get("geometry"), notes),
        conditions="; ".join(reading.texts(feature.get("restrictionConditions"))),
        reasons=reading.texts(feature.get("reason")),
        other_reason=reading.text(feature.get("otherReasonInfo")),
        message=reading.text(feature.get("message")),
        exemption={"YES": True, "NO": False}.get(reading.text(feature.get("regulationExemption")).upper()),
        authorities=reading.each(feature.get("zoneAuthority"), _authority, "zoneAuthority", notes),
        applicability=reading.applicability(feature.get("applicability"), "applicability", notes),
        uspace_classes=reading.texts(feature.get("uSpaceClass")),
        source_format=ZoneFormat.ED269,
        published_as=reading.text(feature.get("restriction")),
        kept={key: value for key, value in feature.items() if key not in SHAPE_FIELDS},
    )


def _authority(entry: Mapping[str, Any], what: str, notes: Notes) -> Authority:
    said = {key: reading.text(entry.get(key)) for key in AUTHORITY_FIELDS}
    return Authority(
        name=said["name"],
        service=said["service"],
        contact=said["contactName"],
        email=said["email"],
        phone=said["phone"],
        site=said["siteURL"],
        purpose=said["purpose"],
        interval_before=reading.interval(entry.get("intervalBefore"), f"{what}, intervalBefore", notes),
        kept=entry,
    )


def _volumes(geometry: object, notes: Notes) -> tuple[ZoneVolume, ...]:
    entries = reading.listed(geometry)
    if not entries or entries == [None]:
        raise BadOutline(Message("airspace.outlines.no_geometry"))
    parts = reading.each(entries, _parts, "geometry", notes)
    return tuple(volume for part in parts for volume in part)


def _parts(entry: Mapping[str, Any], what: str, notes: Notes) -> list[ZoneVolume]:
    measured = reading.unit(entry.get("uomDimensions"), f"{what}, uomDimensions", notes)
    lower, upper = reading.limits(
        entry.get("lowerLimit"),
        entry.get("upperLimit"),
        (entry.get("lowerVerticalReference"), entry.get("upperVerticalReference")),
        measured,
        what,
        notes,
    )
    outline = reading.mapping(entry.get("horizontalProjection"), f"{what}, horizontalProjection", notes)
    if outline.get("type") == "Circle":
        shape = circle(outline.get("center"), outline.get("radius"), measured or LengthUnit.M, what)
        return [ZoneVolume(shape, lower, upper)]
    found = polygons(outline.get("type"), outline.get("coordinates"), what, notes)
    return [ZoneVolume(polygon, lower, upper) for polygon in found]


NAMED_ZONES = 5
"""So many of those that lose something are named."""


@dataclass
class Losses:
    """What a format cannot hold, each once, with the zones concerned."""

    found: dict[Message, list[str]] = field(default_factory=dict)

    def note(self, what: Message, zone: UasZone) -> None:
        """Remember that `what` of `zone` was lost."""
        zones = self.found.setdefault(what, [])
        if zone.identifier not in zones:
            zones.append(zone.identifier)

    def sentences(self) -> tuple[Message, ...]:
        """One for each kind of loss."""
        return tuple(_lost(what, zones) for what, zones in self.found.items())


def _lost(what: Message, zones: list[str]) -> Message:
    if len(zones) > NAMED_ZONES:
        return Message("airspace.lost.of_zones_and_more", what=what, zones=zones[:NAMED_ZONES])
    return Message("airspace.lost.of_zones", what=what, zones=zones)


def document(
    zones: Iterable[UasZone], *, title: str, description: str = "", more: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """The zones as an ED-269 document, and what it cannot hold. What is lost makes a zone larger, never smaller."""
    losses = Losses()
    written = [_feature(zone, losses) for zone in zones]
    head = {"title": title}
    if description:
        head["description"] = description
    return {**(more or {}), **head, "features": written}, losses.sentences()


def _feature(zone: UasZone, losses: Losses) -> dict[str, Any]:
    native = zone.source_format is ZoneFormat.ED269
    if not native:
        _note_losses(zone, losses)
    said = {
        "identifier": zone.identifier,
        "country": zone.country,
        "name": zone.name,
        "type": reading.text(zone.kept.get("variant")) or "COMMON",
        "restriction": zone.restriction.value,
        "restrictionConditions": zone.conditions,
        "reason": [reason for reason in zone.reasons if native or reason in REASONS],
        "otherReasonInfo": zone.other_reason,
        "regulationExemption": {True: "YES", False: "NO", None: ""}[zone.exemption],
        "uSpaceClass": list(zone.uspace_classes),
        "message": zone.message,
        "zoneAuthority": [_written_authority(authority) for authority in zone.authorities],
        "extendedProperties": zone.kept.get("extendedProperties"),
    }
    said = {key: value for key, value in said.items() if value not in ("", [], None)}
    times = [_written_period(period, zone, losses) for period in zone.applicability] or [{"permanent": "YES"}]
    if native:
        said |= zone.kept
    return {
        **said,
        "restriction": zone.restriction.value,
        "applicability": times,
        "geometry": [_written_volume(volume, zone, losses) for volume in zone.volumes],
    }


def _note_losses(zone: UasZone, losses: Losses) -> None:
    if zone.published_as.upper() == "USPACE":
        losses.note(Message("airspace.lost.uspace"), zone)
    if set(zone.reasons) - REASONS:
        reasons = sorted(set(zone.reasons) - REASONS)
        losses.note(Message("airspace.lost.reason", format="ED-269", reasons=reasons), zone)
    if any(isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict) and "lang" in value[0]
           for value in zone.kept.values()):  # fmt: skip
        losses.note(Message("airspace.lost.languages"), zone)
    if "dataSource" in zone.kept:
        losses.note(Message("airspace.lost.data_source"), zone)


def _written_authority(authority: Authority) -> dict[str, Any]:
    values = (
        authority.name,
        authority.service,
        authority.email,
        authority.contact,
        authority.site,
        authority.phone,
        authority.purpose,
    )
    written: dict[str, Any] = {key: value for key, value in zip(AUTHORITY_FIELDS, values, strict=True) if value}
    if authority.interval_before is not None:
        written["intervalBefore"] = duration(authority.interval_before)
    return written


def duration(interval: timedelta) -> str:
    """An ISO 8601 duration of days and seconds."""
    if not interval.seconds:
        return f"P{interval.days}D"
    return f"P{interval.days}DT{interval.seconds}S"


def _written_period(period: Applicability, zone: UasZone, losses: Losses) -> dict[str, Any]:
    if period.always and not period.schedule:
        return {"permanent": "YES"}
    written: dict[str, Any] = {"permanent": "YES" if period.permanent else "NO"}
    if period.begins is not None:
        written["startDateTime"] = iso(period.begins)
    if period.ends is not None:
        written["endDateTime"] = iso(period.ends)
    if period.schedule:
        written["schedule"] = [_written_hours(hours, zone, losses) for hours in period.schedule]
    return written


def _written_hours(hours: DailyPeriod, zone: UasZone, losses: Losses) -> dict[str, Any]:
    days = written_days(hours)
    if isinstance(hours.begins, SunEvent) or isinstance(hours.ends, SunEvent):
        losses.note(Message("airspace.lost.sun_hours"), zone)
        return {"day": days}
    ends = "24:00:00Z"
    if hours.ends is not None:
        ends = hour(hours.ends)
    return {"day": days, "startTime": hour(hours.begins), "endTime": ends}


def written_days(hours: DailyPeriod) -> list[str]:
    """The days as both formats write them."""
    if hours.days == frozenset(DAYS):
        return ["ANY"]
    return [day.value for day in DAYS if day in hours.days]


def hour(moment: time) -> str:
    """An hour of the day with its offset."""
    return moment.isoformat().replace("+00:00", "Z")


def _written_volume(volume: ZoneVolume, zone: UasZone, losses: Losses) -> dict[str, Any]:
    lower = volume.lower
    upper = volume.upper
    if HeightReference.WGS84 in (lower.reference, upper.reference):
        losses.note(Message("airspace.lost.ellipsoid"), zone)
        geoid = geoid_near(*polygon_of(volume.shape).bounds)
        lower = _above_sea(lower, floor_of(lower, geoid).offset_m)
        upper = _above_sea(upper, ceiling_of(upper, geoid).offset_m)
    unit = next((limit.unit for limit in (lower, upper) if limit.value), lower.unit)
    return {
        "uomDimensions": unit.value,
        "lowerLimit": lower.value,
        "lowerVerticalReference": lower.reference.value,
        "upperLimit": upper.value,
        "upperVerticalReference": upper.reference.value,
        "horizontalProjection": _written_outline(volume.shape, unit),
    }


def _above_sea(limit: Limit, offset_m: float) -> Limit:
    if limit.reference is not HeightReference.WGS84:
        return limit
    if limit.value is None or abs(offset_m) == float("inf"):
        return Limit(limit.value, HeightReference.AMSL, limit.unit)
    return Limit(offset_m / limit.unit.metres(1.0), HeightReference.AMSL, limit.unit)


def _written_outline(shape: Circle | Polygon, unit: LengthUnit) -> dict[str, Any]:
    if isinstance(shape, Circle):
        radius = shape.radius
        if shape.unit is not unit:
            radius = shape.radius_m / unit.metres(1.0)
        return {"type": "Circle", "center": [shape.lon, shape.lat], "radius": radius}
    return {"type": "Polygon", "coordinates": rings(shape)}


def rings(polygon: Polygon) -> Sequence[list[list[float]]]:
    """The rings of a polygon as GeoJSON has them."""
    return [[[lon, lat] for lon, lat, *_ in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]
