"""Workers on the event loop: started again when they fail, told of once each way, stopped within a bound."""

import asyncio
from contextlib import suppress

from telemetry.errors import BadInput
from telemetry.supervision import Supervisor, TaskHeartbeat, WorkerState
from tests.telemetry.supervision.test_thread_worker import WAIT_S, Told


async def test_one_that_fails_is_started_again_and_told_of_once_each_way() -> None:
    told, rounds, worked = Told(), iter(range(10)), asyncio.Event()

    async def run(heartbeat: TaskHeartbeat) -> None:
        if next(rounds) < 3:
            raise BadInput("no luck")
        heartbeat.worked()
        worked.set()
        await heartbeat.wait(WAIT_S)

    supervisor = Supervisor(told)
    worker = supervisor.task("weather", run, pauses_s=(0.0,))
    worker.start()
    await worked.wait()
    report = supervisor.reports()[0]
    assert (report.name, report.state, report.restarts) == ("weather", WorkerState.RUNNING, 3)
    assert await worker.stop(WAIT_S)
    assert [told.next(), told.next()] == ["weather failed: no luck", "weather recovered"]
    assert told.said.empty()
    assert supervisor.reports() == []


async def test_one_that_does_not_end_is_cancelled_after_the_bound() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def run(_: TaskHeartbeat) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    worker = Supervisor(Told()).task("mqtt", run)
    worker.start()
    await begun.wait()
    assert not await worker.stop(within_s=0.01)
    assert cancelled.is_set()


async def test_one_that_will_not_be_cancelled_is_left_behind() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def run(_: TaskHeartbeat) -> None:
        begun.set()
        while not go_on.is_set():
            with suppress(asyncio.CancelledError):
                await go_on.wait()

    worker = Supervisor(Told()).task("mqtt", run)
    worker.start()
    await begun.wait()
    assert not await worker.stop(within_s=0.01)
    go_on.set()


async def test_one_that_has_nothing_more_to_do_says_so() -> None:
    through = asyncio.Event()

    async def run(_: TaskHeartbeat) -> None:
        through.set()

    supervisor = Supervisor(Told())
    worker = supervisor.task("webhook", run)
    worker.start()
    await through.wait()
    assert supervisor.reports()[0].state is WorkerState.ENDED
    assert await worker.stop()
