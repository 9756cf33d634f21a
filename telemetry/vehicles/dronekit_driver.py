"""The DroneKit driver: ArduPilot behind the `Vehicle` protocol. Keeps no plan and decides nothing.

DroneKit blocks and has threads of its own, so each of its calls runs off the event loop.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import dronekit
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.clock import Clock
from telemetry.errors import Conflict, VehicleSilent
from telemetry.finishing import finish
from telemetry.mavlink.signing import SigningKey
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles.linked import LinkedVehicle
from telemetry.vehicles.protocol import VehicleState

log = logging.getLogger(__name__)

STATE_EVERY_S = 0.25
LIBRARY_LOGGERS = ("dronekit", "autopilot")
"""Where DroneKit logs what it does, and the vehicle's texts; those are told as notices."""
_WORDS = {"AUTO": "mission", "GUIDED": "guided", "LOITER": "hold", "BRAKE": "hold", "RTL": "return", "LAND": "land"}


class _LibraryLog(logging.Handler):
    """Keeps the library's lines off the terminal: they are this module's, for whoever asks for its details."""

    def emit(self, record: logging.LogRecord) -> None:
        log.debug("%s: %s", record.name, record.getMessage())


def _keep_the_library_quiet() -> None:
    for name in LIBRARY_LOGGERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not any(isinstance(handler, _LibraryLog) for handler in logger.handlers):
            logger.addHandler(_LibraryLog())


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
        _keep_the_library_quiet()
        self._vehicle: dronekit.Vehicle | None = None
        self._positions = 0

    async def connect(self, timeout_s: float) -> None:
        """Open the link and wait for a heartbeat. Raises VehicleSilent naming the link and the seconds waited."""
        try:
            url = await self.open_link(timeout_s)
            if not self.is_ardupilot:
                raise Conflict(Message("links.no_ardupilot", link=self.link))
            try:
                async with asyncio.timeout(timeout_s):
                    await self._open_library(f"udpout:{url.removeprefix('udpout://')}")
            except (dronekit.APIException, TimeoutError, OSError) as error:
                raise VehicleSilent(
                    Message("links.dronekit_silent", link=self.link, timeout_s=timeout_s, reason=str(error))
                ) from error
        except BaseException:
            await self.close()
            raise

    async def _open_library(self, address: str) -> None:
        """Have it listen, and wait until it has heard a heartbeat."""
        loop = asyncio.get_running_loop()
        heard = asyncio.Event()

        def on_heartbeat(_vehicle: Any, _name: str, message: Any) -> None:
            if message.autopilot != mavlink.MAV_AUTOPILOT_INVALID:
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    loop.call_soon_threadsafe(heard.set)

        await finish(asyncio.to_thread(self._listen_at, address, on_heartbeat))
        await heard.wait()

    def _listen_at(self, address: str, on_heartbeat: Callable[[Any, str, Any], None]) -> None:
        """Without the library's own initialising: that waits for parameters without end, and gives the vehicle up for
        good when its heartbeats stay away."""
        self._vehicle = dronekit.connect(address, _initialize=False, wait_ready=False)
        self._vehicle.add_message_listener("HEARTBEAT", on_heartbeat)
        self._vehicle.add_message_listener("GLOBAL_POSITION_INT", self._on_position)
        self._vehicle._handler.start()
        # The link answers where it was spoken to from.
        self._vehicle.send_mavlink(
            self._vehicle.message_factory.heartbeat_encode(mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, 0)
        )

    async def states(self) -> AsyncIterator[VehicleState]:
        told = 0
        while not self._closed:
            if self._vehicle is not None and self._positions != told and self.fresh:
                told = self._positions
                yield self._state(self._vehicle)
            await asyncio.sleep(STATE_EVERY_S)

    async def _let_go(self) -> None:
        vehicle = self._vehicle
        self._vehicle = None
        if vehicle is not None:
            with contextlib.suppress(Exception):  # its threads may have died with the link
                await asyncio.to_thread(vehicle.close)

    def _on_position(self, _vehicle: Any, _name: str, _message: Any) -> None:
        self._positions += 1

    def _state(self, vehicle: dronekit.Vehicle) -> VehicleState:
        here = vehicle.location.global_frame
        above = vehicle.location.global_relative_frame.alt or 0.0
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
            in_air=bool(vehicle.armed)
            and (above > 0.1 if self._said.told.landed is None else not self._said.told.landed),
            mode=_WORDS.get(mode, mode.lower()),
            mission_current=self.done,
            mission_total=self.items_on_board,
            mission_changed=self.mission_changed,
            gps_ok=(vehicle.gps_0.fix_type or 0) >= 3,
            camera=self._camera_now(),
        )
