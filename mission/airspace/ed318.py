"""ED-318 (EUROCAE, 2024): zones out of a GeoJSON FeatureCollection and into one.

A height is the `layer` of a geometry, a circle a Point with an `extent`, several layers a GeometryCollection. The
radius of a circle is in metres whatever the unit of the layer (GeoJSON has no other; the standard's schema leaves it
open, and metres is the larger reading). No `limitedApplicability` means always. Texts come in several languages: the
town's is taken, then English, then the first; all of them are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any

from mission.airspace import reading
from mission.airspace.applicability import Applicability, DailyPeriod, SunEvent
from mission.airspace.ed269 import Losses, duration, hour, rings, written_days
from mission.airspace.heights import LengthUnit
from mission.airspace.reading import Notes
from mission.airspace.rings import BadOutline, circle, polygons
from mission.airspace.zones import Authority, Circle, Restriction, UasZone, ZoneFormat, ZoneVolume
from telemetry.clock import iso
from telemetry.messages import Message

ENGLISH = "en"
REASONS = frozenset(
    {"AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "DAR", "EMERGENCY", "OTHER"}
)
TEXTS = ("name", "otherReasonInfo", "message")


def features(document: Mapping[str, Any]) -> list[Any] | None:
    """The zones of a document of this format as they are; None when it is none."""
    found = document.get("features")
    if not isinstance(found, list) or document.get("type") != "FeatureCollection":
        return None
    return found


def text_in(value: object, languages: Sequence[str]) -> str:
    """A text in the first of `languages` (such as `lt`) that it has, else its first; also a plain text."""
    if isinstance(value, dict):
        return reading.text(value.get("text"))
    if not isinstance(value, list):
        return reading.text(value)
    said = [entry for entry in value if isinstance(entry, dict) and reading.text(entry.get("text"))]
    for language in languages:
        for entry in said:
            if reading.text(entry.get("lang")).lower().split("-")[0] == language:
                return reading.text(entry["text"])
    if said:
        return reading.text(said[0]["text"])
    return "; ".join(t for t in value if isinstance(t, str))


def read_zone(feature: Mapping[str, Any], notes: Notes, languages: Sequence[str] = (ENGLISH,)) -> UasZone:
    """One zone, what is unclear at its worst and noted. Raises BadOutline when no outline can be drawn."""
    facts = reading.mapping(feature.get("properties"), "properties", notes)
    identifier = reading.text(facts.get("identifier"))
    if not identifier:
        notes.doubt("identifier", Message("airspace.unclear.none"))

    def authority(entry: Mapping[str, Any], what: str, notes: Notes) -> Authority:
        return _authority(entry, what, notes, languages)

    kept = {key: value for key, value in facts.items() if key != "limitedApplicability"}
    return UasZone(
        identifier=identifier or "no identifier",
        country=reading.text(facts.get("country")),
        name=text_in(facts.get("name"), languages) or identifier,
        restriction=reading.restriction(facts.get("type"), "type", notes),
        volumes=tuple(_volumes(feature.get("geometry"), {}, "geometry", notes)),
        conditions=text_in(facts.get("restrictionConditions"), languages),
        reasons=reading.texts(facts.get("reason")),
        other_reason=text_in(facts.get("otherReasonInfo"), languages),
        message=text_in(facts.get("message"), languages),
        exemption={"YES": True, "NO": False}.get(reading.text(facts.get("regulationExemption")).upper()),
        authorities=reading.each(facts.get("zoneAuthority"), authority, "zoneAuthority", notes),
        applicability=reading.applicability(facts.get("limitedApplicability"), "limitedApplicability", notes),
        source_format=ZoneFormat.ED318,
        published_as=reading.text(facts.get("type")),
        kept=kept,
    )


def _authority(entry: Mapping[str, Any], what: str, notes: Notes, languages: Sequence[str]) -> Authority:
    return Authority(
        name=text_in(entry.get("name"), languages),
        service=text_in(entry.get("service"), languages),
        contact=text_in(entry.get("contactName"), languages),
        email=text_in(entry.get("email"), languages),
        phone=text_in(entry.get("phone"), languages),
        site=text_in(entry.get("siteURL"), languages),
        purpose=reading.text(entry.get("purpose")),
        interval_before=reading.interval(entry.get("intervalBefore"), f"{what}, intervalBefore", notes),
        kept=entry,
    )


def _volumes(geometry: object, outer: Mapping[str, Any], what: str, notes: Notes, depth: int = 0) -> list[ZoneVolume]:
    if not isinstance(geometry, dict) or depth > 3:
        raise BadOutline(Message("airspace.outlines.not_a_geometry", what=what, value=reading.shown(geometry)))
    layer = geometry.get("layer", outer)
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list) or not parts:
            raise BadOutline(Message("airspace.outlines.empty_collection", what=what))
        return [
            volume
            for place, part in enumerate(parts, start=1)
            for volume in _volumes(part, layer, f"{what} {place}", notes, depth + 1)
        ]
    heights = reading.mapping(layer, f"{what}, layer", notes)
    if not heights:
        notes.doubt(f"{what}, layer", Message("airspace.unclear.no_layer"))
    measured = reading.unit(heights.get("uom", "m"), f"{what}, layer, uom", notes)
    lower, upper = reading.limits(
        heights.get("lower"),
        heights.get("upper"),
        (heights.get("lowerReference"), heights.get("upperReference")),
        measured,
        f"{what}, layer",
        notes,
    )
    if geometry.get("type") == "Point":
        extent = reading.mapping(geometry.get("extent"), f"{what}, extent", notes)
        if extent.get("subType") != "Circle":
            raise BadOutline(Message("airspace.outlines.point", what=what))
        return [ZoneVolume(circle(geometry.get("coordinates"), extent.get("radius"), LengthUnit.M, what), lower, upper)]
    found = polygons(geometry.get("type"), geometry.get("coordinates"), what, notes)
    return [ZoneVolume(polygon, lower, upper) for polygon in found]


def document(
    zones: Iterable[UasZone], *, title: str, language: str = ENGLISH, more: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """The zones as an ED-318 document, and what it cannot hold. `language` is that of texts which have none."""
    losses = Losses()
    written = [_feature(zone, language, losses) for zone in zones]
    return {**(more or {}), "type": "FeatureCollection", "name": title, "features": written}, losses.sentences()


def _feature(zone: UasZone, language: str, losses: Losses) -> dict[str, Any]:
    native = zone.source_format is ZoneFormat.ED318
    said: dict[str, Any] = {
        "identifier": zone.identifier,
        "country": zone.country,
        "name": _texts(zone.name, language),
        "variant": reading.text(zone.kept.get("type")) or "COMMON",
        "restrictionConditions": zone.conditions,
        "reason": [reason for reason in zone.reasons if reason in REASONS],
        "otherReasonInfo": _texts(zone.other_reason, language),
        "regulationExemption": {True: "YES", False: "NO", None: ""}[zone.exemption],
        "message": _texts(zone.message, language),
        "zoneAuthority": [_written_authority(authority, language) for authority in zone.authorities],
        "extendedProperties": _extended(zone),
    }
    if not native and set(zone.reasons) - REASONS:
        reasons = sorted(set(zone.reasons) - REASONS)
        losses.note(Message("airspace.lost.reason", format="ED-318", reasons=reasons), zone)
    said = {key: value for key, value in said.items() if value not in ("", [], None, {})}
    if native:
        said |= zone.kept
    properties = {**said, "type": _type(zone)}
    if not zone.always:
        properties["limitedApplicability"] = [_written_period(period) for period in zone.applicability]
    geometry = {"type": "GeometryCollection", "geometries": [_written_volume(volume) for volume in zone.volumes]}
    if len(zone.volumes) == 1:
        geometry = _written_volume(zone.volumes[0])
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _type(zone: UasZone) -> str:
    if zone.restriction is not Restriction.REQ_AUTHORISATION:
        return zone.restriction.value
    if zone.published_as.upper() == "USPACE":
        return "USPACE"
    return "REQ_AUTHORIZATION"


def _texts(said: str, language: str) -> list[dict[str, str]]:
    if not said:
        return []
    return [{"text": said, "lang": language}]


def _extended(zone: UasZone) -> dict[str, Any]:
    """The file's own extensions, and ED-269's uSpaceClass, which ED-318 has no place for."""
    own = zone.kept.get("extendedProperties")
    extended: dict[str, Any] = {}
    if isinstance(own, dict):
        extended |= own
    if zone.uspace_classes:
        extended["uSpaceClass"] = list(zone.uspace_classes)
    return extended


def _written_authority(authority: Authority, language: str) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": _texts(authority.name, language),
        "service": _texts(authority.service, language),
        "contactName": _texts(authority.contact, language),
        "siteURL": authority.site,
        "email": authority.email,
        "phone": authority.phone,
        "purpose": authority.purpose,
        "intervalBefore": "" if authority.interval_before is None else duration(authority.interval_before),
    }
    return {key: value for key, value in written.items() if value}


def _written_period(period: Applicability) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if period.begins is not None:
        written["startDateTime"] = iso(period.begins)
    if period.ends is not None:
        written["endDateTime"] = iso(period.ends)
    if period.schedule:
        written["schedule"] = [_written_hours(hours) for hours in period.schedule]
    return written


def _written_hours(hours: DailyPeriod) -> dict[str, Any]:
    return {"day": written_days(hours), **_mark("start", hours.begins), **_mark("end", hours.ends)}


def _mark(side: str, mark: time | SunEvent | None) -> dict[str, str]:
    if isinstance(mark, SunEvent):
        return {f"{side}Event": mark.value}
    if mark is None:
        return {f"{side}Time": "24:00:00Z"}
    return {f"{side}Time": hour(mark)}


def _written_volume(volume: ZoneVolume) -> dict[str, Any]:
    unit = next((limit.unit for limit in (volume.lower, volume.upper) if limit.value), volume.lower.unit)
    layer = {
        "upper": volume.upper.value,
        "upperReference": volume.upper.reference.value,
        "lower": volume.lower.value,
        "lowerReference": volume.lower.reference.value,
        "uom": unit.value.lower(),
    }
    if isinstance(volume.shape, Circle):
        centre = [volume.shape.lon, volume.shape.lat]
        extent = {"subType": "Circle", "radius": volume.shape.radius_m}
        return {"type": "Point", "coordinates": centre, "extent": extent, "layer": layer}
    return {"type": "Polygon", "coordinates": rings(volume.shape), "layer": layer}
