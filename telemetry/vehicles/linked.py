"""What both drivers share: the link, what is heard on it, and the plans on board. Orders are in `vehicle_commands`."""

import asyncio
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from telemetry.clock import Clock, SystemClock
from telemetry.errors import BadInput, VehicleSilent
from telemetry.finishing import finish
from telemetry.links.link import Link
from telemetry.links.link_monitor import LinkMonitor, LinkStatus
from telemetry.logs.recorder import TlogRecorder
from telemetry.mavlink.signing import SigningKey
from telemetry.messages import Message
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan, PlanOutcome
from telemetry.transfer.verified_upload import UploadOutcome
from telemetry.vehicles.arming_blocks import ArmingBlocks
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from telemetry.vehicles.failsafe_parameters import NAMES, failsafes_of
from telemetry.vehicles.failsafes import Failsafes
from telemetry.vehicles.heard_state import HeardState
from telemetry.vehicles.notices import Notice
from telemetry.vehicles.parameters import read_parameters
from telemetry.vehicles.plan_transfers import PlanTransfers
from telemetry.vehicles.streams import Streams
from telemetry.vehicles.vehicle_commands import CommandedVehicle

POLL_LOOK_S = 1.0
"""Between two looks whether the mission is to be polled."""


class LinkedVehicle(CommandedVehicle, ABC):
    """A vehicle behind a `Link` of our own, which a driver's library is put behind."""

    def __init__(
        self,
        link: str,
        clock: Clock | None = None,
        record_to: Path | None = None,
        signing_key: SigningKey | None = None,
    ) -> None:
        """`link` is a connection URL as MAVSDK writes them, this side's end: udpin://0.0.0.0:14540, serial://…

        Every frame of it, both ways, goes to the telemetry log `record_to`. With a `signing_key` the vehicle is spoken
        to in signed frames, and only what it signs is heard.
        """
        super().__init__(link)
        self._clock = clock or SystemClock()
        self._signing_key = signing_key
        self._recorder = None if record_to is None else TlogRecorder(record_to, self._clock)
        self._monitor: LinkMonitor | None = None
        self._streams: Streams | None = None
        self._plans: PlanTransfers | None = None
        self._polling: asyncio.Task[None] | None = None
        self._closed = False
        self._closing: asyncio.Task[None] | None = None
        self.total = 0
        """Items of the mission on board, as far as known."""

    async def open_link(self, timeout_s: float) -> str:
        """Open the link and wait for an autopilot; gives the URL for the driver's library. Raises VehicleSilent."""
        try:
            self._wire = Link(self.link, self._signing_key, self._clock)
        except BadInput as error:
            raise VehicleSilent(Message("links.cannot_open", link=self.link, reason=error.told)) from error
        if self._recorder is not None:
            self._recorder.start()
            self._wire.listen(self._recorder.take)
            self._wire.listen_to_ourselves(self._recorder.take)
        await self._wire.open()
        self._heard_of = await self._wire.first_autopilot(timeout_s)
        if self._heard_of is None and self._wire.refused:
            raise VehicleSilent(
                Message("links.wrong_key", link=self.link, timeout_s=timeout_s, refused=self._wire.refused)
            )
        if self._heard_of is None:
            raise VehicleSilent(Message("links.no_vehicle", link=self.link, timeout_s=timeout_s))
        loop = asyncio.get_running_loop()
        self._said = said = HeardState(self._heard_of, self._keeping)
        self._plans = PlanTransfers(self._wire, self._heard_of, self._keeping)
        self._wire.listen(lambda frame: said.hear(frame, loop.time()))
        self._polling = asyncio.create_task(self._poll_mission(self._plans))
        self._streams = Streams(self._wire, self._heard_of)
        self._streams.start()
        self._monitor = LinkMonitor(self._wire, self._heard_of, self._clock, self._streams.ask_again)
        self._monitor.start()
        return await self._wire.serve_driver()

    async def close(self) -> None:
        """Let go of the vehicle; goes on to its end when whoever waits is cancelled. It cannot be connected again."""
        self._closed = True
        if self._closing is None or self._closing.cancelled():
            self._closing = asyncio.create_task(self._close())
        await finish(self._closing)

    def __del__(self) -> None:
        if self._wire is not None and not self._closed:
            warnings.warn(f"the vehicle on {self.link} was not closed", ResourceWarning, stacklevel=1, source=self)

    async def _close(self) -> None:
        try:
            await self._let_go()
        finally:
            self._close_link()

    @abstractmethod
    async def _let_go(self) -> None:
        """Let go of the driver's library, while the link is still open."""

    def _close_link(self) -> None:
        if self._monitor is not None:
            self._monitor.stop()
            self._monitor = None
        if self._streams is not None:
            self._streams.stop()
            self._streams = None
        if self._polling is not None:
            self._polling.cancel()
            self._polling = None
        if self._wire is not None:
            self._wire.close()
        if self._recorder is not None:
            self._recorder.close()

    def notices(self) -> list[Notice]:
        return self._said.notices.taken(asyncio.get_running_loop().time())

    def arming_blocks(self) -> ArmingBlocks:
        return self._said.arming.blocks(asyncio.get_running_loop().time())

    def camera_pose(self, moment: float) -> CameraPose | NoPose:
        if self._heard_of is None:
            return NoPose.NO_LINK
        return self._said.poses.at(moment)

    def link_status(self) -> LinkStatus:
        status = LinkStatus()
        if self._monitor is not None:
            status = self._monitor.status
        if self._recorder is None:
            return status
        return replace(status, unrecorded=self._recorder.trouble)

    @property
    def fresh(self) -> bool:
        """Whether what is known of the vehicle was heard after the last loss of the link."""
        return self._monitor is not None and self._monitor.fresh

    async def upload_plan(self, plan: OnboardPlan) -> PlanOutcome:
        self._said.mission.suspend()
        outcome = await self._transfers.put_all(plan)
        if PlanKind.MISSION in outcome.outcomes:
            self._mission_put(outcome.outcomes[PlanKind.MISSION])
        return outcome

    def _mission_put(self, outcome: UploadOutcome) -> None:
        """A transfer of the mission is over: what is counted and watched from now on is what is on board."""
        if outcome.found is not None:
            self._said.progress.begin()
            self._expect(outcome.found, outcome.plan_id)

    async def read_plan(self) -> OnboardPlan:
        return await self._transfers.read_all()

    async def plan_difference(self, plan: OnboardPlan) -> Message | None:
        return await self._transfers.difference(plan)

    async def read_failsafes(self) -> Failsafes:
        wire, target = self._connected()
        return failsafes_of(self.autopilot, await read_parameters(wire, target, NAMES[self.autopilot]))

    async def difference(self, items: Sequence[MissionItem]) -> Message | None:
        fetched = await self._transfers.read(PlanKind.MISSION)
        difference = self._keeping.difference(items, fetched.items or ())
        if difference is None:
            self._expect(fetched.items or (), fetched.plan_id)
        return difference

    def _expect(self, items: Sequence[MissionItem], plan_id: int) -> None:
        """The mission was read back just now, and is ours."""
        self.total = len(items)
        self._said.mission.expect(items, plan_id, asyncio.get_running_loop().time())

    async def _poll_mission(self, plans: PlanTransfers) -> None:
        """Look now and then whether the mission is still ours; never while something else is under way."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(POLL_LOOK_S)
            if plans.busy or self._orders_under_way or not self.fresh:
                continue
            at = self._said.mission.poll_at(loop.time())
            if at is None:
                continue
            poll = await plans.poll(at)
            if poll is not None:
                self._said.mission.polled(poll, loop.time())

    @property
    def done(self) -> int:
        """Items of the mission that are done, as far as heard."""
        done = self._said.progress.done
        return min(done, self.total) if self.total else done

    @property
    def items_on_board(self) -> int:
        """Items of the mission that was read back, or by the vehicle's own word where none was."""
        return self.total or self._said.progress.total

    @property
    def mission_changed(self) -> Message | None:
        """What says that somebody else changed the mission; None while nothing does."""
        return self._said.mission.changed

    def _camera_now(self) -> CameraPose | None:
        pose = self.camera_pose(time.monotonic())
        if isinstance(pose, NoPose):
            return None
        return pose

    @property
    def _transfers(self) -> PlanTransfers:
        if self._plans is None:
            raise VehicleSilent(Message("links.not_connected", link=self.link))
        return self._plans
