"""Permits of an authority, and whether one covers what a flight meets. Keeps none and asks nobody."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shapely import Polygon

from mission.airspace.evaluate import ZoneFinding
from mission.airspace.heights import FROM_GROUND, NO_LIMIT, HeightReference, Limit, ceiling_of, floor_of, geoid_near
from mission.airspace.volume import Volume
from telemetry.clock import town_span, town_time
from telemetry.messages import Message


@dataclass(frozen=True)
class Permit:
    """What an authority allowed, as the town stored it."""

    id: str
    reference: str
    """The authority's own number."""
    begins: datetime
    """UTC."""
    ends: datetime
    """UTC."""
    zones: tuple[str, ...] = ()
    """Identifiers of the zones it is for; none if it names an area only."""
    area: Polygon | None = None
    """(longitude, latitude) degrees; None if it is for the whole of its zones."""
    lower: Limit = FROM_GROUND
    upper: Limit = NO_LIMIT
    operator: str = ""
    """The operator's registration number that it was given to."""
    conditions: str = ""
    """What the flight must observe, in the authority's words."""
    withdrawn_at: datetime | None = None
    """UTC; a withdrawn permit covers nothing."""


@dataclass(frozen=True)
class PermitCoverage:
    """Whether a permit covers a finding; true when it does."""

    why_not: Message | None = None
    """One sentence when it does not."""
    of_this_zone: bool = True
    """False when the permit is for other zones only."""

    def __bool__(self) -> bool:
        return self.why_not is None


def covers(permit: Permit, finding: ZoneFinding, volumes: Sequence[Volume], zone: ZoneInfo) -> PermitCoverage:
    """Whether `permit` allows every one of the finding's volumes: its place, its height and its time, all whole.

    `volumes` are those that were asked about. Heights are compared on the safe side of ground and geoid.
    `zone`: whose time the sentence is in.
    """
    name = permit.reference or permit.id
    if permit.withdrawn_at is not None:
        return PermitCoverage(Message("permits.withdrawn", name=name, when=town_time(permit.withdrawn_at, zone)))
    if permit.zones and finding.zone.identifier not in permit.zones:
        of = finding.zone.identifier
        why_not = Message("permits.other_zones", name=name, zones=permit.zones, zone=of)
        return PermitCoverage(why_not, of_this_zone=False)
    if not permit.zones and permit.area is None:
        return PermitCoverage(Message("permits.names_nothing", name=name))
    for number in finding.volumes:
        lacking = _lacking(permit, volumes[number], zone, leg=number + 1)
        if lacking is not None:
            return PermitCoverage(lacking)
    return PermitCoverage()


def _lacking(permit: Permit, volume: Volume, zone: ZoneInfo, *, leg: int) -> Message | None:
    named = {"name": permit.reference or permit.id, "leg": leg}
    if permit.area is not None and not permit.area.covers(volume.footprint):
        return Message("permits.area_too_small", **named)
    if volume.begins < permit.begins or volume.ends > permit.ends:
        span = town_span(permit.begins, permit.ends, zone)
        flight_span = town_span(volume.begins, volume.ends, zone)
        return Message("permits.other_time", span=span, flight_span=flight_span, **named)
    highest, lowest = _allowed(permit, volume)
    reach = volume.above_sea
    if reach.high_m > highest:
        return Message("permits.too_high", highest=highest, high_m=reach.high_m, **named)
    if reach.low_m < lowest:
        return Message("permits.too_low", lowest=lowest, low_m=reach.low_m, **named)
    return None


def _allowed(permit: Permit, volume: Volume) -> tuple[float, float]:
    """The highest and the lowest height above the sea that is allowed wherever ground and geoid lie."""
    geoid = geoid_near(*volume.footprint.bounds)
    # The geoid band the other way round: a permit must not be read wider than it may be meant.
    narrow = type(geoid)(geoid.high_m, geoid.low_m)
    ceiling = ceiling_of(permit.upper, narrow)
    floor = floor_of(permit.lower, narrow)
    # A limit above ground goes up and down with the whole, so it is compared as if the whole lay highest or lowest.
    off_low, off_high = volume.off_m
    highest = ceiling.offset_m + ceiling.on_ground * (volume.ground_low_m + off_high)
    if permit.lower.reference is HeightReference.AGL and permit.lower.metres <= 0:
        return highest, -math.inf  # from the ground up, wherever the ground below a leg is lowest
    lowest = floor.offset_m + floor.on_ground * (volume.ground_high_m + off_low)
    return highest, lowest
