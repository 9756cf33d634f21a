"""Says in words that there is more to look at than time for it, which streams feel it, and when it is over. Pure."""

from collections.abc import Mapping

from telemetry.messages import Message
from vision.workers.stride_scheduler import AnalysisRate

LASTS_S = 20.0
"""Shorter crowding is not told: when many cameras begin at once, each first picture is looked at."""


class OverloadMonitor:
    """Asked again and again; says each overload once, and once that it is over."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._told = False

    def see(self, rates: Mapping[str, AnalysisRate], mono: float) -> Message | None:
        """What is to be said of `rates` (by stream) at `mono`, seconds on the monotonic clock: nothing, mostly."""
        late = {name: rate for name, rate in rates.items() if rate.late}
        if not late:
            told = self._told
            self._told = False
            self._since = None
            if told:
                return Message("feeds.overload_over")
            return None
        if self._since is None:
            self._since = mono
        if self._told or mono - self._since < LASTS_S:
            return None
        self._told = True
        often = [Message("feeds.looked_at", camera=name, per_s=rate.per_s) for name, rate in sorted(late.items())]
        return Message("feeds.overload", cameras=often)
