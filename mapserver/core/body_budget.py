"""How many bytes of large bodies are in memory at a time: whoever comes beyond waits, unread, and not for long.

Kept by each server process for itself, on purpose: it is this process's memory that it guards.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telemetry.errors import Overloaded
from telemetry.messages import Message

RETRY_AFTER_S = 5


class BodyBudget:
    """`size` bytes for all, in at most `each` bodies of one sender. Belongs to one event loop."""

    def __init__(self, size: int, *, each: int) -> None:
        self._size = size
        self._each = each
        self._used = 0
        self._of: Counter[str] = Counter()
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, sender: str, size: int, *, within_s: float) -> AsyncIterator[None]:
        """Room for `size` bytes of `sender` until the block ends. Raises Overloaded when there is none in `within_s`.

        One body that is larger than the whole budget has it alone.
        """
        await self._take(sender, size, within_s)
        try:
            yield
        finally:
            await asyncio.shield(self._give_back(sender, size))

    async def _take(self, sender: str, size: int, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s), self._freed:
                await self._freed.wait_for(lambda: self._fits(sender, size))
                self._used += size
                self._of[sender] += 1
        except TimeoutError as error:
            raise Overloaded(
                Message("web.too_many_large"),
                retry_after_s=RETRY_AFTER_S,
            ) from error

    def _fits(self, sender: str, size: int) -> bool:
        if self._of[sender] >= self._each:
            return False
        return self._used == 0 or self._used + size <= self._size

    async def _give_back(self, sender: str, size: int) -> None:
        async with self._freed:
            self._used -= size
            self._of[sender] -= 1
            if not self._of[sender]:
                del self._of[sender]
            self._freed.notify_all()
