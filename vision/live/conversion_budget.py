"""How much video is encoded again at once while somebody watches it, and how large: of cameras whose own a browser
cannot play, and of recordings that are blurred."""

import threading

from telemetry.errors import Overloaded
from telemetry.messages import Message

MAX_WIDTH = 1280
"""Pixels; wider pictures are made smaller."""
MAX_FPS = 15.0
"""More pictures a second are decoded, but not encoded again."""
RETRY_S = 10


class ConversionBudget:
    """So many conversions at once, whoever looks. Every method may be called by any thread."""

    def __init__(self, most: int, *, full: Message | None = None) -> None:
        """`full`: what is said when there is none left, where it is not live video that is converted."""
        self._most = most
        self._full = full
        self._under_way = 0
        self._counting = threading.Lock()

    def begin(self) -> None:
        """Take one of them. Raises Overloaded, in words for who looks, when there is none left."""
        with self._counting:
            if self._under_way >= self._most:
                raise Overloaded(self._why(), retry_after_s=RETRY_S)
            self._under_way += 1

    def end(self) -> None:
        """Give it back."""
        with self._counting:
            self._under_way -= 1

    def _why(self) -> Message:
        if self._full is not None:
            return self._full
        if not self._most:
            return Message("cameras.converts_none")
        return Message("cameras.converts_at_most", count=self._most)
