"""The wire between the server and a simulated vehicle, and the moment at which each order is seen on it."""

import asyncio
import struct
import time
from types import TracebackType
from typing import Any, Self

from telemetry.mavlink.frames import V2, message_number
from telemetry.mavlink.stream import FrameStream

COMMAND_INT, COMMAND_LONG, SET_MODE = 75, 76, 11
ORDERS = frozenset({20, 21, 176, 192, 193, 300, 400})
"""MAV_CMD: return, land, set mode, reposition, pause or continue, start of the mission, arm or disarm."""
COMMAND_AT = 28
"""Offset of the command in the payload of COMMAND_LONG and COMMAND_INT (MAVLink common.xml)."""


class OrderTap:
    """A UDP relay: the vehicle speaks to `vehicle_port`, the ground station listens on the port given."""

    def __init__(self, ground_port: int) -> None:
        self.vehicle_port = 0
        self._ground = ("127.0.0.1", ground_port)
        self._vehicle: tuple[str, int] | None = None
        self._frames = FrameStream()
        self._seen: asyncio.Future[float] | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        here = ("127.0.0.1", 0)
        self._up, _ = await loop.create_datagram_endpoint(lambda: _Heard(self._from_vehicle), local_addr=here)
        self._down, _ = await loop.create_datagram_endpoint(lambda: _Heard(self._from_ground), local_addr=here)
        self.vehicle_port = self._up.get_extra_info("sockname")[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._up.close()
        self._down.close()

    def next_order(self) -> "asyncio.Future[float]":
        """When the next order passes to the vehicle, by `time.perf_counter`."""
        self._seen = asyncio.get_running_loop().create_future()
        return self._seen

    def _from_vehicle(self, data: bytes, sender: Any) -> None:
        self._vehicle = sender
        self._down.sendto(data, self._ground)

    def _from_ground(self, data: bytes, _sender: Any) -> None:
        arrived = time.perf_counter()
        if self._vehicle is not None:
            self._up.sendto(data, self._vehicle)
        waiting = self._seen
        if waiting is not None and not waiting.done() and any(map(_is_order, self._frames.feed(data))):
            waiting.set_result(arrived)


class _Heard(asyncio.DatagramProtocol):
    def __init__(self, on_data: Any) -> None:
        self._on_data = on_data

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._on_data(data, addr)


def _is_order(frame: bytes) -> bool:
    number = message_number(frame)
    if number == SET_MODE:
        return True
    if number not in (COMMAND_INT, COMMAND_LONG):
        return False
    payload = frame[10 if frame[0] == V2 else 6 :]
    (command,) = struct.unpack_from("<H", payload, COMMAND_AT)
    return command in ORDERS
