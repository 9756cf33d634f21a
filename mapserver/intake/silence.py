"""When each device was heard last: one that falls silent is a fault until it is heard again."""

import time
from dataclasses import dataclass

from mapserver.core.services import Services
from mapserver.faults import Amiss
from telemetry.clock import iso
from telemetry.messages import Message

MOST_DEVICES = 5_000
"""Whose silence is watched."""


@dataclass
class _Device:
    """When a device was heard last."""

    at_s: float
    """On the monotonic clock."""
    said: str
    """The same by the clock, as people read it."""
    is_silent: bool = False


class SilenceWatch:
    """Watches the devices that are heard in one way, by name. Of the event loop."""

    def __init__(self, parts: Services, silent_after_s: float) -> None:
        self._parts = parts
        self._silent_after_s = silent_after_s
        self._heard: dict[str, _Device] = {}

    def hear(self, name: str) -> None:
        """The device has just said something."""
        known = self._heard.get(name)
        if known is not None and known.is_silent:
            self._parts.faults.end(f"device {name}")
        if known is not None or len(self._heard) < MOST_DEVICES:
            self._heard[name] = _Device(time.monotonic(), iso(self._parts.clock.now()))

    def look(self) -> None:
        """Tell of the devices that have fallen silent."""
        now_s = time.monotonic()
        for name, device in self._heard.items():
            if not device.is_silent and now_s - device.at_s > self._silent_after_s:
                device.is_silent = True
                what = Message("faults.device_silent", device=name, since=device.said)
                self._parts.faults.begin(f"device {name}", Amiss(what, Message("faults.device_silent_remedy")))
