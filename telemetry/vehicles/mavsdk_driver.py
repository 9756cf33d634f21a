"""The MAVSDK driver: PX4 and ArduPilot behind the `Vehicle` protocol. Keeps no plan and decides nothing.

MAVSDK 4.x runs in this process, on threads of its own.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from mavsdk.asyncio import ComponentType, Configuration, Mavsdk, System
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from mavsdk.logging import LogLevel, log_subscribe
from mavsdk.plugins.telemetry import FixType, FlightMode

from telemetry.clock import Clock
from telemetry.errors import VehicleSilent
from telemetry.finishing import finish
from telemetry.mavlink.signing import SigningKey
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles.linked import LinkedVehicle
from telemetry.vehicles.protocol import VehicleState

log = logging.getLogger(__name__)

STATE_EVERY_S = 0.25
_OPEN: set[Mavsdk] = set()
"""What is not destroyed yet. Never left to the garbage collector: destroyed on whatever thread that runs, MAVSDK ends
the whole program, with every other vehicle in it."""
_MODES = {FlightMode.RETURN_TO_LAUNCH: "return", FlightMode.OFFBOARD: "guided"}


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
        self._telemetry: TelemetryAsync | None = None
        self._listening: list[asyncio.Task[None]] = []
        self._heard: dict[str, Any] = {}
        self._news = asyncio.Event()

    async def connect(self, timeout_s: float) -> None:
        """Open the link and wait for a heartbeat. Raises VehicleSilent naming the link and the seconds waited."""
        log_subscribe(_log)
        try:
            url = await self.open_link(timeout_s)
            self._mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
            _OPEN.add(self._mavsdk)
            await finish(self._mavsdk.add_any_connection(url))  # a thread is in the library until it is done
            self._system = await self._mavsdk.first_autopilot(timeout_s=timeout_s)
            if self._system is None:
                raise VehicleSilent(Message("links.mavsdk_silent", link=self.link, timeout_s=timeout_s))
            self._telemetry = TelemetryAsync(self._system)
            self._listen(self._telemetry)
        except BaseException:
            await self.close()
            raise

    async def states(self) -> AsyncIterator[VehicleState]:
        while not self._closed:
            await self._news.wait()
            self._news.clear()
            if self._heard.keys() >= {"position", "armed"} and self.fresh and not self._closed:
                yield self._state()
            await asyncio.sleep(STATE_EVERY_S)

    async def _let_go(self) -> None:
        self._news.set()
        try:
            for task in self._listening:
                task.cancel()
            await asyncio.gather(*self._listening, return_exceptions=True)
        finally:
            self._listening = []
            await self._destroy()

    async def _destroy(self) -> None:
        if self._telemetry is not None:
            self._telemetry.destroy()
        self._telemetry = None
        self._system = None
        mavsdk = self._mavsdk
        self._mavsdk = None
        if mavsdk is None:
            return
        # Destroying waits for MAVSDK's threads, which may be waiting for this loop.
        destroyed = asyncio.get_running_loop().run_in_executor(None, mavsdk.destroy)
        destroyed.add_done_callback(lambda _: _OPEN.discard(mavsdk))
        await asyncio.shield(destroyed)

    def _listen(self, telemetry: TelemetryAsync) -> None:
        streams: dict[str, AsyncIterator[Any]] = {
            "position": telemetry.subscribe_position(),
            "velocity": telemetry.subscribe_velocity_ned(),
            "heading": telemetry.subscribe_heading(),
            "battery": telemetry.subscribe_battery(),
            "armed": telemetry.subscribe_armed(),
            "in_air": telemetry.subscribe_in_air(),
            "mode": telemetry.subscribe_flight_mode(),
            "gps": telemetry.subscribe_gps_info(),
        }
        self._listening = [asyncio.create_task(self._keep(name, stream)) for name, stream in streams.items()]

    async def _keep(self, name: str, stream: AsyncIterator[Any]) -> None:
        async for value in stream:
            self._heard[name] = value
            if name == "position":
                self._news.set()

    def _state(self) -> VehicleState:
        where = self._heard["position"]
        gps = self._heard.get("gps")
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
            mission_total=self.items_on_board,
            mission_changed=self.mission_changed,
            gps_ok=gps is not None and gps.fix_type >= FixType.FIX_3D,
            camera=self._camera_now(),
        )


def _finite(value: float) -> float | None:
    if math.isfinite(value):
        return value
    return None


def _fraction(percent: float) -> float | None:
    return None if not math.isfinite(percent) or percent < 0 else min(percent / 100, 1.0)


def _log(level: LogLevel, message: str, _file: str | None, _line: int) -> bool:
    log.log(logging.WARNING if level >= LogLevel.WARN else logging.DEBUG, "%s", message)
    return True
