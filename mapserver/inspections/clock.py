"""Inspection of the machine's clock. Off by two seconds is a fault; that nobody can tell is said, and is none."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from mapserver.core.settings import Settings
from mapserver.faults.values import Amiss, Sound
from telemetry.clock import iso
from telemetry.clock_check import KernelClock, kernel_clock, offset_from
from telemetry.errors import Unavailable
from telemetry.messages import Message

LIMIT_S = 2.0
ASK_EVERY_S = 600.0
"""Other machines are asked for their time no more often."""
TOLD_FOR = timedelta(hours=1)
"""A clock that was moved is told of for so long."""
REMEDY = Message("faults.clock_remedy")
WHAT = Message("faults.clock_wrong")


def hosts_with_a_clock(settings: Settings) -> list[str]:
    """The addresses of the settings that tell the time in their answers."""
    weather = None if settings.weather is None else settings.weather.base_url
    return [url for url in (settings.alerts.webhook, weather) if url is not None]


class ClockInspection:
    """Looks at the clock three ways: the kernel's word, other machines' time, and whether it was moved meanwhile.

    Devices are not asked: a camera's own clock is wrong more often than the server's.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        now: Callable[[], datetime],
        mono: Callable[[], float] = time.monotonic,
        kernel: Callable[[], KernelClock | None] = kernel_clock,
    ) -> None:
        """`urls` are asked for the Date of their answer; `mono` is seconds that nobody moves."""
        self._urls = urls
        self._now = now
        self._mono = mono
        self._kernel = kernel
        self._begun = (now(), mono())
        self._moved: tuple[datetime, float] | None = None
        self._asked: tuple[float, Sound | Amiss | None] | None = None

    def look(self) -> Sound | Amiss:
        """What is known of it now."""
        self._see_moves()
        told = self._told_by_others()
        if isinstance(told, Amiss):
            return told
        if self._moved is not None and self._now() - self._moved[0] < TOLD_FOR:
            at, by_s = self._moved
            return Amiss(WHAT, Message("faults.clock_moved", by_s=by_s, at=iso(at), remedy=REMEDY))
        kernel = self._kernel()
        if kernel is not None and kernel.synchronised and kernel.most_off_s >= LIMIT_S:
            return Amiss(WHAT, Message("faults.clock_unsure", most_s=kernel.most_off_s, remedy=REMEDY))
        if kernel is not None and kernel.synchronised:
            return Sound(Message("faults.clock_kept", most_s=kernel.most_off_s))
        return told or Sound(Message("faults.clock_unkept"), doubt=True)

    def _see_moves(self) -> None:
        wall, mono = self._begun
        now = self._now()
        by_s = (now - wall).total_seconds() - (self._mono() - mono)
        if abs(by_s) >= LIMIT_S:
            self._moved = (now, by_s)
            self._begun = (now, self._mono())

    def _told_by_others(self) -> Sound | Amiss | None:
        if self._asked is None or self._mono() - self._asked[0] >= ASK_EVERY_S:
            self._asked = (self._mono(), self._ask_others())
        return self._asked[1]

    def _ask_others(self) -> Sound | Amiss | None:
        for url in self._urls:
            try:
                bounds = offset_from(url, now=self._now)
            except Unavailable:
                continue
            said = Message("faults.clock_beside", least_s=bounds.least_s, most_s=bounds.most_s, other=url)
            if bounds.surely_off(LIMIT_S):
                return Amiss(WHAT, Message("faults.clock_is", said=said, remedy=REMEDY))
            return Sound(said)
        return None
