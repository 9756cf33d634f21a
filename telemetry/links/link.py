"""One link to a vehicle: every frame recorded, watched, and passed between the vehicle and a driver on this machine.

Drivers (MAVSDK, DroneKit) connect here and not to the vehicle. What they send passes through this program's event
loop, and so do the link's own heartbeats: when the program hangs nothing passes, the vehicle hears no ground station
any more, and its own failsafe takes over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.clock import Clock, SystemClock
from telemetry.links.address import read_address
from telemetry.links.transport import Transport, listen_on_free_port, open_transport
from telemetry.mavlink.frames import message_number, payload_of, sender_of, system_of
from telemetry.mavlink.signing import Signing, SigningKey
from telemetry.mavlink.stream import FrameStream

Listener = Callable[[bytes], None]
GROUND_STATION = (255, 190)
"""System and component id that ground stations use (mavlink.io, "Routing")."""
HEARTBEAT_S = 0.5
"""Twice as often as is asked of a ground station: with a third of them lost it must not seem gone."""
ARDUPILOT = 3
"""MAV_AUTOPILOT_ARDUPILOTMEGA."""

HEARTBEAT_BYTES = 9
"""Of its payload; version 2 cuts zeros off the end."""


@dataclass(frozen=True)
class Heard:
    """Whose heartbeat it is."""

    system: int
    component: int
    autopilot: int
    """MAV_AUTOPILOT."""


def heartbeat_of(frame: bytes) -> Heard | None:
    """Whose heartbeat the frame is; None for any other message, and for what is no autopilot."""
    if message_number(frame) != mavlink.MAVLINK_MSG_ID_HEARTBEAT:
        return None
    payload = payload_of(frame).ljust(HEARTBEAT_BYTES, b"\0")
    if payload[5] == mavlink.MAV_AUTOPILOT_INVALID:
        return None
    return Heard(*sender_of(frame), payload[5])


class Link:
    """Open between `open` and `close`, or as an async context manager."""

    def __init__(self, url: str, signing_key: SigningKey | None = None, clock: Clock | None = None) -> None:
        """`url` as MAVSDK writes it, this side's end. Raises BadInput when it is none.

        With a `signing_key` every frame sent is signed, and only what was signed with it is heard.
        """
        self.address = read_address(url)
        self._signing: Signing | None = None
        if signing_key is not None:
            self._signing = Signing(signing_key, (clock or SystemClock()).now)
        self._vehicle: Transport | None = None
        self._driver: Transport | None = None
        self._from_vehicle, self._from_driver = FrameStream(), FrameStream()
        self._system = self.address.system
        """Whose frames are passed on: several vehicles may speak on one port."""
        self._heard: list[Listener] = []
        self._said: list[Listener] = []
        self._beating: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises VehicleSilent when the address cannot be opened."""
        self._vehicle = await open_transport(self.address, self._on_vehicle)
        self._beating = asyncio.create_task(self._beat())

    async def serve_driver(self) -> str:
        """Pass everything to and from a driver on this machine; gives the URL that it must open."""
        self._driver, port = await listen_on_free_port(self._on_driver)
        return f"udpout://127.0.0.1:{port}"

    async def first_autopilot(self, timeout_s: float) -> Heard | None:
        """The first autopilot that is heard, or the one that the address names; from then on nobody else is heard.

        None when it is not heard in `timeout_s` seconds.
        """
        found: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()

        def look(frame: bytes) -> None:
            heard = heartbeat_of(frame)
            if heard is not None and not found.done():
                found.set_result(heard)

        stop = self.listen(look)
        try:
            heard = await asyncio.wait_for(found, timeout_s)
            self._system = heard.system
            return heard
        except TimeoutError:
            return None
        finally:
            stop()

    @property
    def refused(self) -> str:
        """Frames that were not believed for want of a right signature, in words; empty when there was none."""
        if self._signing is None:
            return ""
        return self._signing.refused_in_words()

    def close(self) -> None:
        """Let go of both sides."""
        if self._beating is not None:
            self._beating.cancel()
        for transport in (self._vehicle, self._driver):
            if transport is not None:
                transport.close()
        self._vehicle = self._driver = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Give `listener` each frame from the vehicle. Returns the way to stop."""
        self._heard.append(listener)
        return lambda: self._heard.remove(listener)

    def listen_to_ourselves(self, listener: Listener) -> Callable[[], None]:
        """Give `listener` each frame to the vehicle. Returns the way to stop."""
        self._said.append(listener)
        return lambda: self._said.remove(listener)

    def send(self, frame: bytes) -> None:
        """Send one whole frame to the vehicle."""
        if self._vehicle is None:
            return
        if self._signing is not None:
            frame = self._signing.signed(frame)
        self._vehicle.send(frame)
        for listener in list(self._said):
            listener(frame)

    async def _beat(self) -> None:
        mav = mavlink.MAVLink(None, *GROUND_STATION)
        beat = mavlink.MAVLink_heartbeat_message(
            mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3
        )
        while True:
            self.send(beat.pack(mav))
            mav.seq = (mav.seq + 1) % 256
            await asyncio.sleep(HEARTBEAT_S)

    def _on_vehicle(self, data: bytes) -> bool:
        """Whether anything of it was from the vehicle."""
        meant = self._system is None and self._signing is None
        for frame in self._from_vehicle.feed(data):
            if self._system is not None and system_of(frame) != self._system:
                continue
            if self._signing is not None and not self._signing.believes(frame):
                continue
            meant = True
            for listener in list(self._heard):
                listener(frame)
            if self._driver is not None:
                self._driver.send(frame)
        return meant

    def _on_driver(self, data: bytes) -> bool:
        for frame in self._from_driver.feed(data):
            self.send(frame)
        return True
