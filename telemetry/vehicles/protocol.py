"""What every vehicle driver offers, and the values that go to and from it. Knows no wire and no database."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem

if TYPE_CHECKING:
    from telemetry.links.link_monitor import LinkStatus
    from telemetry.transfer.onboard_plan import OnboardPlan, PlanOutcome
    from telemetry.transfer.refusals import AutopilotName
    from telemetry.vehicles.arming_blocks import ArmingBlocks
    from telemetry.vehicles.camera_poses import CameraPose, NoPose
    from telemetry.vehicles.failsafes import Failsafes
    from telemetry.vehicles.notices import Notice


@dataclass(frozen=True)
class VehicleState:
    """What a vehicle says of itself at one moment."""

    at: datetime
    """When it was heard, UTC."""
    position: Position
    """Its altitude is metres above mean sea level."""
    relative_alt_m: float
    """Metres above its home."""
    heading_deg: float | None
    """Clockwise from true north."""
    ground_speed_m_s: float
    battery: float | None
    """Fraction left, 0..1."""
    armed: bool
    in_air: bool
    mode: str
    """A word: hold, mission, return, land, takeoff, manual, …"""
    mission_current: int
    """Items done of the mission that was put on board: 0 before the first, `mission_total` when all are."""
    mission_total: int
    """Items of the mission that was read back last; where none was, by the vehicle's own word."""
    gps_ok: bool
    """Whether it has a three-dimensional fix."""
    camera: "CameraPose | None" = None
    """Where its camera looks, where it tells."""
    mission_changed: Message | None = None
    """What says that somebody else changed the mission since it was read back; None while nothing does."""


class Vehicle(Protocol):
    """One vehicle on one link. What waits for its answer raises VehicleSilent when there is none."""

    @property
    def autopilot(self) -> "AutopilotName":
        """Which autopilot it flies with, once it is connected."""

    async def connect(self, timeout_s: float) -> None:
        """Open the link and wait for the vehicle's heartbeat at most `timeout_s` seconds."""

    async def upload_plan(self, plan: "OnboardPlan") -> "PlanOutcome":
        """Replace mission, geofence and rally points (empty lists too), read all back, and say what is on board then.

        The fence goes first. Where one list fails, those that were replaced before it are put back or cleared; so are
        all when it is cancelled half way, which then raises UploadBrokenOff (a CancelledError).
        """

    async def read_plan(self) -> "OnboardPlan":
        """Mission, geofence and rally points on board, as the vehicle gives them back."""

    async def plan_difference(self, plan: "OnboardPlan") -> Message | None:
        """The first thing in which what is on board would be flown otherwise than `plan`; None for nothing."""

    async def read_failsafes(self) -> "Failsafes":
        """What the vehicle does by itself when something goes wrong, read from its parameters; takes up to 5 s."""

    async def difference(self, items: Sequence[MissionItem]) -> Message | None:
        """The first thing in which the mission on board would be flown otherwise than `items`; None for nothing."""

    async def start_mission(self) -> None:
        """Arm and fly the mission from its first item, or go on with it after a hold.

        Raises Conflict when the vehicle refuses, with the reasons that it gives.
        """

    async def hold(self) -> None:
        """Stop and stay where it is."""

    async def go_to(self, point: Position, height_m: float) -> None:
        """Leave the mission, fly to a place at `height_m` metres above home, and stay there.

        Raises Conflict when the vehicle refuses, or says that it flies elsewhere.
        """

    async def look_at(self, point: Position | None) -> None:
        """Keep the camera on a point (altitude above mean sea level); None to look ahead again."""

    async def disarm(self) -> None:
        """Stop the motors on the ground. Raises Conflict in the air."""

    async def stop_motors(self) -> None:
        """Stop the motors at once, in the air too: it falls. For when anything else is worse."""

    async def return_home(self) -> None:
        """Fly home and land."""

    async def land(self) -> None:
        """Land where it is."""

    def states(self) -> AsyncIterator[VehicleState]:
        """About four states a second while the vehicle is heard; none while it is silent. Ends with `close`.

        After a loss of the link the first one comes when mode, mission item and battery have been heard anew.
        """

    def notices(self) -> "list[Notice]":
        """What the vehicle itself says of trouble, at any severity, and its warnings; new ones, each given once."""

    def arming_blocks(self) -> "ArmingBlocks":
        """What keeps the vehicle from arming, by its own word, kept until it is cleared."""

    def camera_pose(self, moment: float) -> "CameraPose | NoPose":
        """Where its camera was and looked at `moment`, seconds of the monotonic clock, or why nobody knows.

        May be called from any thread.
        """

    def link_status(self) -> "LinkStatus":
        """How the link is, and when it was lost and came back."""

    async def close(self) -> None:
        """Let go of the link; the vehicle goes on with what it does."""
