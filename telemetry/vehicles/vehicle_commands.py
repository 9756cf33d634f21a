"""What a vehicle is told to do, the same behind both drivers. Opens no link and keeps no plan.

Both libraries try a command three times or once, which a bad link defeats; here each is asked until answered.
"""

import asyncio
import math
from collections.abc import Sequence

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.errors import Conflict, VehicleSilent
from telemetry.links.commands import command
from telemetry.links.link import ARDUPILOT, GROUND_STATION, Heard, Link
from telemetry.links.link_monitor import REQUEST_MESSAGE
from telemetry.messages import Message, as_message
from telemetry.positions import Position, distance_m
from telemetry.sentences import sentences
from telemetry.transfer import readback_rules
from telemetry.transfer.mission_items import AltitudeFrame, Command
from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles import modes
from telemetry.vehicles.heard_state import HeardState

SET_MODE = 176
REPOSITION = 192
MISSION_START = 300
ARM_DISARM = 400
"""MAV_CMD numbers."""
POSITION_TARGET = 87
"""POSITION_TARGET_GLOBAL_INT."""
REASONS_WITHIN_S = 1.0
"""ArduPilot says why it does not arm just after it has refused."""
REASONS_BEFORE_S = 3.0
"""PX4 says so before."""
TARGET_M = 3.0
LOOKS = 4
LOOK_EVERY_S = 0.4
"""How near the place it says it flies to must be to the one asked for, and how often it is asked what it is."""
IN_THE_AIR_TOO = 21196.0
"""Param 2 of a disarming command that stops the motors whatever the vehicle does."""

_READBACK_RULES = {AutopilotName.ARDUPILOT: readback_rules.ARDUPILOT, AutopilotName.PX4: readback_rules.PX4}
_MODES = {AutopilotName.ARDUPILOT: modes.ARDUPILOT, AutopilotName.PX4: modes.PX4}


class CommandedVehicle:
    """A vehicle on a link that whoever inherits this opens."""

    def __init__(self, link: str) -> None:
        """`link` is what a message calls it."""
        self.link = link
        self._wire: Link | None = None
        self._heard_of: Heard | None = None
        self._said = HeardState(Heard(0, 0, 0), readback_rules.EXACT)
        self._orders_under_way = 0

    async def start_mission(self) -> None:
        anew = not self._said.told.armed
        if anew:
            await self._arm()
        if self.is_ardupilot:  # AUTO alone leaves it on the ground until somebody moves the throttle
            await self._start_or_disarm()
        elif not anew:
            await self._turn_to(self._modes.mission, Message("vehicle_commands.continuing"))
        if anew:  # only now does it count from the first item
            self._said.progress.begin()

    async def hold(self) -> None:
        await self._turn_to(self._modes.hold, Message("vehicle_commands.hold"))

    async def return_home(self) -> None:
        await self.command(Command.RETURN_TO_LAUNCH, [], Message("vehicle_commands.returning"))

    async def land(self) -> None:
        await self.command(Command.LAND, [], Message("vehicle_commands.landing"))

    async def go_to(self, point: Position, height_m: float) -> None:
        home = self._said.told.home_amsl_m
        if home is None:
            raise Conflict(Message("vehicle_commands.no_height", link=self.link))
        there = [-1, 1, 0, math.nan, point.lat, point.lon, home + height_m]  # 1: change to the mode it takes
        for _ in range(LOOKS):
            await self.command(REPOSITION, there, Message("vehicle_commands.to_point"), frame=AltitudeFrame.AMSL)
            if await self._flies_to(point):
                return
        raise Conflict(Message("vehicle_commands.flies_elsewhere", link=self.link))

    async def look_at(self, point: Position | None) -> None:
        if point is None:
            await self.command(Command.SET_ROI_NONE, [], Message("vehicle_commands.looking_ahead"))
        else:
            at = [0, 0, 0, 0, point.lat, point.lon, point.alt_m or 0.0]
            await self.command(
                Command.SET_ROI_LOCATION, at, Message("vehicle_commands.looking"), frame=AltitudeFrame.AMSL
            )
            if not self._said.has_gimbal:
                raise Conflict(Message("vehicle_commands.no_gimbal", link=self.link))

    async def disarm(self) -> None:
        await self.command(ARM_DISARM, [0], Message("vehicle_commands.disarming"))

    async def stop_motors(self) -> None:
        await self.command(ARM_DISARM, [0, IN_THE_AIR_TOO], Message("vehicle_commands.stopping_motors"))

    async def command(self, number: int, params: Sequence[float], what: Message, *, frame: int | None = None) -> None:
        """Have it do MAV_CMD `number`. Raises Conflict, VehicleSilent."""
        wire, target = self._connected()
        self._orders_under_way += 1
        try:
            await command(wire, target, number, params, what, frame=frame)
        finally:
            self._orders_under_way -= 1

    @property
    def is_ardupilot(self) -> bool:
        """Whether the autopilot is ArduPilot."""
        return self._heard_of is not None and self._heard_of.autopilot == ARDUPILOT

    @property
    def autopilot(self) -> AutopilotName:
        """Which autopilot it flies with; any but ArduPilot is taken for PX4."""
        if self.is_ardupilot:
            return AutopilotName.ARDUPILOT
        return AutopilotName.PX4

    def _connected(self) -> tuple[Link, Heard]:
        if self._wire is None or self._heard_of is None:
            raise VehicleSilent(Message("links.not_connected", link=self.link))
        return self._wire, self._heard_of

    @property
    def _keeping(self) -> readback_rules.ReadbackRules:
        return _READBACK_RULES[self.autopilot]

    @property
    def _modes(self) -> modes.Modes:
        return _MODES[self.autopilot]

    async def _arm(self) -> None:
        """From the first item on. A refusal comes with what the vehicle says of it, or what is known to keep it."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            await self._go_back_to_the_first_item()
            await self._turn_to(self._modes.before_arming, Message("vehicle_commands.getting_ready"))
            await self.command(ARM_DISARM, [1], Message("vehicle_commands.arming"))
        except Conflict as error:
            await asyncio.sleep(REASONS_WITHIN_S)
            said = self._said.notices.since(asked - REASONS_BEFORE_S)
            reasons = said or self._said.arming.blocks(loop.time()).reasons
            if not reasons:
                raise
            raise Conflict(
                Message(
                    "vehicle_commands.refused_because",
                    refusal=error.told,
                    reasons=sentences(as_message(reason) for reason in reasons),
                )
            ) from error

    async def _start_or_disarm(self) -> None:
        try:
            await self.command(MISSION_START, [], Message("vehicle_commands.starting"))
        except (Conflict, VehicleSilent):
            if self._said.told.landed:
                await self.disarm()
            raise

    async def _go_back_to_the_first_item(self) -> None:
        """PX4 goes on in the middle with a mission that was broken off; ArduPilot begins again once disarmed."""
        wire, target = self._connected()
        mav = mavlink.MAVLink(None, *GROUND_STATION)
        first = mavlink.MAVLink_mission_set_current_message(target.system, target.component, 0)
        for _ in range(LOOKS):
            if self.is_ardupilot or self._said.told.item in (0, None):
                return
            wire.send(first.pack(mav))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _turn_to(self, mode: Sequence[int], what: Message) -> None:
        await self.command(SET_MODE, mode, what)

    async def _flies_to(self, point: Position) -> bool:
        """Whether the vehicle says so; one that does not say where it flies to is believed."""
        self._said.told.target = None
        for _ in range(LOOKS):
            try:
                await self.command(REQUEST_MESSAGE, [POSITION_TARGET], Message("vehicle_commands.where_to"))
            except (Conflict, VehicleSilent):
                return True
            target = self._said.told.target
            if target is None or distance_m(Position(lat=target[0], lon=target[1]), point) <= TARGET_M:
                return True
            await asyncio.sleep(LOOK_EVERY_S)
        return False
