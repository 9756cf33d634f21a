"""What both drivers share: the link, the plan on board, and what the vehicle is told to do.

Both libraries try a command three times or once, which a bad link defeats; here each is asked until answered.
"""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.clock import Clock, SystemClock
from telemetry.errors import BadInput, Conflict, VehicleSilent
from telemetry.links.commands import command
from telemetry.links.link import ARDUPILOT, GROUND_STATION, Heard, Link
from telemetry.links.vigil import REQUEST_MESSAGE, LinkStatus, Vigil
from telemetry.logs.recorder import TlogRecorder
from telemetry.mavlink.signing import SigningKey
from telemetry.positions import Position, distance_m
from telemetry.transfer import keeping
from telemetry.transfer.exchange import Outcome
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.onboard_plan import OnboardPlan, PlanOutcome
from telemetry.vehicles import modes
from telemetry.vehicles.camera_poses import CameraPose, CameraPoses, NoPose
from telemetry.vehicles.notices import Notice, Notices
from telemetry.vehicles.plan_transfers import PlanTransfers
from telemetry.vehicles.progress import Progress
from telemetry.vehicles.protocol import Command, Frame, MissionItem
from telemetry.vehicles.streams import Streams
from telemetry.vehicles.told import Told

SET_MODE, REPOSITION, MISSION_START, ARM_DISARM = 176, 192, 300, 400
"""MAV_CMD numbers."""
POSITION_TARGET = 87
"""POSITION_TARGET_GLOBAL_INT."""
REASONS_WITHIN_S = 1.0
"""ArduPilot says why it does not arm just after it has refused."""
REASONS_BEFORE_S = 3.0
"""PX4 says so before."""
TARGET_M, LOOKS, LOOK_EVERY_S = 3.0, 4, 0.4
"""How near the place it says it flies to must be to the one asked for, and how often it is asked what it is."""
IN_THE_AIR_TOO = 21196.0
"""Param 2 of a disarming command that stops the motors whatever the vehicle does."""


class LinkedVehicle:
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
        self.link, self._clock, self._signing_key = link, clock or SystemClock(), signing_key
        self._recorder = None if record_to is None else TlogRecorder(record_to, self._clock)
        self._vigil: Vigil | None = None
        self._streams: Streams | None = None
        self._progress, self._told, self._notices = Progress(system=0, home_is_item_0=False), Told(0, 0), Notices(0)
        self._poses: CameraPoses | None = None
        self._plans: PlanTransfers | None = None
        self.total = 0
        """Items of the mission on board, as far as known."""
        self._wire: Link | None = None
        self._heard_of: Heard | None = None

    async def open_link(self, timeout_s: float) -> str:
        """Open the link and wait for an autopilot; gives the URL for the driver's library. Raises VehicleSilent."""
        try:
            self._wire = Link(self.link, self._signing_key, self._clock)
        except BadInput as error:
            raise VehicleSilent(f"the link {self.link} cannot be opened: {error.message}") from error
        if self._recorder is not None:
            self._recorder.start()
            self._wire.listen(self._recorder.take)
            self._wire.listen_to_ourselves(self._recorder.take)
        await self._wire.open()
        self._heard_of = await self._wire.first_autopilot(timeout_s)
        if self._heard_of is None and self._wire.refused:
            raise VehicleSilent(
                f"no vehicle on {self.link} signs with our key: in {timeout_s:g} s these were refused: "
                f"{self._wire.refused}; give both sides the same signing key, and set both clocks"
            )
        if self._heard_of is None:
            raise VehicleSilent(
                f"no vehicle answered on {self.link} in {timeout_s:g} s; check that it is on and that its link is set "
                "to this address"
            )
        system, loop = self._heard_of.system, asyncio.get_running_loop()
        self._progress = Progress(system=system, home_is_item_0=self.is_ardupilot)
        self._told, self._notices = Told(system, self._heard_of.component), Notices(system)
        self._poses = poses = CameraPoses(system, self._heard_of.component)
        self._wire.listen(self._progress.hear)
        self._wire.listen(self._told.hear)
        self._wire.listen(lambda frame: self._notices.hear(frame, loop.time()))
        self._wire.listen(lambda frame: poses.hear(frame, time.monotonic()))
        self._streams = Streams(self._wire, self._heard_of)
        self._streams.start()
        self._vigil = Vigil(self._wire, self._heard_of, self._clock, self._streams.ask_again)
        self._vigil.start()
        return await self._wire.serve_driver()

    def close_link(self) -> None:
        """Let go of it."""
        if self._vigil is not None:
            self._vigil.stop()
            self._vigil = None
        if self._streams is not None:
            self._streams.stop()
            self._streams = None
        if self._wire is not None:
            self._wire.close()
        if self._recorder is not None:
            self._recorder.close()

    def notices(self) -> list[Notice]:
        return self._notices.taken(asyncio.get_running_loop().time())

    def camera_pose(self, moment: float) -> CameraPose | NoPose:
        return NoPose.NO_LINK if self._poses is None else self._poses.at(moment)

    def link_status(self) -> LinkStatus:
        status = LinkStatus() if self._vigil is None else self._vigil.status
        return status if self._recorder is None else replace(status, unrecorded=self._recorder.trouble)

    @property
    def fresh(self) -> bool:
        """Whether what is known of the vehicle was heard after the last loss of the link."""
        return self._vigil is not None and self._vigil.fresh

    async def upload(self, items: Sequence[MissionItem]) -> Outcome:
        outcome = await self._transfers.put(PlanKind.MISSION, items)
        self._mission_put(outcome)
        return outcome

    async def upload_other(self, kind: PlanKind, items: Sequence[MissionItem]) -> Outcome:
        return await self._transfers.put(kind, items)

    async def upload_plan(self, plan: OnboardPlan) -> PlanOutcome:
        outcome = await self._transfers.put_all(plan)
        if PlanKind.MISSION in outcome.outcomes:
            self._mission_put(outcome.outcomes[PlanKind.MISSION])
        return outcome

    async def read_plan(self) -> OnboardPlan:
        return await self._transfers.read_all()

    async def plan_difference(self, plan: OnboardPlan) -> str | None:
        return await self._transfers.difference(plan)

    async def download(self) -> list[MissionItem]:
        fetched = await self._transfers.read()
        items = list(fetched.items or ())
        self.total = len(items)
        return items

    async def difference(self, items: Sequence[MissionItem]) -> str | None:
        return self._keeping.difference(items, await self.download())

    def _mission_put(self, outcome: Outcome) -> None:
        """A transfer of the mission is over: what is counted from now on is of what is on board."""
        if outcome.found is not None:
            self.total = len(outcome.found)
            self._progress.begin()

    async def start_mission(self) -> None:
        anew = not self._told.armed
        if anew:
            await self._arm()
        if self.is_ardupilot:  # AUTO alone leaves it on the ground until somebody moves the throttle
            await self._start_or_disarm()
        elif not anew:
            await self._turn_to(self._modes.mission, "going on with the mission")
        if anew:  # only now does it count from the first item
            self._progress.begin()

    async def hold(self) -> None:
        await self._turn_to(self._modes.hold, "the hold")

    async def return_home(self) -> None:
        await self.command(Command.RETURN_TO_LAUNCH, [], "the return")

    async def land(self) -> None:
        await self.command(Command.LAND, [], "the landing")

    async def go_to(self, point: Position, height_m: float) -> None:
        home = self._told.home_amsl_m
        if home is None:
            raise Conflict(f"the vehicle on {self.link} has not told its height yet; wait until it does")
        there = [-1, 1, 0, math.nan, point.lat, point.lon, home + height_m]  # 1: change to the mode it takes
        for _ in range(LOOKS):
            await self.command(REPOSITION, there, "the way to the point", frame=Frame.AMSL)
            if await self._flies_to(point):
                return
        raise Conflict(f"the vehicle on {self.link} took the point, but says that it flies to another")

    async def look_at(self, point: Position | None) -> None:
        if point is None:
            await self.command(Command.SET_ROI_NONE, [], "looking ahead")
        else:
            at = [0, 0, 0, 0, point.lat, point.lon, point.alt_m or 0.0]
            await self.command(Command.SET_ROI_LOCATION, at, "looking at the point", frame=Frame.AMSL)

    async def disarm(self) -> None:
        await self.command(ARM_DISARM, [0], "disarming")

    async def stop_motors(self) -> None:
        await self.command(ARM_DISARM, [0, IN_THE_AIR_TOO], "stopping the motors")

    async def command(self, number: int, params: Sequence[float], what: str, *, frame: int | None = None) -> None:
        """Have it do MAV_CMD `number`. Raises Conflict, VehicleSilent."""
        wire, target = self._connected()
        await command(wire, target, number, params, what, frame=frame)

    @property
    def is_ardupilot(self) -> bool:
        """Whether the autopilot is ArduPilot."""
        return self._heard_of is not None and self._heard_of.autopilot == ARDUPILOT

    @property
    def done(self) -> int:
        """Items of the mission that are done, as far as heard."""
        return min(self._progress.done, self.total) if self.total else self._progress.done

    def _camera_now(self) -> CameraPose | None:
        pose = self.camera_pose(time.monotonic())
        return None if isinstance(pose, NoPose) else pose

    def _connected(self) -> tuple[Link, Heard]:
        if self._wire is None or self._heard_of is None:
            raise VehicleSilent(f"the link {self.link} is not connected; connect first")
        return self._wire, self._heard_of

    @property
    def _transfers(self) -> PlanTransfers:
        if self._plans is None:
            self._plans = PlanTransfers(*self._connected(), self._keeping)
        return self._plans

    @property
    def _keeping(self) -> keeping.Keeping:
        return keeping.ARDUPILOT if self.is_ardupilot else keeping.PX4

    @property
    def _modes(self) -> modes.Modes:
        return modes.ARDUPILOT if self.is_ardupilot else modes.PX4

    async def _arm(self) -> None:
        """From the first item on. A refusal comes with what the vehicle says of it."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            await self._go_back_to_the_first_item()
            await self._turn_to(self._modes.before_arming, "getting ready to arm")
            await self.command(ARM_DISARM, [1], "arming")
        except Conflict as error:
            await asyncio.sleep(REASONS_WITHIN_S)
            reasons = self._notices.since(asked - REASONS_BEFORE_S)
            raise Conflict(": ".join([error.message, *(["; ".join(reasons)] if reasons else [])])) from error

    async def _start_or_disarm(self) -> None:
        try:
            await self.command(MISSION_START, [], "the start of the mission")
        except (Conflict, VehicleSilent):
            if self._told.landed:
                await self.disarm()
            raise

    async def _go_back_to_the_first_item(self) -> None:
        """PX4 goes on in the middle with a mission that was broken off; ArduPilot begins again once disarmed."""
        wire, target = self._connected()
        mav = mavlink.MAVLink(None, *GROUND_STATION)
        first = mavlink.MAVLink_mission_set_current_message(target.system, target.component, 0)
        for _ in range(LOOKS):
            if self.is_ardupilot or self._told.item in (0, None):
                return
            wire.send(first.pack(mav))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _turn_to(self, mode: Sequence[int], what: str) -> None:
        await self.command(SET_MODE, mode, what)

    async def _flies_to(self, point: Position) -> bool:
        """Whether the vehicle says so; one that does not say where it flies to is believed."""
        self._told.target = None
        for _ in range(LOOKS):
            try:
                await self.command(REQUEST_MESSAGE, [POSITION_TARGET], "where it flies to")
            except (Conflict, VehicleSilent):
                return True
            target = self._told.target
            if target is None or distance_m(Position(lat=target[0], lon=target[1]), point) <= TARGET_M:
                return True
            await asyncio.sleep(LOOK_EVERY_S)
        return False
