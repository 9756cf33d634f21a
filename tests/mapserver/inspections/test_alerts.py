"""Administrators are told: failed sign-ins are counted, and the webhook hears of each fault, with bounded tries."""

import asyncio
import json
import logging
from datetime import timedelta

import httpx
import pytest

from mapserver.faults import Amiss, Faults, Sound
from mapserver.inspections.sign_ins import MOST, sign_in_inspection
from mapserver.inspections.webhook import Webhook
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.audit.service import FAILED_SIGN_IN
from telemetry.clock import ManualClock
from telemetry.messages import written
from telemetry.store import Store
from tests.builders import NOON

AMISS = Amiss(written("the disk is nearly full"), written("free room"))


def fail(store: Store, times: int, *, name: str = "ilze") -> None:
    who = Principal(name, Role.COORDINATOR, None)
    with store.write() as work:
        for _ in range(times):
            audit.record(work.session, who, FAILED_SIGN_IN, name, city=None, at=NOON)


def test_ten_failed_sign_ins_within_five_minutes_are_a_fault(store: Store) -> None:
    clock = ManualClock(NOON + timedelta(minutes=4))
    inspection = sign_in_inspection(store, clock)
    fail(store, MOST - 1)
    assert isinstance(inspection.look(), Sound)
    fail(store, 1, name="janis")
    found = inspection.look()
    assert isinstance(found, Amiss)
    assert (str(found.what), "ilze, janis" in str(found.remedy)) == ("10 sign-ins failed within 5 minutes", True)
    clock.advance(120)
    assert isinstance(inspection.look(), Sound)


class Receiver(httpx.AsyncBaseTransport):
    """Hears posts; refuses the first so many."""

    def __init__(self, refuse: int = 0) -> None:
        self.refuse = refuse
        self.heard: list[dict[str, str]] = []
        self.tries = 0
        self.news = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.tries += 1
        self.news.set()
        if self.tries <= self.refuse:
            return httpx.Response(503)
        self.heard.append(json.loads(await request.aread()))
        return httpx.Response(204)


async def test_the_webhook_is_told_of_standing_and_new_faults() -> None:
    faults, receiver = Faults(ManualClock(NOON)), Receiver(refuse=1)
    faults.begin("disk", AMISS)
    webhook = Webhook("https://alerts.example/hook", faults, pauses_s=(0.0, 0.0), transport=receiver)
    webhook.start()
    await asyncio.to_thread(faults.begin, "broker", AMISS)
    while len(receiver.heard) < 2:
        receiver.news.clear()
        await receiver.news.wait()
        await asyncio.sleep(0)
    await webhook.stop()
    assert [said["part"] for said in receiver.heard] == ["disk", "broker"]
    assert (receiver.heard[0]["what"], receiver.heard[0]["remedy"]) == (str(AMISS.what), str(AMISS.remedy))
    assert receiver.tries == 3


async def test_a_webhook_that_does_not_answer_is_given_up_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    faults, receiver = Faults(ManualClock(NOON)), Receiver(refuse=99)
    webhook = Webhook("https://alerts.example/hook", faults, pauses_s=(0.0, 0.0), transport=receiver)
    webhook.start()
    faults.begin("disk", AMISS)
    with caplog.at_level(logging.WARNING, "mapserver.inspections.webhook"):
        while "could not be told" not in caplog.text:
            receiver.news.clear()
            await receiver.news.wait()
            for _ in range(5):
                await asyncio.sleep(0)
    await webhook.stop()
    assert receiver.tries == 3
