"""The MAVSDK driver: PX4 and ArduPilot behind the `Vehicle` protocol. Keeps no plan and decides nothing.

Facts met with real autopilots (ArduPilot streams nothing until asked, arms only outside AUTO) are named where they
are answered. MAVSDK 4.x runs in this process, on threads of its own.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any, TypeVar

from mavsdk.asyncio import ComponentType, Configuration, Mavsdk, MavsdkError, System
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.mavlink_direct import MavlinkDirectAsync
from mavsdk.asyncio.plugins.mission_raw import MissionRawAsync
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from mavsdk.logging import LogLevel, log_subscribe
from mavsdk.plugins.mavlink_direct import MavlinkMessage
from mavsdk.plugins.telemetry import FixType, FlightMode

from telemetry.clock import Clock, SystemClock
from telemetry.errors import BadInput, Conflict, VehicleSilent
from telemetry.links.link import ARDUPILOT, GROUND_STATION, Heard, Link
from telemetry.positions import Position
from telemetry.transfer.exchange import Outcome, fetch, put_on_board
from telemetry.transfer.over_link import LinkChannel
from telemetry.vehicles.protocol import Command, Frame, MissionItem, VehicleState

T = TypeVar("T")
log = logging.getLogger(__name__)

STATE_EVERY_S = 0.25
ANSWER_S = 20.0
"""Longest wait for an answer to one command, all of MAVSDK's own repetitions included."""
_RATES_HZ = {"position": 4, "velocity_ned": 4, "in_air": 2, "landed_state": 2, "battery": 1, "gps_info": 1}
_MODES = {FlightMode.RETURN_TO_LAUNCH: "return"}
_SILENT = {"NO_SYSTEM", "CONNECTION_ERROR", "TIMEOUT"}
"""Names of results that mean no answer; each plugin numbers its results differently."""


class MavsdkVehicle:
    """One vehicle on one MAVSDK link."""

    def __init__(self, link: str, clock: Clock | None = None) -> None:
        """`link` is a connection URL as MAVSDK writes them, this side's end: udpin://0.0.0.0:14540, serial://…"""
        self.link = link
        self._clock = clock or SystemClock()
        self._wire: Link | None = None
        self._target: Heard | None = None
        self._mavsdk: Mavsdk | None = None
        self._system: System | None = None
        self._plugins: list[Any] = []
        self._listening: list[asyncio.Task[None]] = []
        self._heard: dict[str, Any] = {}
        self._news = asyncio.Event()
        self._closed = False
        self._total = 0

    async def connect(self, timeout_s: float) -> None:
        """Open the link and wait for a heartbeat. Raises VehicleSilent naming the link and the seconds waited."""
        log_subscribe(_log)
        try:
            self._wire = Link(self.link)
            await self._wire.open()
            self._target = await self._wire.first_autopilot(timeout_s)
        except BadInput as error:
            raise VehicleSilent(f"the link {self.link} cannot be opened: {error.message}") from error
        if self._target is not None:
            self._mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
            await self._mavsdk.add_any_connection(await self._wire.serve_driver())
            self._system = await self._mavsdk.first_autopilot(timeout_s=timeout_s)
        if self._system is None:
            await self.close()
            raise VehicleSilent(
                f"no vehicle answered on {self.link} in {timeout_s:g} s; check that it is on and that its link is set "
                "to this address"
            )
        self._telemetry, self._action = TelemetryAsync(self._system), ActionAsync(self._system)
        self._mission, self._direct = MissionRawAsync(self._system), MavlinkDirectAsync(self._system)
        self._plugins = [self._telemetry, self._action, self._mission, self._direct]
        self._listen()
        await self._ask_for_rates()

    async def upload(self, items: Sequence[MissionItem]) -> Outcome:
        with self._transfers() as channel:
            outcome = await put_on_board(channel, items, home=self._home_item())
        if outcome.found is not None:
            self._total = len(outcome.found)
        return outcome

    async def download(self) -> list[MissionItem]:
        with self._transfers() as channel:
            fetched = await fetch(channel, home=self._home_item() is not None)
        if fetched.items is None:
            raise VehicleSilent(f"the mission on board of {self.link} cannot be read: {fetched.why}")
        self._total = len(fetched.items)
        return list(fetched.items)

    async def start_mission(self) -> None:
        if not self._heard.get("armed", False):
            await self._asked("arming", self._action.arm())
        await self._asked("the start of the mission", self._mission.start_mission())

    async def hold(self) -> None:
        try:
            await self._asked("the hold", self._action.hold())
        except Conflict:
            # Some autopilots have no hold mode to switch to, but can pause the mission they fly.
            await self._pause()

    async def return_home(self) -> None:
        await self._asked("the return", self._action.return_to_launch())

    async def land(self) -> None:
        await self._asked("the landing", self._action.land())

    async def states(self) -> AsyncIterator[VehicleState]:
        while not self._closed:
            await self._news.wait()
            self._news.clear()
            if self._heard.keys() >= {"position", "armed"} and not self._closed:
                yield self._state()
            await asyncio.sleep(STATE_EVERY_S)

    async def close(self) -> None:
        self._closed = True
        self._news.set()
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        for plugin in self._plugins:
            plugin.destroy()
        self._listening, self._plugins, self._system = [], [], None
        if self._mavsdk is not None:
            # Destroying waits for MAVSDK's threads, which may be waiting for this loop.
            mavsdk, self._mavsdk = self._mavsdk, None
            await asyncio.to_thread(mavsdk.destroy)
        if self._wire is not None:
            self._wire.close()

    def _transfers(self) -> LinkChannel:
        if self._wire is None or self._target is None:
            raise VehicleSilent(f"the link {self.link} is not connected; connect first")
        return LinkChannel(self._wire, own=GROUND_STATION, vehicle=(self._target.system, self._target.component))

    def _home_item(self) -> MissionItem | None:
        """What stands for home at the beginning of a mission, where the autopilot keeps it there."""
        if self._target is None or self._target.autopilot != ARDUPILOT:
            return None
        return MissionItem(Command.WAYPOINT, Frame.AMSL)

    def _listen(self) -> None:
        streams: dict[str, AsyncIterator[Any]] = {
            "position": self._telemetry.subscribe_position(),
            "velocity": self._telemetry.subscribe_velocity_ned(),
            "heading": self._telemetry.subscribe_heading(),
            "battery": self._telemetry.subscribe_battery(),
            "armed": self._telemetry.subscribe_armed(),
            "in_air": self._telemetry.subscribe_in_air(),
            "mode": self._telemetry.subscribe_flight_mode(),
            "gps": self._telemetry.subscribe_gps_info(),
            "progress": self._mission.subscribe_mission_progress(),
        }
        self._listening = [asyncio.create_task(self._keep(name, stream)) for name, stream in streams.items()]

    async def _keep(self, name: str, stream: AsyncIterator[Any]) -> None:
        async for value in stream:
            self._heard[name] = value
            if name == "position":
                self._news.set()

    async def _ask_for_rates(self) -> None:
        # ArduPilot streams nothing until asked; some vehicles refuse some rates and stream them anyway.
        for name, rate in _RATES_HZ.items():
            with contextlib.suppress(MavsdkError):
                await getattr(self._telemetry, f"set_rate_{name}")(rate)

    async def _pause(self) -> None:
        assert self._system is not None  # noqa: S101 - connected, or _asked would have said so
        target = await self._system.get_system_id()
        fields = f'{{"command":193,"confirmation":0,"param1":0,"target_system":{target},"target_component":1}}'
        command = MavlinkMessage("COMMAND_LONG", 0, 0, target, 1, fields)
        answer = await self._asked("the pause", self._direct.send_command(command))
        if '"result":0' not in answer.fields_json.replace(" ", ""):
            raise Conflict(f"the vehicle on {self.link} refused to hold and to pause its mission")

    async def _asked(self, what: str, answer: Awaitable[T], longest_s: float = ANSWER_S) -> T:
        """The answer, or the error tree's name for there being none or a refusal."""
        try:
            return await asyncio.wait_for(answer, longest_s)
        except TimeoutError as error:
            raise VehicleSilent(f"the vehicle on {self.link} gave no answer to {what} in {longest_s:g} s") from error
        except MavsdkError as error:
            result = getattr(getattr(error, "result", None), "name", "NO_SYSTEM")
            said = result.lower().replace("_", " ")
            if result in _SILENT:
                raise VehicleSilent(f"the vehicle on {self.link} gave no answer to {what}: {said}") from error
            raise Conflict(f"the vehicle on {self.link} refused {what}: {said}") from error

    def _state(self) -> VehicleState:
        where, gps = self._heard["position"], self._heard.get("gps")
        velocity, progress = self._heard.get("velocity"), self._heard.get("progress")
        mode: FlightMode = FlightMode(self._heard.get("mode", FlightMode.UNKNOWN))
        return VehicleState(
            at=self._clock.now(),
            position=Position(
                lat=where.latitude_deg, lon=where.longitude_deg, alt_m=where.absolute_altitude_m, accuracy_m=3.0
            ),
            relative_alt_m=where.relative_altitude_m,
            heading_deg=_finite(getattr(self._heard.get("heading"), "heading_deg", math.nan)),
            ground_speed_m_s=0.0 if velocity is None else math.hypot(velocity.north_m_s, velocity.east_m_s),
            battery=_fraction(getattr(self._heard.get("battery"), "remaining_percent", math.nan)),
            armed=bool(self._heard.get("armed", False)),
            in_air=bool(self._heard.get("in_air", False)),
            mode=_MODES.get(mode, mode.name.lower()),
            mission_current=0 if progress is None else progress.current,
            mission_total=self._total or (0 if progress is None else progress.total),
            gps_ok=gps is not None and gps.fix_type >= FixType.FIX_3D,
        )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _fraction(percent: float) -> float | None:
    return None if not math.isfinite(percent) or percent < 0 else min(percent / 100, 1.0)


def _log(level: LogLevel, message: str, _file: str | None, _line: int) -> bool:
    log.log(logging.WARNING if level >= LogLevel.WARN else logging.DEBUG, "%s", message)
    return True
