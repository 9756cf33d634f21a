"""A bad link made on purpose, for training, tests and measurements: a UDP relay that loses, delays, doubles, reorders.

Sits between a vehicle and a ground station on this machine; datagrams pass both ways with the same troubles.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Trouble:
    """What happens to datagrams, in each direction alike."""

    loss: float = 0.0
    """Share that never arrives, 0..1."""
    delay_s: float = 0.0
    """One way, seconds."""
    jitter_s: float = 0.0
    """Up to this much more, evenly spread; the order is kept."""
    doubled: float = 0.0
    """Share that arrives twice."""
    overtaken: float = 0.0
    """Share that is held back by one more delay, so that later ones overtake it."""


class ImpairedRelay:
    """A vehicle speaks to `vehicle_port`, the ground station listens on `ground_port`, both on 127.0.0.1."""

    def __init__(self, ground_port: int, trouble: Trouble, *, seed: int = 0) -> None:
        self.trouble = trouble
        """May be changed at any time; a loss of 1 is a pulled plug."""
        self.vehicle_port = 0
        self._ground = ("127.0.0.1", ground_port)
        self._random = random.Random(seed)
        self._vehicle: tuple[str, int] | None = None
        self._to_vehicle: asyncio.DatagramTransport | None = None
        self._to_ground: asyncio.DatagramTransport | None = None
        self._last = {"up": 0.0, "down": 0.0}

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        here = ("127.0.0.1", 0)
        self._to_vehicle, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_vehicle), local_addr=here)
        self._to_ground, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_ground), local_addr=here)
        self.vehicle_port = self._to_vehicle.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for side in (self._to_vehicle, self._to_ground):
            if side is not None:
                side.close()

    def _from_vehicle(self, data: bytes, sender: tuple[str, int]) -> None:
        self._vehicle = sender
        self._pass_on("down", self._to_ground, data, self._ground)

    def _from_ground(self, data: bytes, _sender: tuple[str, int]) -> None:
        if self._vehicle is not None:
            self._pass_on("up", self._to_vehicle, data, self._vehicle)

    def _pass_on(self, way: str, out: asyncio.DatagramTransport | None, data: bytes, to: tuple[str, int]) -> None:
        trouble = self.trouble
        chance = self._random.random
        loop = asyncio.get_running_loop()
        copies = 1
        if chance() < trouble.doubled:
            copies = 2
        for _ in range(copies):
            if chance() < trouble.loss or out is None:
                continue
            at = loop.time() + trouble.delay_s + chance() * trouble.jitter_s
            if chance() < trouble.overtaken:
                at += trouble.delay_s + trouble.jitter_s
            else:
                at = self._last[way] = max(at, self._last[way])
            loop.call_at(at, _send, out, data, to)


class _Side(asyncio.DatagramProtocol):
    def __init__(self, on_data: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._on_data = on_data

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_data(data, addr)


def _send(out: asyncio.DatagramTransport, data: bytes, to: tuple[str, int]) -> None:
    if not out.is_closing():
        out.sendto(data, to)
