"""The mission protocol over an open link: the edge between `verified_upload` and the wire."""

import asyncio
from types import TracebackType
from typing import Self

from telemetry.links.link import Link
from telemetry.mavlink.frames import message_number
from telemetry.transfer.messages import PlanMessage
from telemetry.transfer.wire import NUMBERS, Codec


class LinkChannel:
    """A `PlanChannel` to one vehicle on a link, while the block lasts."""

    def __init__(self, link: Link, *, own: tuple[int, int], vehicle: tuple[int, int]) -> None:
        """`own` and `vehicle` are (system id, component id)."""
        self._link, self._codec = link, Codec(own, vehicle)
        self._heard: asyncio.Queue[PlanMessage] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        self._stop = self._link.listen(self._on_frame)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop()

    def now(self) -> float:
        return self._loop.time()

    async def send(self, message: PlanMessage) -> None:
        self._link.send(self._codec.frame(message))

    async def receive(self, until: float) -> PlanMessage | None:
        if not self._heard.empty():
            return self._heard.get_nowait()
        try:
            async with asyncio.timeout_at(until):
                return await self._heard.get()
        except TimeoutError:
            return None

    def _on_frame(self, frame: bytes) -> None:
        if message_number(frame) in NUMBERS and (message := self._codec.message(frame)) is not None:
            self._heard.put_nowait(message)
