"""Recorded streams and notifications played by cameras of the suite: fetched, they tell what they tell as files. The
twin that needs no recording is `test_event_pull.py`."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from telemetry.clock import SystemClock
from tests.mapserver.intake.test_recorded_messages import ARRIVAL, RECORDED, comes_to, in_words
from tests.mapserver.intake.virtual_cameras import PASSWORD, USER, PullPointCamera, answering
from vision.events import dahua, hikvision, onvif
from vision.events.pulls import DeviceAddress, PullPoint
from vision.events.pulls.part_stream import PartStream

STREAMS = sorted(RECORDED.glob("*/*.multipart"))
NOTIFICATIONS = sorted(RECORDED.glob("onvif_pullpoint/*.xml"))
PARSERS = {"dahua": dahua.parse, "hikvision_isapi": hikvision.parse}
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded messages are not on this machine")


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_a_recorded_stream_tells_the_same_part_by_part(path: Path) -> None:
    whole = path.read_bytes()
    boundary = whole.lstrip().split(b"\n", 1)[0].strip().decode()
    stream = PartStream(boundary)
    parts = [part for start in range(0, len(whole), 700) for part in stream.feed(whole[start : start + 700])]
    parts += stream.feed(b"\r\n--" + boundary.lstrip("-").encode() + b"\r\n")
    parse = PARSERS[path.parent.name]
    told = [in_words(one) for part in parts for one in parse(part.body, ARRIVAL)]
    assert told == comes_to(whole)


@pytest.mark.parametrize("path", NOTIFICATIONS, ids=lambda path: path.stem)
async def test_a_recorded_notification_tells_the_same_through_a_pull_point(path: Path) -> None:
    camera = PullPointCamera()
    recorded = await asyncio.to_thread(path.read_bytes)
    camera.say(recorded)
    async with answering(camera.app) as url:
        point = PullPoint(DeviceAddress(f"{url}/onvif/device_service", USER, PASSWORD), SystemClock(), pull_s=1)
        async with aclosing(point.messages()) as messages:
            async for message in messages:
                told = [in_words(one) for one in onvif.parse(message.payload, ARRIVAL)]
                break
    assert told == comes_to(recorded)
