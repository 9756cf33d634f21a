"""Large bodies wait their turn, by bytes for all and by number for each sender."""

import asyncio

import pytest

from mapserver.core.body_budget import BodyBudget
from telemetry.errors import Overloaded


def test_what_does_not_fit_waits_until_there_is_room() -> None:
    async def scenario() -> None:
        budget = BodyBudget(100, each=5)
        entered = asyncio.Event()

        async def second() -> None:
            async with budget.hold("b", 60, within_s=60):
                entered.set()

        async with budget.hold("a", 60, within_s=60):
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0)
            assert not entered.is_set()
        await waiting
        assert entered.is_set()

    asyncio.run(scenario())


def test_one_sender_does_not_take_the_room_of_others() -> None:
    async def scenario() -> None:
        budget = BodyBudget(100, each=1)
        async with budget.hold("a", 10, within_s=60):
            with pytest.raises(Overloaded):
                async with budget.hold("a", 10, within_s=0):
                    raise AssertionError
            async with budget.hold("b", 10, within_s=60):
                pass

    asyncio.run(scenario())


def test_room_is_given_back_by_who_is_cancelled_or_fails() -> None:
    async def scenario() -> None:
        budget = BodyBudget(100, each=1)

        async def held(began: asyncio.Event) -> None:
            async with budget.hold("a", 100, within_s=60):
                began.set()
                await asyncio.Event().wait()

        began = asyncio.Event()
        task = asyncio.create_task(held(began))
        await began.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with budget.hold("a", 100, within_s=60):
            pass

    asyncio.run(scenario())


def test_a_body_larger_than_the_whole_budget_has_it_alone() -> None:
    async def scenario() -> None:
        budget = BodyBudget(10, each=1)
        async with budget.hold("a", 50, within_s=60):
            with pytest.raises(Overloaded):
                async with budget.hold("b", 1, within_s=0):
                    raise AssertionError

    asyncio.run(scenario())
