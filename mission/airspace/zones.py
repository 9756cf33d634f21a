"""UAS geographical zones as values: what an authority published, in one shape whatever the file. Evaluates nothing.

Terms are those of ED-269 (2020) and ED-318 (2024), the two formats of the Regulation (EU) 2019/947, Article 15.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shapely import Polygon

from mission.airspace.applicability import Applicability, DegreeBox, TimeSpan, active_spans
from mission.airspace.heights import FROM_GROUND, NO_LIMIT, LengthUnit, Limit
from telemetry.messages import Message


class Restriction(StrEnum):
    """What a zone asks of a flight, gravest first."""

    PROHIBITED = "PROHIBITED"
    """Nobody flies there."""
    REQ_AUTHORISATION = "REQ_AUTHORISATION"
    """Only with the authority's permit. ED-318's USPACE becomes this: U-space wants an authorisation of each flight
    (Regulation (EU) 2021/664, Article 6)."""
    CONDITIONAL = "CONDITIONAL"
    """Only as its conditions say."""
    NO_RESTRICTION = "NO_RESTRICTION"
    """Information."""

    @property
    def gravity(self) -> int:
        """Greater is graver; 0 for information."""
        return len(Restriction) - 1 - list(Restriction).index(self)


class ZoneFormat(StrEnum):
    """The format a zone came in."""

    ED269 = "ED-269"
    ED318 = "ED-318"


@dataclass(frozen=True)
class Circle:
    """A circle on the ellipsoid."""

    lat: float
    lon: float
    radius: float
    """As published, in `unit`."""
    unit: LengthUnit = LengthUnit.M

    @property
    def radius_m(self) -> float:
        """Metres."""
        return self.unit.metres(self.radius)


@dataclass(frozen=True)
class ZoneVolume:
    """One outline with its heights; a zone may have several."""

    shape: Circle | Polygon
    """A polygon has (longitude, latitude) degrees, straight between its corners on the plane of those (RFC 7946),
    and goes on beyond 180 where it crosses that meridian."""
    lower: Limit = FROM_GROUND
    upper: Limit = NO_LIMIT


@dataclass(frozen=True)
class Authority:
    """Who is asked, or told, and how long before."""

    name: str = ""
    service: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    site: str = ""
    purpose: str = ""
    """AUTHORIZATION, NOTIFICATION or INFORMATION."""
    interval_before: timedelta | None = None
    """How long before the flight it wants to be asked at the latest."""
    kept: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The entry as its file had it."""


@dataclass(frozen=True)
class UasZone:
    """One UAS geographical zone."""

    identifier: str
    """Unique in its country, but for zones that differ by class of operation."""
    country: str
    """ISO 3166-1 alpha-3, as published."""
    name: str
    restriction: Restriction
    volumes: tuple[ZoneVolume, ...]
    conditions: str = ""
    """What a conditional zone asks, in the authority's words."""
    reasons: tuple[str, ...] = ()
    """AIR_TRAFFIC, SENSITIVE, PRIVACY, POPULATION, NATURE, NOISE, EMERGENCY, OTHER, ..."""
    other_reason: str = ""
    message: str = ""
    exemption: bool | None = None
    """Whether flights for the State's own business may be exempt; None when not said."""
    authorities: tuple[Authority, ...] = ()
    applicability: tuple[Applicability, ...] = ()
    """Any of them; none means always."""
    uspace_classes: tuple[str, ...] = ()
    """Classes of operation that it is meant for (ED-269 uSpaceClass). Not used to leave a zone out."""
    source_format: ZoneFormat = ZoneFormat.ED269
    published_as: str = ""
    """The restriction in the file's own word, such as USPACE or REQ_AUTHORIZATION."""
    kept: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What its file said beyond outline and times, in the file's own words: languages, region, own extensions."""
    remarks: tuple[Message, ...] = ()
    """What was read on the safe side because the file was unclear; a sentence each."""

    @property
    def always(self) -> bool:
        """Whether it applies at every moment."""
        return not self.applicability or any(one.always for one in self.applicability)

    def active(self, begins: datetime, ends: datetime, place: DegreeBox) -> list[TimeSpan]:
        """When it applies between two moments (UTC), in order; `place` is the box that it covers."""
        return active_spans(self.applicability, begins, ends, place)
