"""The DroneKit driver: ArduPilot behind the `Vehicle` protocol. Keeps no plan and decides nothing.

DroneKit blocks and has threads of its own, so each of its calls runs off the event loop.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import dronekit

from telemetry.clock import Clock
from telemetry.errors import Conflict, VehicleSilent
from telemetry.mavlink.signing import SigningKey
from telemetry.positions import Position
from telemetry.vehicles.linked import ARM_DISARM, COPTER_GUIDED, MISSION_START, SET_MODE, LinkedVehicle
from telemetry.vehicles.protocol import VehicleState

STATE_EVERY_S = 0.25
ANSWER_S = 20.0
_MODES = {"GUIDED": COPTER_GUIDED, "LOITER": 5, "RTL": 6, "LAND": 9}
"""COPTER_MODE of ardupilotmega.xml."""
_WORDS = {"AUTO": "mission", "GUIDED": "guided", "LOITER": "hold", "BRAKE": "hold", "RTL": "return", "LAND": "land"}


class DronekitVehicle(LinkedVehicle):
    """One ArduPilot vehicle on one DroneKit link."""

    def __init__(
        self,
        link: str,
        clock: Clock | None = None,
        record_to: Path | None = None,
        signing_key: SigningKey | None = None,
    ) -> None:
        """`link` is a connection URL as MAVSDK writes it, this side's end: udpin://0.0.0.0:14550, serial://…"""
        super().__init__(link, clock, record_to, signing_key)
        self._vehicle: dronekit.Vehicle | None = None
        self._positions = 0
        self._closed = False

    async def connect(self, timeout_s: float) -> None:
        """Open the link and wait for a heartbeat. Raises VehicleSilent naming the link and the seconds waited."""
        try:
            url = await self.open_link(timeout_s)
            if not self.is_ardupilot:
                raise Conflict(f"the vehicle on {self.link} is no ArduPilot; DroneKit flies nothing else, MAVSDK does")
            where = url.removeprefix("udpin://")
            try:
                # Its own asking for streams is sent once and may be lost; the link asks until they come.
                streams: Any = None
                self._vehicle = await asyncio.to_thread(
                    dronekit.connect, f"udpin:{where}", wait_ready=False, heartbeat_timeout=timeout_s, rate=streams
                )
            except (dronekit.APIException, TimeoutError, OSError) as error:
                raise VehicleSilent(f"DroneKit heard no vehicle on {self.link} in {timeout_s:g} s: {error}") from error
        except (Conflict, VehicleSilent):
            await self.close()
            raise
        self._vehicle.add_message_listener("GLOBAL_POSITION_INT", self._on_position)

    async def start_mission(self) -> None:
        vehicle = self._here()
        if not vehicle.armed:  # ArduPilot does not arm in AUTO
            await self._turn_to("GUIDED")
            await self.command(ARM_DISARM, [1], "arming")
            self._progress.begin()
        await self.command(MISSION_START, [], "the start of the mission")

    async def hold(self) -> None:
        await self._turn_to("LOITER")

    async def return_home(self) -> None:
        await self._turn_to("RTL")

    async def land(self) -> None:
        await self._turn_to("LAND")

    async def go_to(self, point: Position, height_m: float) -> None:
        there = dronekit.LocationGlobalRelative(point.lat, point.lon, height_m)
        await self._turn_to("GUIDED")
        await self._until("the way to the point", lambda: self._here().simple_goto(there))

    async def states(self) -> AsyncIterator[VehicleState]:
        told = 0
        while not self._closed:
            if self._vehicle is not None and self._positions != told and self.fresh:
                told = self._positions
                yield self._state(self._vehicle)
            await asyncio.sleep(STATE_EVERY_S)

    async def close(self) -> None:
        self._closed = True
        vehicle, self._vehicle = self._vehicle, None
        if vehicle is not None:
            with contextlib.suppress(Exception):  # its threads may have died with the link
                await asyncio.to_thread(vehicle.close)
        self.close_link()

    def _on_position(self, _vehicle: Any, _name: str, _message: Any) -> None:
        self._positions += 1

    def _here(self) -> dronekit.Vehicle:
        if self._vehicle is None:
            raise VehicleSilent(f"the link {self.link} is not connected; connect first")
        return self._vehicle

    async def _turn_to(self, mode: str) -> None:
        await self.command(SET_MODE, [1, _MODES[mode]], f"{mode} mode")

    async def _until(self, what: str, do: Callable[[], object]) -> None:
        try:
            await asyncio.wait_for(asyncio.to_thread(do), ANSWER_S + 1)
        except (TimeoutError, dronekit.TimeoutError) as error:
            raise Conflict(f"the vehicle on {self.link} did not do {what} in {ANSWER_S:g} s") from error
        except dronekit.APIException as error:
            raise Conflict(f"the vehicle on {self.link} refused {what}: {error}") from error

    def _state(self, vehicle: dronekit.Vehicle) -> VehicleState:
        here, above = vehicle.location.global_frame, vehicle.location.global_relative_frame.alt or 0.0
        level = vehicle.battery.level if vehicle.battery is not None else None
        mode = vehicle.mode.name if vehicle.mode is not None else "unknown"
        return VehicleState(
            at=self._clock.now(),
            position=Position(lat=here.lat or 0.0, lon=here.lon or 0.0, alt_m=here.alt, accuracy_m=3.0),
            relative_alt_m=above,
            heading_deg=None if vehicle.heading is None else float(vehicle.heading) % 360,
            ground_speed_m_s=0.0 if math.isnan(vehicle.groundspeed or 0.0) else float(vehicle.groundspeed or 0.0),
            battery=None if level is None or level < 0 else min(level / 100, 1.0),
            armed=bool(vehicle.armed),
            in_air=bool(vehicle.armed) and above > 0.1,
            mode=_WORDS.get(mode, mode.lower()),
            mission_current=self.done,
            mission_total=self.total or self._progress.total,
            gps_ok=(vehicle.gps_0.fix_type or 0) >= 3,
        )
