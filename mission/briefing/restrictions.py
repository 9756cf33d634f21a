"""Geographical zones as they are printed: heights and hours in words, who to call. Judges nothing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
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
from telemetry.messages import Message
from telemetry.sentences import sentences


@dataclass(frozen=True)
class Contact:
    """Somebody to call."""

    role: Message | str
    """Who that is to the flight: operator, coordination centre, …"""
    name: str = ""
    phone: str = ""
    email: str = ""
    note: Message | str | None = None


@dataclass(frozen=True)
class BriefingRestriction:
    """A geographical zone near the flight, as it is printed."""

    identifier: str
    name: str
    kind: str
    """In the words of ED-269: PROHIBITED, REQ_AUTHORISATION, CONDITIONAL."""
    area: BaseGeometry
    """One polygon or several, (longitude, latitude) degrees."""
    heights: Message
    """From where to where, with units and references."""
    when: Message | None = None
    """When it applies; None for always."""
    message: str = ""
    contacts: tuple[Contact, ...] = ()


def restrictions_near(zones: Iterable[UasZone], place: Polygon, clock: ZoneInfo) -> tuple[BriefingRestriction, ...]:
    """The zones that ask something of a flight in `place`, (longitude, latitude) degrees, gravest first."""
    asking = [zone for zone in zones if zone.restriction is not Level.NO_RESTRICTION]
    found = [printed for zone in asking if (printed := restriction_of(zone, clock)).area.intersects(place)]
    return tuple(sorted(found, key=lambda one: (-Level(one.kind).gravity, one.identifier)))


def restriction_of(zone: UasZone, clock: ZoneInfo) -> BriefingRestriction:
    """`zone` as it is printed; several outlines are drawn as one, each with its heights in the words."""
    limits = [Message("airspace.limits.from_to", low=_limit(v.lower), high=_limit(v.upper)) for v in zone.volumes]
    heights = [limit for number, limit in enumerate(limits) if limit not in limits[:number]]
    return BriefingRestriction(
        identifier=zone.identifier,
        name=zone.name,
        kind=zone.restriction.value,
        area=unary_union([polygon_of(volume.shape) for volume in zone.volumes]),
        heights=sentences(heights),
        when=None if zone.always else sentences(_period(one, clock) for one in zone.applicability),
        message=" ".join(filter(None, (zone.message, zone.conditions))),
        contacts=tuple(_contact(authority) for authority in zone.authorities),
    )


def _limit(limit: Limit) -> Message:
    if math.isinf(limit.metres) or limit.value is None:
        return Message("airspace.limits.none")
    if limit.value == 0 and limit.reference is HeightReference.AGL:
        return Message("airspace.limits.ground")
    unit = "m"
    if limit.unit is LengthUnit.FT:
        unit = "ft"
    return Message(f"airspace.limits.{limit.reference.value.lower()}", value=limit.value, unit=unit)


def _period(period: Applicability, clock: ZoneInfo) -> Message:
    parts = []
    if period.begins is not None:
        parts.append(Message("airspace.times.since", when=town_time(period.begins, clock)))
    if period.ends is not None:
        parts.append(Message("airspace.times.until", when=town_time(period.ends, clock)))
    return Message("airspace.times.period", parts=[*parts, *(_hours(each) for each in period.schedule)])


def _hours(each: DailyPeriod) -> Message:
    days: list[Message] = [Message("airspace.times.every_day")]
    if len(each.days) != len(Weekday):
        days = [Message(f"airspace.days.{day.lower()}") for day in Weekday if day in each.days]
    return Message("airspace.times.hours", days=days, begins=_mark(each.begins), ends=_mark(each.ends))


def _mark(mark: time | SunEvent | None) -> Message | str:
    if isinstance(mark, SunEvent):
        return Message(f"airspace.sun.{mark.value.lower()}")
    if mark is None:
        return "24:00"
    return f"{mark:%H:%M%z}"


def _contact(authority: Authority) -> Contact:
    name = ", ".join(filter(None, (authority.name, authority.contact)))
    before = authority.interval_before
    note = None
    if before is not None:
        note = Message("airspace.ask_before", hours=before.total_seconds() / 3600)
    return Contact(Message("briefing.zone_authority"), name, authority.phone, authority.email, note)
