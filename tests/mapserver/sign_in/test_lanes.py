"""Two passwords are hashed at a time; known browsers go first, and no queue grows without end."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from mapserver.sign_in.lanes import AT_A_TIME, MOST_WAITING, PasswordLanes
from telemetry.errors import Overloaded


class Gate:
    """Work that waits until it is let through, and how much of it ran at once."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.order: list[str] = []
        self._running = 0
        self.most = 0
        self._lock = threading.Lock()

    def work(self, name: str) -> Callable[[], None]:
        def do() -> None:
            with self._lock:
                self.order.append(name)
                self._running += 1
                self.most = max(self.most, self._running)
            self.open.wait(60)
            with self._lock:
                self._running -= 1

        return do


def in_lanes(scenario: Callable[[PasswordLanes, Gate], Awaitable[None]]) -> Gate:
    gate = Gate()

    async def run() -> None:
        lanes = PasswordLanes()
        try:
            await scenario(lanes, gate)
        finally:
            gate.open.set()
            lanes.close()

    asyncio.run(run())
    return gate


async def begun(lanes: PasswordLanes, gate: Gate, *names: str, known: bool = False) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(lanes.run(gate.work(name), known=known)) for name in names]
    await asyncio.sleep(0)
    return tasks


def test_two_run_at_a_time() -> None:
    async def scenario(lanes: PasswordLanes, gate: Gate) -> None:
        tasks = await begun(lanes, gate, *"abcdef")
        gate.open.set()
        await asyncio.gather(*tasks)

    gate = in_lanes(scenario)
    assert sorted(gate.order) == list("abcdef")
    assert gate.most <= AT_A_TIME


def test_a_known_browser_goes_before_all_that_wait() -> None:
    async def scenario(lanes: PasswordLanes, gate: Gate) -> None:
        tasks = await begun(lanes, gate, "first", "second", "stranger", "stranger")
        tasks += await begun(lanes, gate, "owner", known=True)
        gate.open.set()
        await asyncio.gather(*tasks)

    assert in_lanes(scenario).order.index("owner") < 4


def test_more_than_may_wait_are_refused_at_once_but_known_browsers_are_not() -> None:
    async def scenario(lanes: PasswordLanes, gate: Gate) -> None:
        tasks = await begun(lanes, gate, *("x" * (AT_A_TIME + MOST_WAITING)))
        with pytest.raises(Overloaded) as refused:
            await lanes.run(gate.work("late"), known=False)
        assert refused.value.retry_after_s
        tasks += await begun(lanes, gate, "owner", known=True)
        gate.open.set()
        await asyncio.gather(*tasks)

    assert "owner" in in_lanes(scenario).order


def test_whoever_leaves_while_waiting_gives_the_place_to_the_next() -> None:
    async def scenario(lanes: PasswordLanes, gate: Gate) -> None:
        tasks = await begun(lanes, gate, "first", "second", "leaves", "stays")
        tasks[2].cancel()
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert sorted(in_lanes(scenario).order) == ["first", "second", "stays"]
