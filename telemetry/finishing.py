"""Work that goes on to its end although whoever waits for it is cancelled. Starts nothing by itself and has no limit.

For what must not be left half done: letting go of a vehicle, putting back a plan. Only the end of the event loop, which
cancels every task, cuts it off.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
Work = Coroutine[Any, Any, Result] | asyncio.Task[Result]


async def finish(work: Work[Result]) -> Result:
    """What came of `work`. Cancelled meanwhile, it raises CancelledError once the work is done."""
    task = asyncio.ensure_future(work)
    cancelled = await _waited(task)
    if cancelled is not None:
        raise cancelled
    return task.result()


async def finish_despite(work: Work[Result]) -> Result:
    """What came of `work`, also when cancelled meanwhile: for those who raise a CancelledError of their own then."""
    task = asyncio.ensure_future(work)
    await _waited(task)
    return task.result()


async def _waited(task: asyncio.Task[Result]) -> asyncio.CancelledError | None:
    """Wait until `task` is done; gives the last word to stop that came meanwhile."""
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled
