"""What a briefing is made of, whether its plan comes from the database or from a file. Looks nothing up."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from shapely import Polygon

from mission.briefing.restrictions import BriefingRestriction, Contact, restrictions_near
from mission.checks.data_versions import version_words
from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from mission.formats import PlanFile
from mission.registry.values import LinkLoss
from mission.routes.mission_items import items_to_json
from telemetry.clock import iso
from telemetry.messages import Message

NEAR_DEG = 0.01
"""Zones this far beyond where the flight may come down are printed: about a kilometre, more than the map shows."""
LINK_LOSS = {
    LinkLoss.RETURN: Message("briefing.link_loss.return"),
    LinkLoss.LAND: Message("briefing.link_loss.land"),
    LinkLoss.HOVER: Message("briefing.link_loss.hover"),
    LinkLoss.CONTINUE: Message("briefing.link_loss.continue"),
}


@dataclass(frozen=True)
class Signature:
    """What somebody has already put their name to: an acknowledgement or a permit."""

    subject: Message | str
    who: Message | str
    at: datetime | None
    """UTC; None where it is not known."""
    note: Message | str = ""


@dataclass(frozen=True)
class Briefing:
    """One flight as it is printed. Empty text means that nobody has said, and is printed so."""

    plan: PlanFile
    inputs: Inputs
    """What its checks looked at: profile, airspace, weather, papers."""
    verdicts: tuple[Verdict, ...]
    """What they found; none when nothing was checked."""
    name: str
    town: str = ""
    version: Message | str = ""
    """What was briefed: the plan's number and version, or its file."""
    timed: bool = True
    """Whether `inputs.at` is the take-off; else it is only the moment that was checked for, and the line stays open."""
    pilot: str = ""
    drone: str = ""
    area: Polygon | None = None
    """The problem zone, (longitude, latitude) degrees."""
    signatures: tuple[Signature, ...] = ()
    contacts: tuple[Contact, ...] = ()
    """In the order to call them; the emergency number is always printed above."""

    @property
    def made_at(self) -> datetime:
        """When it was checked and made, UTC."""
        return self.inputs.now

    @cached_property
    def restrictions(self) -> tuple[BriefingRestriction, ...]:
        """The geographical zones round the flight."""
        if self.inputs.airspace is None:
            return ()
        nearby = self.inputs.ground_risk.buffer(NEAR_DEG)
        return restrictions_near(self.inputs.airspace.zones, nearby, self.inputs.zone)

    @property
    def return_height_set(self) -> bool:
        """Whether the register says how high the drone returns; else the town's policy is assumed."""
        papers = self.inputs.papers
        return papers is not None and papers.drone is not None and papers.drone.return_height_m is not None

    @property
    def link_loss(self) -> Message | None:
        """What the drone does when the link is lost; None where the register does not know the drone."""
        drone = self.inputs.held_papers.drone
        if drone is None:
            return None
        return LINK_LOSS[drone.link_loss]

    @property
    def energy(self) -> Mapping[str, Any]:
        """What the energy check compared; empty when it was not made."""
        return next((v.numbers for v in self.verdicts if v.check == "energy" and "flight_wh" in v.numbers), {})

    @property
    def data_versions(self) -> tuple[Message, ...]:
        """What was looked at, and of when: ground, zones, weather, papers."""
        looked_at = (self.inputs.airspace, self.inputs.weather, self.inputs.papers)
        profile = self.inputs.profile
        ground = profile.anchor.words or version_words(profile.terrain.version)
        versions = [one.version for one in looked_at if one is not None]
        return (ground, *(version_words(version) for version in versions if version))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what is flown: items, home, fence and rally points. The same plan gives the same, file or not."""
        flown: dict[str, Any] = {
            "items": items_to_json(list(self.plan.items)),
            "home": None,
            "fence": [asdict(part) for part in self.plan.fence],
            "rally": [place.model_dump(include={"lat", "lon", "alt_m"}) for place in self.plan.rally],
        }
        if self.plan.home is not None:
            flown["home"] = self.plan.home.model_dump(include={"lat", "lon", "alt_m"})
        text = json.dumps(flown, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def worst(self) -> Level | None:
        """The verdict that stands in the way most; None when nothing was checked."""
        order = list(Level)
        return max((verdict.level for verdict in self.verdicts), key=order.index, default=None)

    def local(self, moment: datetime) -> Message:
        """`moment` on the town's clock, with the zone's short name."""
        zone = self.inputs.zone
        name = moment.astimezone(zone).tzname()
        return Message("briefing.local", at=moment, time_zone=zone.key, zone_name=name)

    def utc(self, moment: datetime) -> str:
        """`moment` as ISO 8601 in UTC, to the minute."""
        return f"{iso(moment)[:16]}Z"
