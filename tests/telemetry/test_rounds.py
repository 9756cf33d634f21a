"""Work done again and again."""

import asyncio
import threading

from telemetry.rounds import Rounds


async def test_what_fails_is_tried_again() -> None:
    rounds_done = 0
    third = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        nonlocal rounds_done
        rounds_done += 1
        if rounds_done == 3:
            loop.call_soon_threadsafe(third.set)
        raise RuntimeError

    rounds = Rounds(work, every_s=0.001, name="the test")
    await rounds.start()
    await third.wait()
    await rounds.stop()


async def test_stopping_waits_for_the_round_under_way_and_begins_no_other() -> None:
    begun, go_on = asyncio.Event(), threading.Event()
    loop, finished = asyncio.get_running_loop(), []

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()
        finished.append(True)

    rounds = Rounds(work, every_s=0.001, name="the test")
    await rounds.start()
    await begun.wait()
    stopping = asyncio.create_task(rounds.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    go_on.set()
    await stopping
    assert finished == [True]


async def test_a_long_pause_does_not_hold_up_the_end() -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    rounds = Rounds(lambda: loop.call_soon_threadsafe(done.set), every_s=86_400, name="the test")
    await rounds.start()
    await done.wait()
    await asyncio.wait_for(rounds.stop(), 60)
