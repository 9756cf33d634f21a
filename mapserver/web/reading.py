"""Reading what came from outside while others wait for the event loop: a little at once, more in a thread."""

from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread

from mapserver.web.body import INLINE_JSON

T = TypeVar("T")


async def read_aside(size: int, read: Callable[[], T]) -> T:
    """What `read` gives; in a thread when it reads more than a few bytes, since changing threads has its price, too.

    `size`: bytes that it reads. Raises what `read` raises.
    """
    if size <= INLINE_JSON:
        return read()
    return await to_thread.run_sync(read)
