"""Events that are fetched from cameras of the suite: streamed over HTTP, and through ONVIF's pull point."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr

from mapserver.core.device_settings import PullSettings
from mapserver.core.services import Services
from mapserver.intake import quarantine
from mapserver.intake.event_pull import EventPull
from telemetry.cities import City
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.scopes import LIVE
from telemetry.visibility import EVERYTHING
from tests.mapserver.intake.device_messages import HUMAN, dahua, hikvision, onvif
from tests.mapserver.intake.virtual_cameras import PASSWORD, USER, PullPointCamera, StreamingCamera, answering
from vision.cameras.tables import CameraRow

ALERTS = "/ISAPI/Event/notification/alertStream"
ATTACH = "/cgi-bin/eventManager.cgi"
CROSSED = "tns1:RuleEngine/LineDetector/Crossed"


@pytest.fixture
def gate_camera(parts: Services) -> None:
    with parts.store.write() as work:
        work.session.add(
            CameraRow(
                id="DOB-C01", city=City("dobele"), name="Gate", lat=56.62, lon=23.28, azimuth_deg=0, hfov_deg=60,
                range_m=100, scope=LIVE)
        )  # fmt: skip


@asynccontextmanager
async def fetching(parts: Services, dialect: str, url: str, camera: str = "DOB-C01") -> AsyncIterator[EventPull]:
    settings = PullSettings(dialect=dialect, camera=camera, url=url, username=USER, password=SecretStr(PASSWORD))
    pull = EventPull(parts, settings)
    pull.start()
    try:
        yield pull
    finally:
        await pull.stop()


async def until(parts: Services, called: asyncio.Event, is_so: Callable[[], bool]) -> None:
    """Wait until it is so, looking after each commit, each fault and each time the camera is called."""
    loop = asyncio.get_running_loop()

    def hear(_: object) -> None:
        loop.call_soon_threadsafe(called.set)

    stops = [parts.store.listen(hear), parts.faults.listen(hear)]
    async with asyncio.timeout(60):
        while not is_so():
            called.clear()
            if not is_so():
                await called.wait()
    for stop in stops:
        stop()


def kept(parts: Services) -> list[Observation]:
    with parts.store.read() as session:
        return list(observations.latest(session, EVERYTHING, limit=10))


def alert(parts: Services, *, count: int = 1) -> bytes:
    return hikvision("linedetection", more=HUMAN, at=parts.clock.now().isoformat(), count=count)


def crossed(parts: Services, person: str) -> bytes:
    return onvif(CROSSED, f"ObjectId={person}", at=f' UtcTime="{parts.clock.now():%Y-%m-%dT%H:%M:%SZ}"')


@pytest.mark.parametrize("with_length", [True, False])
async def test_an_alert_of_the_stream_is_kept_and_a_heartbeat_is_not(
    parts: Services, gate_camera: None, with_length: bool
) -> None:
    camera = StreamingCamera(ALERTS)
    async with answering(camera.app) as url, fetching(parts, "hikvision", url):
        camera.say(hikvision("videoloss", "inactive", at=parts.clock.now().isoformat()), "application/xml")
        camera.say(alert(parts), "application/xml; charset=UTF-8", with_length=with_length)
        camera.say(b"\xff\xd8\xff" + bytes(500), "image/jpeg")
        camera.say(alert(parts, count=2), "application/xml", with_length=with_length)
        await until(parts, camera.called, lambda: len(kept(parts)) == 1)
        camera.hang_up()
    (seen,) = kept(parts)
    assert (seen.source.id, seen.category) == ("DOB-C01", "person_in_closed_area")


async def test_a_connection_that_breaks_is_made_again_and_each_event_is_kept_once(
    parts: Services, gate_camera: None
) -> None:
    camera = StreamingCamera(ATTACH, boundary="myboundary")
    event = dahua("CrossLineDetection", data={"UTC": int(parts.clock.now().timestamp()), "EventID": 7})
    body = event.partition(b"\r\n\r\n")[2] or event
    async with answering(camera.app) as url, fetching(parts, "dahua", url):
        camera.say(b"Heartbeat", "text/plain")
        camera.say(body, "text/plain")
        await until(parts, camera.called, lambda: len(kept(parts)) == 1)
        camera.hang_up()
        camera.say(body, "text/plain")
        await until(parts, camera.called, lambda: camera.attached == 2)
        camera.say(b"Heartbeat", "text/plain")
        camera.hang_up()
    assert len(kept(parts)) == 1


async def test_a_wrong_password_is_told_of_and_not_tried_again_soon(parts: Services, gate_camera: None) -> None:
    camera = StreamingCamera(ALERTS)
    camera.password = "another"
    async with answering(camera.app) as url, fetching(parts, "hikvision", url):
        await until(parts, camera.called, lambda: parts.faults.standing() != [])
    (fault,) = parts.faults.standing()
    assert "password" in fault.what.text()
    assert (camera.refused, camera.attached) == (1, 0)


async def test_a_pull_point_gives_events_although_the_clock_of_the_camera_is_an_hour_ahead(
    parts: Services, gate_camera: None
) -> None:
    camera = PullPointCamera(clock_ahead=timedelta(hours=1))
    async with answering(camera.app) as url, fetching(parts, "onvif", url):
        camera.say(crossed(parts, "12"))
        await until(parts, camera.called, lambda: len(kept(parts)) == 1)
        clock = [fault for fault in parts.faults.standing() if fault.part == "device DOB-C01 clock"]
    assert len(clock) == 1
    assert "off" in clock[0].what.text()
    assert camera.forgotten.is_set()


async def test_a_lost_subscription_is_made_again(parts: Services, gate_camera: None) -> None:
    camera = PullPointCamera()
    async with answering(camera.app) as url, fetching(parts, "onvif", url):
        camera.say(crossed(parts, "12"))
        await until(parts, camera.called, lambda: len(kept(parts)) == 1)
        camera.lose_subscription()
        await until(parts, camera.called, lambda: camera.subscriptions == 2)
        camera.say(crossed(parts, "13"))
        await until(parts, camera.called, lambda: len(kept(parts)) == 2)


async def test_events_of_a_camera_that_nobody_added_wait_in_quarantine(parts: Services) -> None:
    camera = PullPointCamera()

    def waiting() -> int:
        with parts.store.read() as session:
            return quarantine.count(session, EVERYTHING)

    async with answering(camera.app) as url, fetching(parts, "onvif", url, camera="NEW-C1"):
        camera.say(crossed(parts, "12"))
        await until(parts, camera.called, lambda: waiting() == 1)
    assert kept(parts) == []


async def test_only_the_server_that_has_the_lease_fetches(parts: Services, gate_camera: None) -> None:
    camera = StreamingCamera(ALERTS)
    other = LeaseKeeper(parts.store, LeaseOwner("another", "another server"))
    assert other.take("events DOB-C01") is not None
    async with answering(camera.app) as url:
        async with fetching(parts, "hikvision", url):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(camera.called.wait(), 1)  # nothing tells that somebody does not call
        other.give_back(["events DOB-C01"])
        async with fetching(parts, "hikvision", url):
            camera.say(alert(parts), "application/xml")
            await until(parts, camera.called, lambda: len(kept(parts)) == 1)
            camera.hang_up()
