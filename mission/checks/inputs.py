"""Everything the checks look at, gathered once. What is None is not known, and is said so by its check."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from shapely import Polygon

from mission.airspace.evaluate import Airspace, ZoneFinding
from mission.airspace.permits import Permit
from mission.airspace.volume import Volume
from mission.checks.policy import Policy
from mission.checks.segments import Profile
from mission.checks.verdict import Level, Verdict
from mission.checks.volumes import Samples, ground_risk_area, operational_volumes, samples_of
from mission.formats.document import FenceArea
from mission.registry.values import Papers
from mission.routes.cameras import Camera
from mission.routes.energy_factor import EnergyFactor
from mission.routes.image_count import ENOUGH_IMAGES
from mission.routes.pictures import Pictures
from mission.weather.values import Outlook
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles import Airframe


class PeopleKind(StrEnum):
    """What brings people to an area."""

    GATHERING = "gathering"
    """An assembly or event: many people who cannot move away."""
    BUILT_UP = "built_up"
    """Residential, commercial, industrial or recreational (UAS.OPEN.040)."""
    ROAD = "road"


@dataclass(frozen=True)
class PeopleArea:
    """An area with uninvolved people in it."""

    name: str
    kind: PeopleKind
    area: Polygon
    """(longitude, latitude) degrees."""


@dataclass(frozen=True)
class Obstacle:
    """Something tall whose owner has asked for the flight (UAS.OPEN.010 (3))."""

    lat: float
    lon: float
    height_m: float
    """Above ground."""


@dataclass(frozen=True)
class OtherFlight:
    """Another flight of the own service that is planned or in the air."""

    name: str
    unit: str
    """The drone's name."""
    same_drone: bool
    same_pilot: bool
    begins: datetime
    ends: datetime
    volumes: tuple[Volume, ...] = ()
    """Its operational volumes; none when its path is not known, which then counts as everywhere."""


@dataclass(frozen=True)
class PilotDuty:
    """A flight of the same pilot, before or after this one."""

    name: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class MappedArea:
    """An area that the flight's pictures are to map."""

    area: Polygon
    """(longitude, latitude) degrees."""
    camera: Camera
    wanted: int = ENOUGH_IMAGES
    """Pictures that are to show every point of it."""
    asked: bool = False
    """Whether the pilot asked for that number."""
    others: tuple[Pictures, ...] = ()
    """Those of the other sorties of the same survey."""


@dataclass(frozen=True)
class Inputs:
    """One flight and what is known about it."""

    profile: Profile
    at: datetime
    """Take-off, UTC."""
    now: datetime
    airframe: Airframe
    policy: Policy
    zone: ZoneInfo
    """The town's own time."""
    simulated: bool = False
    """Whether the drone is simulated, so that invented zones may be its zones."""
    papers: Papers | None = None
    airspace: Airspace | None = None
    permits: tuple[Permit, ...] | None = None
    people: tuple[PeopleArea, ...] | None = None
    obstacles: tuple[Obstacle, ...] = ()
    weather: Outlook | None = None
    others: tuple[OtherFlight, ...] | None = None
    duties: tuple[PilotDuty, ...] | None = None
    fence: tuple[FenceArea, ...] = ()
    rally: tuple[Position, ...] = ()
    items: tuple[MissionItem, ...] = ()
    """The mission, as far as the autopilot is to judge it."""
    autopilot: AutopilotName | None = None
    """What the drone flies with; None where nobody knows."""
    pilot_at: Position | None = None
    """Where the pilot stands; home when not given."""
    energy: EnergyFactor = field(default_factory=EnergyFactor)
    """What the drone's last flights say of the energy model."""
    mapped: MappedArea | None = None
    """None for a flight that maps nothing, or of which that is not known."""
    bvlos: bool = False
    """Whether an authorisation for BVLOS is held that no register here holds."""

    @property
    def held_papers(self) -> Papers:
        """What the register holds; empty papers where there is no register."""
        return self.papers or Papers()

    @property
    def pilot_frame(self) -> LocalFrame:
        """Metres east and north of where the pilot stands."""
        if self.pilot_at is None:
            return LocalFrame(self.profile.home.lat, self.profile.home.lon)
        return LocalFrame(self.pilot_at.lat, self.pilot_at.lon)

    @property
    def ends(self) -> datetime:
        """Landing as planned, UTC."""
        return self.at + timedelta(seconds=self.profile.duration_s)

    @cached_property
    def samples(self) -> Samples:
        """The path every 10 m over the terrain."""
        return samples_of(self.profile)

    @cached_property
    def volumes(self) -> tuple[Volume, ...]:
        """The operational volume, one part a segment."""
        return operational_volumes(self.profile, self.samples, at=self.at, policy=self.policy)

    @cached_property
    def findings(self) -> tuple[ZoneFinding, ...]:
        """The zones that the operational volume meets."""
        if self.airspace is None:
            return ()
        return tuple(self.airspace.findings(self.volumes))

    @cached_property
    def perhaps(self) -> frozenset[str]:
        """Those of `findings`, by identifier, that home's height above the sea decides, which is not known."""
        if self.airspace is None or self.profile.anchor.home.known:
            return frozenset()
        lowest = [replace(volume, off_m=(volume.off_m[0], volume.off_m[0])) for volume in self.volumes]
        highest = [replace(volume, off_m=(volume.off_m[1], volume.off_m[1])) for volume in self.volumes]
        low, high = ({one.zone.identifier for one in self.airspace.findings(each)} for each in (lowest, highest))
        return frozenset(finding.zone.identifier for finding in self.findings) - (low & high)

    @cached_property
    def ground_risk(self) -> Polygon:
        """Where it may come down, (longitude, latitude) degrees."""
        return ground_risk_area(self.profile, self.samples, self.policy)

    def not_known(self, check: str, rule: Message, what: Message, clears: Message) -> Verdict:
        """The verdict of a check that lacks its data: never a silent pass."""
        level = Level.block_if(self.policy.unknown_blocks)
        return Verdict(check, level, rule, Message("checks.not_known", what=what), clears, unknown=True)
