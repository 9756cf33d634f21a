"""Tasks in processes of their own: results and refusals come back, and whatever dies or hangs is replaced."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from telemetry.errors import BadMedia, Overloaded, TooLarge, Unavailable
from telemetry.workers import WorkerPool
from tests.telemetry.workers.tasks import die, divide_by_zero, double, fill, fill_unforeseen, hang, pid, refuse

WITHIN_S = 60.0
MEMORY = 256 * 2**20


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool("tests", workers=1, waiting=2, memory_bytes=MEMORY)
    yield made
    made.close()


def test_a_task_runs_in_another_process_and_its_result_comes_back(pool: WorkerPool) -> None:
    assert pool.run(WITHIN_S, double, 21) == 42
    assert pool.run(WITHIN_S, pid) != os.getpid()


def test_a_task_can_be_awaited(pool: WorkerPool) -> None:
    assert asyncio.run(pool.run_async(WITHIN_S, double, 4)) == 8


def test_a_refusal_is_raised_where_the_task_was_asked_for(pool: WorkerPool) -> None:
    with pytest.raises(BadMedia, match="no picture"):
        pool.run(WITHIN_S, refuse, "no picture")


def test_a_task_that_needs_more_memory_than_there_is_is_refused_in_words(pool: WorkerPool) -> None:
    with pytest.raises(TooLarge, match="send it in parts"):
        pool.run(WITHIN_S, fill_unforeseen, 2 * MEMORY)


def test_any_other_error_of_a_task_is_unavailable_and_the_worker_goes_on(pool: WorkerPool) -> None:
    before = pool.run(WITHIN_S, pid)
    with pytest.raises(Unavailable, match="the log says why"):
        pool.run(WITHIN_S, divide_by_zero)
    assert pool.run(WITHIN_S, pid) == before


def test_a_worker_that_dies_is_replaced(pool: WorkerPool) -> None:
    before = pool.run(WITHIN_S, pid)
    with pytest.raises(Unavailable, match="ended"):
        pool.run(WITHIN_S, die)
    assert pool.run(WITHIN_S, pid) != before


def test_a_worker_that_hangs_is_given_up_and_replaced(pool: WorkerPool) -> None:
    before = pool.run(WITHIN_S, pid)
    with pytest.raises(Unavailable, match="given up"):
        pool.run(0.05, hang)
    assert pool.run(WITHIN_S, pid) != before


def test_a_task_gets_no_more_memory_than_its_limit(pool: WorkerPool) -> None:
    with pytest.raises(BadMedia, match="too large"):
        pool.run(WITHIN_S, fill, 2 * MEMORY)
    assert pool.run(WITHIN_S, fill, 2**20) == 2**20


def test_more_tasks_than_may_wait_are_refused_at_once(pool: WorkerPool) -> None:
    async def crowd() -> None:
        places = [asyncio.ensure_future(pool.run_async(WITHIN_S, hang)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as refused:
            await pool.run_async(WITHIN_S, double, 1)
        assert refused.value.retry_after_s
        await asyncio.get_running_loop().run_in_executor(None, pool.close)
        ended = await asyncio.gather(*places, return_exceptions=True)
        assert all(isinstance(error, Unavailable | asyncio.CancelledError) for error in ended)

    asyncio.run(crowd())
