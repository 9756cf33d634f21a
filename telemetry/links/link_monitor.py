"""Supervision of one vehicle's heartbeat on a link: every frame is a sign of life; a vehicle that is late is asked.

Asks as mavlink.io describes: PING ("Ping Protocol") and TIMESYNC ("Time Synchronization"), which PX4 and ArduPilot
answer. When the vehicle is back it is asked for its mode, mission item and battery at once (MAV_CMD_REQUEST_MESSAGE),
and `fresh` says from when on those are told anew. What is lost is decided in `telemetry.links.watch`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.clock import Clock
from telemetry.links.link import GROUND_STATION, Heard, Link
from telemetry.links.watch import LinkState, LinkWatch
from telemetry.mavlink.frames import message_number, system_of

TICK_S = 0.05
REQUEST_MESSAGE = 512
"""MAV_CMD."""
READ_AGAIN = frozenset(
    {
        mavlink.MAVLINK_MSG_ID_HEARTBEAT,
        mavlink.MAVLINK_MSG_ID_SYS_STATUS,
        mavlink.MAVLINK_MSG_ID_MISSION_CURRENT,
        mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
    }
)
"""Mode, battery, mission item, and whether it flies: heard again before what is known counts as the vehicle's."""
READ_WITHIN_S = 3.0
"""A vehicle that does not tell all of them in this time has no more to tell."""


@dataclass(frozen=True)
class LinkStatus:
    """How a link to a vehicle is."""

    state: LinkState = LinkState.WAITING
    silent_s: float = 0.0
    """Seconds since anything was heard of the vehicle."""
    lost_at: datetime | None = None
    """When it was last found lost, UTC."""
    back_at: datetime | None = None
    """When it was heard again after that; None while it is lost."""
    outage_s: float = 0.0
    """How long the last loss was: seconds between the last frame before it and the first after it."""
    unrecorded: str | None = None
    """Why the record of the link is not whole, in a sentence."""


class LinkMonitor:
    """Supervises one vehicle from `start` to `stop`."""

    def __init__(self, link: Link, target: Heard, clock: Clock, on_back: Callable[[], None]) -> None:
        """`on_back` is called each time the vehicle is heard again after a loss."""
        self._link = link
        self._target = target
        self._clock = clock
        self._on_back = on_back
        self._watch = LinkWatch()
        self._mav = mavlink.MAVLink(None, *GROUND_STATION)
        self._asked = 0
        self._loop = asyncio.get_running_loop()
        self._lost_at: datetime | None = None
        self._back_at: datetime | None = None
        self._outage_s = 0.0
        self._unread: frozenset[int] = frozenset()
        self._read_by = 0.0

    def start(self) -> None:
        """Begin; the vehicle was heard just now."""
        self._watch.heard(self._loop.time())
        self._stop_listening = self._link.listen(self._on_frame)
        self._ticking = asyncio.create_task(self._tick())

    def stop(self) -> None:
        """End."""
        self._ticking.cancel()
        self._stop_listening()

    @property
    def status(self) -> LinkStatus:
        """How the link is now."""
        silent = self._watch.silent_s(self._loop.time()) or 0.0
        return LinkStatus(self._watch.state, silent, self._lost_at, self._back_at, self._outage_s)

    @property
    def fresh(self) -> bool:
        """Whether what is known of the vehicle was heard after the last loss."""
        if self._watch.state is LinkState.LOST:
            return False
        return not self._unread or self._loop.time() >= self._read_by

    def _on_frame(self, frame: bytes) -> None:
        if system_of(frame) != self._target.system:
            return
        now = self._loop.time()
        silent = self._watch.silent_s(now) or 0.0
        if self._watch.heard(now):
            self._back_at = self._clock.now()
            self._outage_s = silent
            self._unread = READ_AGAIN
            self._read_by = now + READ_WITHIN_S
            self._on_back()
            self._read_again()
        if self._unread:
            self._unread -= {message_number(frame)}

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            was = self._watch.state
            asks = self._watch.tick(self._loop.time())
            if self._watch.state is LinkState.LOST and was is not LinkState.LOST:
                self._lost_at = self._clock.now()
                self._back_at = None
            if asks:
                self._ask()
            elif self._unread and self._asked_long_ago():
                self._read_again()

    def _ask(self) -> None:
        self._asked += 1
        now_us = int(self._loop.time() * 1e6)
        self._send(mavlink.MAVLink_ping_message(now_us, self._asked, 0, 0))
        self._send(mavlink.MAVLink_timesync_message(0, now_us * 1_000))

    def _asked_long_ago(self) -> bool:
        return self._loop.time() - self._read_asked_at > READ_WITHIN_S / 6

    def _read_again(self) -> None:
        self._read_asked_at = self._loop.time()
        for number in sorted(self._unread - {mavlink.MAVLINK_MSG_ID_HEARTBEAT}):
            to = (self._target.system, self._target.component)
            self._send(mavlink.MAVLink_command_long_message(*to, REQUEST_MESSAGE, 0, number, 0, 0, 0, 0, 0, 0))

    def _send(self, message: Any) -> None:
        self._link.send(message.pack(self._mav))
        self._mav.seq = (self._mav.seq + 1) % 256
