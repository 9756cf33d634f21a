"""Work that must not be cut off, and what whoever waits for it hears of a cancel."""

import asyncio

import pytest

from telemetry.finishing import finish, finish_despite


class Work:
    """Goes on once it is let."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.ended = False

    async def run(self) -> str:
        await self.may_end.wait()
        self.ended = True
        return "done"


async def cancelled_twice(work: Work, waiting: asyncio.Task[str]) -> None:
    for _ in range(2):
        await asyncio.sleep(0)
        waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    work.may_end.set()
    await asyncio.wait({waiting})


async def test_work_is_done_before_a_cancel_is_passed_on() -> None:
    work = Work()
    waiting = asyncio.create_task(finish(work.run()))
    await cancelled_twice(work, waiting)
    assert work.ended
    assert waiting.cancelled()


async def test_whoever_is_being_cancelled_already_still_gets_what_came_of_it() -> None:
    work = Work()
    waiting = asyncio.create_task(finish_despite(work.run()))
    await cancelled_twice(work, waiting)
    assert waiting.result() == "done"


async def test_what_goes_wrong_in_the_work_is_raised() -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await finish(fail())


async def test_a_deadline_of_whoever_waits_holds_once_the_work_is_done() -> None:
    work = Work()
    asyncio.get_running_loop().call_later(0.02, work.may_end.set)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await finish(work.run())
    assert work.ended
