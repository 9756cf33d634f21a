"""Two threads for all passwords, since each hash takes 64 MiB and two cores; known browsers go first.

Kept by each server process for itself, on purpose: it is this process's memory and cores that it guards.
"""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from telemetry.errors import Overloaded
from telemetry.messages import Message

AT_A_TIME = 2
MOST_WAITING = 16
"""In each lane; about two seconds of work."""
RETRY_AFTER_S = 5
NICE = 10
"""Added to the niceness of the threads that hash: orders and readers go first."""

R = TypeVar("R")


class PasswordLanes:
    """Runs work on passwords, at most two at a time. Belongs to one event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="passwords", initializer=_give_way)
        self._free = AT_A_TIME
        self._known: deque[asyncio.Future[None]] = deque()
        self._unknown: deque[asyncio.Future[None]] = deque()

    async def run(self, work: Callable[[], R], *, known: bool) -> R:
        """The result of `work`, in its turn. Raises Overloaded when too many of its lane wait already."""
        await self._turn(self._known if known else self._unknown)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._release()

    def close(self) -> None:
        """End the threads, after the work under way."""
        self._threads.shutdown(cancel_futures=True)

    async def _turn(self, lane: "deque[asyncio.Future[None]]") -> None:
        if self._free:
            self._free -= 1
            return
        if len(lane) >= MOST_WAITING:
            raise Overloaded(Message("account.busy"), retry_after_s=RETRY_AFTER_S)
        place = asyncio.get_running_loop().create_future()
        lane.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place in lane:
                lane.remove(place)
            elif not place.cancelled():
                self._release()  # it was its turn already
            raise

    def _release(self) -> None:
        for lane in (self._known, self._unknown):
            while lane:
                place = lane.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._free += 1


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
