"""The MAVSDK driver: PX4 and ArduPilot behind the `Vehicle` protocol. Keeps no plan and decides nothing.

That ArduPilot arms only outside AUTO, as a real one does, is named where it is answered. MAVSDK 4.x runs in this
process, on threads of its own.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from mavsdk.asyncio import ComponentType, Configuration, Mavsdk, MavsdkError, System
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.mission_raw import MissionRawAsync
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from mavsdk.logging import LogLevel, log_subscribe
from mavsdk.plugins.telemetry import FixType, FlightMode

from telemetry.clock import Clock
from telemetry.errors import Conflict, VehicleSilent
from telemetry.mavlink.signing import SigningKey
from telemetry.positions import Position
from telemetry.vehicles.linked import ARM_DISARM, COPTER_GUIDED, MISSION_START, SET_MODE, LinkedVehicle
from telemetry.vehicles.protocol import Command, VehicleState

T = TypeVar("T")
log = logging.getLogger(__name__)

STATE_EVERY_S = 0.25
ANSWER_S = 20.0
"""Longest wait for an answer to one command, all of MAVSDK's own repetitions included."""
PAUSE_CONTINUE = 193
"""MAV_CMD_DO_PAUSE_CONTINUE: param 1 is 0 to pause."""
_MODES = {FlightMode.RETURN_TO_LAUNCH: "return", FlightMode.OFFBOARD: "guided"}
_SILENT = {"NO_SYSTEM", "CONNECTION_ERROR", "TIMEOUT"}
"""Names of results that mean no answer; each plugin numbers its results differently."""


class MavsdkVehicle(LinkedVehicle):
    """One vehicle on one MAVSDK link."""

    def __init__(
        self,
        link: str,
        clock: Clock | None = None,
        record_to: Path | None = None,
        signing_key: SigningKey | None = None,
    ) -> None:
        """`link` is a connection URL as MAVSDK writes it, this side's end: udpin://0.0.0.0:14540, serial://…"""
        super().__init__(link, clock, record_to, signing_key)
        self._mavsdk: Mavsdk | None = None
        self._system: System | None = None
        self._plugins: list[Any] = []
        self._listening: list[asyncio.Task[None]] = []
        self._asking: set[asyncio.Future[Any]] = set()
        self._heard: dict[str, Any] = {}
        self._news = asyncio.Event()
        self._closed = False

    async def connect(self, timeout_s: float) -> None:
        """Open the link and wait for a heartbeat. Raises VehicleSilent naming the link and the seconds waited."""
        log_subscribe(_log)
        try:
            url = await self.open_link(timeout_s)
            self._mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
            await self._mavsdk.add_any_connection(url)
            self._system = await self._mavsdk.first_autopilot(timeout_s=timeout_s)
            if self._system is None:
                raise VehicleSilent(f"MAVSDK heard no vehicle on {self.link} in {timeout_s:g} s")
        except VehicleSilent:
            await self.close()
            raise
        self._telemetry, self._action = TelemetryAsync(self._system), ActionAsync(self._system)
        self._mission = MissionRawAsync(self._system)
        self._plugins = [self._telemetry, self._action, self._mission]
        self._listen()

    async def start_mission(self) -> None:
        if not self._heard.get("armed", False):
            if self.is_ardupilot:  # does not arm in AUTO, where the last mission may have left it
                await self.command(SET_MODE, [1, COPTER_GUIDED], "guided mode")
            await self.command(ARM_DISARM, [1], "arming")
            self._progress.begin()
        if self.is_ardupilot:  # AUTO alone leaves it on the ground until somebody moves the throttle
            await self.command(MISSION_START, [], "the start of the mission")
        else:
            await self._asked("the start of the mission", self._mission.start_mission)

    async def hold(self) -> None:
        try:
            await self._asked("the hold", self._action.hold)
        except Conflict:
            # Some autopilots have no hold mode to switch to, but can pause the mission they fly.
            await self.command(PAUSE_CONTINUE, [0], "the pause")

    async def return_home(self) -> None:
        await self.command(Command.RETURN_TO_LAUNCH, [], "the return")

    async def go_to(self, point: Position, height_m: float) -> None:
        home = await self._asked("its home", self._telemetry.home)
        above_sea = home.absolute_altitude_m + height_m
        there = (point.lat, point.lon, above_sea, math.nan)
        await self._asked("the way to the point", lambda: self._action.goto_location(*there))

    async def land(self) -> None:
        await self._asked("the landing", self._action.land)

    async def states(self) -> AsyncIterator[VehicleState]:
        while not self._closed:
            await self._news.wait()
            self._news.clear()
            if self._heard.keys() >= {"position", "armed"} and self.fresh and not self._closed:
                yield self._state()
            await asyncio.sleep(STATE_EVERY_S)

    async def close(self) -> None:
        self._closed = True
        self._news.set()
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        # MAVSDK cannot be destroyed while it waits for an answer; it gives up by itself.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*self._asking, return_exceptions=True), ANSWER_S)
        for plugin in self._plugins:
            plugin.destroy()
        self._listening, self._plugins, self._system = [], [], None
        if self._mavsdk is not None:
            # Destroying waits for MAVSDK's threads, which may be waiting for this loop.
            mavsdk, self._mavsdk = self._mavsdk, None
            await asyncio.to_thread(mavsdk.destroy)
        self.close_link()

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
        }
        self._listening = [asyncio.create_task(self._keep(name, stream)) for name, stream in streams.items()]

    async def _keep(self, name: str, stream: AsyncIterator[Any]) -> None:
        async for value in stream:
            self._heard[name] = value
            if name == "position":
                self._news.set()

    async def _asked(self, what: str, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer, or the error tree's name for there being none or a refusal.

        MAVSDK gives up after three tries, which a bad link often loses; it is asked again until `ANSWER_S` are over.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + ANSWER_S
        while True:
            try:
                answer = asyncio.ensure_future(ask())
                self._asking.add(answer)
                answer.add_done_callback(self._asking.discard)
                return await asyncio.wait_for(asyncio.shield(answer), max(end - loop.time(), 0))
            except TimeoutError as error:
                raise VehicleSilent(f"the vehicle on {self.link} gave no answer to {what} in {ANSWER_S:g} s") from error
            except MavsdkError as error:
                result = getattr(getattr(error, "result", None), "name", "NO_SYSTEM")
                if result not in _SILENT:
                    said = result.lower().replace("_", " ")
                    raise Conflict(f"the vehicle on {self.link} refused {what}: {said}") from error
            await asyncio.sleep(STATE_EVERY_S)

    def _state(self) -> VehicleState:
        where, gps = self._heard["position"], self._heard.get("gps")
        velocity = self._heard.get("velocity")
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
            mission_current=self.done,
            mission_total=self.total or self._progress.total,
            gps_ok=gps is not None and gps.fix_type >= FixType.FIX_3D,
        )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _fraction(percent: float) -> float | None:
    return None if not math.isfinite(percent) or percent < 0 else min(percent / 100, 1.0)


def _log(level: LogLevel, message: str, _file: str | None, _line: int) -> bool:
    log.log(logging.WARNING if level >= LogLevel.WARN else logging.DEBUG, "%s", message)
    return True
