"""A pull point: how it asks, what it answers to a refusal, and that it does not run out."""

from contextlib import aclosing

import pytest

from telemetry.clock import SystemClock
from tests.mapserver.intake.virtual_cameras import PASSWORD, USER, PullPointCamera, answering
from vision.events.pulls import DeviceAddress, PullFailed, PullPoint
from vision.events.pulls.values import RETRY_REFUSED_S


async def test_a_subscription_is_renewed_before_it_ends() -> None:
    camera = PullPointCamera()
    async with answering(camera.app) as url:
        point = PullPoint(DeviceAddress(f"{url}/onvif/device_service", USER, PASSWORD), SystemClock(), lasts_s=0)
        async with aclosing(point.messages()) as messages:
            async for message in messages:
                assert message.payload == b""
                if camera.renewed.is_set():
                    break
    assert (camera.subscriptions, camera.forgotten.is_set()) == (1, True)


async def test_a_refused_password_waits_long_before_the_next_try() -> None:
    camera = PullPointCamera()
    async with answering(camera.app) as url:
        point = PullPoint(DeviceAddress(f"{url}/onvif/device_service", USER, "wrong"), SystemClock())
        with pytest.raises(PullFailed, match="password") as refused:
            await anext(point.messages())
    assert refused.value.retry_s == RETRY_REFUSED_S


async def test_a_device_that_is_not_there_is_told_of() -> None:
    point = PullPoint(DeviceAddress("http://127.0.0.1:1/onvif/device_service"), SystemClock())
    with pytest.raises(PullFailed, match="does not answer"):
        await anext(point.messages())
