"""What a briefing is made of, whether its plan comes from the database or from a file. Looks nothing up."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shapely import Polygon

from mission.checks.policy import Policy
from mission.checks.profile import Profile
from mission.checks.verdict import Level, Verdict
from mission.formats.document import PlanFile
from mission.plans.items import items_to_json
from telemetry.clock import iso
from telemetry.vehicles import Airframe


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
class Restriction:
    """A geographical zone near the flight, as it is printed."""

    identifier: str
    name: str
    kind: str
    """In the words of ED-269: PROHIBITED, REQ_AUTHORISATION, CONDITIONAL, NO_RESTRICTION."""
    area: Polygon
    """(longitude, latitude) degrees."""
    heights: str
    """From where to where, with units and references."""
    when: str = ""
    """When it applies, in words; empty for always."""
    message: str = ""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Signature:
    """What somebody has already put their name to: an acknowledgement or a permit."""

    subject: str
    who: str
    at: datetime | None
    """UTC; None where it is not known."""
    note: str = ""


@dataclass(frozen=True)
class Briefing:
    """One flight as it is printed. Empty text means that nobody has said, and is printed so."""

    plan: PlanFile
    profile: Profile
    """What flying the plan means, as its checks saw it."""
    name: str
    made_at: datetime
    """When the briefing was made, UTC."""
    zone: ZoneInfo
    """The town's own time, printed beside UTC."""
    town: str = ""
    plan_version: str = ""
    """The plan's own name for what was briefed: its number and version, or the file."""
    flies_at: datetime | None = None
    """When it is to take off, UTC."""
    pilot: str = ""
    drone: str = ""
    airframe: Airframe = field(default_factory=Airframe)
    simulated: bool = False
    """Whether unit, place or flight are invented; every page then says so."""
    summary: Mapping[str, Any] = field(default_factory=dict)
    """The planner's numbers where it made the plan (`mission.routes.route.Summary`)."""
    reserve: float = Policy().reserve
    """Part of a full battery that must be left after landing."""
    return_height_set: bool = False
    """Whether the return height is known to be set on board; else it is what the checks assume."""
    link_loss: str = ""
    """What the vehicle does when the link is lost, in words; empty where nobody has said."""
    area: Polygon | None = None
    """The problem zone, (longitude, latitude) degrees."""
    buffer: Polygon | None = None
    """The ground risk buffer, (longitude, latitude) degrees."""
    restrictions: tuple[Restriction, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    signatures: tuple[Signature, ...] = ()
    weather: Mapping[str, str] = field(default_factory=dict)
    """The weather that the verdicts used, by what it is, with units."""
    contacts: tuple[Contact, ...] = ()
    """In the order to call them; the emergency number is always printed above."""
    streets: Mapping[str, Any] | None = None
    """GeoJSON FeatureCollection to draw below the map, each feature's `kind` as in `mapserver.basemap`."""
    streets_note: str = ""
    """What is to be said of those streets: their source, or that they are invented."""
    data_versions: tuple[str, ...] = ()
    """Zone sets, terrain, weather: what was looked at, and of when."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is flown: items, home, fence and rally points. The same plan gives the same, file or not."""
        flown = {
            "items": items_to_json(list(self.plan.items)),
            "home": None if self.plan.home is None else self.plan.home.model_dump(mode="json", exclude={"accuracy_m"}),
            "fence": [asdict(part) for part in self.plan.fence],
            "rally": [place.model_dump(mode="json", exclude={"accuracy_m"}) for place in self.plan.rally],
        }
        text = json.dumps(flown, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def worst(self) -> Level | None:
        """The verdict that stands in the way most; None when nothing was checked."""
        order = list(Level)
        return max((verdict.level for verdict in self.verdicts), key=order.index, default=None)

    def local(self, moment: datetime, form: str = "%a %d %b %Y %H:%M") -> str:
        """`moment` on the town's clock, with the zone's short name."""
        here = moment.astimezone(self.zone)
        return f"{here.strftime(form)} {here.tzname()}"

    def utc(self, moment: datetime) -> str:
        """`moment` as ISO 8601 in UTC, to the minute."""
        return f"{iso(moment)[:16]}Z"
