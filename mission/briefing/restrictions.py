"""Geographical zones as they are printed: heights and hours in words, who to call. Judges nothing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shapely import Polygon, unary_union
from shapely.geometry.base import BaseGeometry

from mission.airspace.applicability import Applicability, DailyPeriod, SunEvent
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.outlines import polygon_of
from mission.airspace.zones import Authority, UasZone
from mission.airspace.zones import Restriction as Level
from mission.zones.attention import Weekday
from telemetry.clock import town_time

REFERENCES = {
    HeightReference.AGL: "above ground",
    HeightReference.AMSL: "above sea level",
    HeightReference.WGS84: "above the ellipsoid",
}
SUN = {
    SunEvent.BMCT: "begin of morning twilight",
    SunEvent.SR: "sunrise",
    SunEvent.SS: "sunset",
    SunEvent.EECT: "end of evening twilight",
}


@dataclass(frozen=True)
class Contact:
    """Somebody to call."""

    role: str
    """Who that is to the flight: operator, coordination centre, …"""
    name: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""


@dataclass(frozen=True)
class BriefingRestriction:
    """A geographical zone near the flight, as it is printed."""

    identifier: str
    name: str
    kind: str
    """In the words of ED-269: PROHIBITED, REQ_AUTHORISATION, CONDITIONAL."""
    area: BaseGeometry
    """One polygon or several, (longitude, latitude) degrees."""
    heights: str
    """From where to where, with units and references."""
    when: str = ""
    """When it applies, in words; empty for always."""
    message: str = ""
    contacts: tuple[Contact, ...] = ()


def restrictions_near(zones: Iterable[UasZone], place: Polygon, clock: ZoneInfo) -> tuple[BriefingRestriction, ...]:
    """The zones that ask something of a flight in `place`, (longitude, latitude) degrees, gravest first."""
    asking = [zone for zone in zones if zone.restriction is not Level.NO_RESTRICTION]
    found = [printed for zone in asking if (printed := restriction_of(zone, clock)).area.intersects(place)]
    return tuple(sorted(found, key=lambda one: (-Level(one.kind).gravity, one.identifier)))


def restriction_of(zone: UasZone, clock: ZoneInfo) -> BriefingRestriction:
    """`zone` as it is printed; several outlines are drawn as one, each with its heights in the words."""
    heights = dict.fromkeys(f"{_limit(v.lower)} to {_limit(v.upper)}" for v in zone.volumes)
    return BriefingRestriction(
        identifier=zone.identifier,
        name=zone.name,
        kind=zone.restriction.value,
        area=unary_union([polygon_of(volume.shape) for volume in zone.volumes]),
        heights="; ".join(heights),
        when="" if zone.always else "; ".join(_period(one, clock) for one in zone.applicability),
        message=" ".join(filter(None, (zone.message, zone.conditions))),
        contacts=tuple(_contact(authority) for authority in zone.authorities),
    )


def _limit(limit: Limit) -> str:
    if math.isinf(limit.metres) or limit.value is None:
        return "no limit"
    if limit.value == 0 and limit.reference is HeightReference.AGL:
        return "ground"
    unit = "ft" if limit.unit is LengthUnit.FT else "m"
    return f"{limit.value:g} {unit} {REFERENCES[limit.reference]}"


def _period(period: Applicability, clock: ZoneInfo) -> str:
    dates = [
        f"{word} {town_time(moment, clock)}"
        for word, moment in (("from", period.begins), ("until", period.ends))
        if moment is not None
    ]
    return ", ".join([*dates, *(_hours(each) for each in period.schedule)])


def _hours(each: DailyPeriod) -> str:
    days = "every day" if len(each.days) == len(Weekday) else " ".join(day for day in Weekday if day in each.days)
    begins, ends = (
        SUN[mark] if isinstance(mark, SunEvent) else "24:00" if mark is None else f"{mark:%H:%M%z}"
        for mark in (each.begins, each.ends)
    )
    return f"{days} {begins} to {ends}"


def _contact(authority: Authority) -> Contact:
    name = ", ".join(filter(None, (authority.name, authority.contact)))
    before = authority.interval_before
    note = "" if before is None else f"ask {before.total_seconds() / 3600:g} h before"
    return Contact("Zone authority", name, authority.phone, authority.email, note)
