"""Alarm panels and Milestone's senders over TCP: a virtual panel calls, is answered once it is kept, falls silent."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastcrc import crc16

from mapserver.core.device_settings import ReceiverSettings
from mapserver.core.services import Services
from mapserver.faults import StandingFault
from mapserver.intake.receiver import DeviceReceiver
from telemetry.cities import City
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.scopes import LIVE
from telemetry.visibility import EVERYTHING
from tests.mapserver.intake.device_messages import milestone
from vision.cameras.tables import CameraRow


class VirtualPanel:
    """An alarm panel of the suite: it frames what it is told to say, with CRC and length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def calling(cls, receiver: DeviceReceiver) -> "VirtualPanel":
        return cls(*await asyncio.open_connection("127.0.0.1", receiver.port))

    async def say(self, body: str, *, crc: str = "") -> str:
        """Say a frame; what is answered, without its CRC and length."""
        framed = body.encode()
        head = crc or f"{crc16.arc(framed):04X}"
        self._writer.write(b"\n" + f"{head}{len(framed):04X}".encode() + framed + b"\r")
        return (await self._reader.readuntil(b"\r")).decode().strip()[8:]

    def hang_up(self) -> None:
        self._writer.close()


@pytest.fixture
def panel_camera(parts: Services) -> None:
    with parts.store.write() as work:
        for number, names in (("1", ["1234"]), ("2", ["192.0.2.9"])):
            work.session.add(
                CameraRow(
                    id=f"DOB-C0{number}", city=City("dobele"), name="School", lat=56.62, lon=23.28, azimuth_deg=0,
                    hfov_deg=60, range_m=100, device_names=names, scope=LIVE)
            )  # fmt: skip


@pytest.fixture
async def receiver(parts: Services, panel_camera: None) -> AsyncIterator[DeviceReceiver]:
    made = DeviceReceiver(parts, ReceiverSettings(dialect="sia_dc09", port=0))
    await made.start()
    yield made
    await made.stop()


def kept(parts: Services) -> list[Observation]:
    with parts.store.read() as session:
        return list(observations.latest(session, EVERYTHING, limit=10))


BURGLARY = '"ADM-CID"0007L0#1234[#1234|1130 01 002]'


async def test_an_alarm_is_acknowledged_once_it_is_kept_and_kept_once(
    receiver: DeviceReceiver, parts: Services
) -> None:
    panel = await VirtualPanel.calling(receiver)
    alarm = f"{BURGLARY}_{parts.clock.now():%H:%M:%S,%m-%d-%Y}"
    for _ in range(2):
        assert await panel.say(alarm) == '"ACK"0007L0#1234[]'
    panel.hang_up()
    (seen,) = kept(parts)
    assert (seen.source.id, seen.category) == ("DOB-C01", "person_in_closed_area")


async def test_a_frame_with_a_wrong_crc_is_refused_and_not_kept(receiver: DeviceReceiver, parts: Services) -> None:
    panel = await VirtualPanel.calling(receiver)
    assert (await panel.say(BURGLARY, crc="FFFF")).startswith('"NAK"')
    assert kept(parts) == []


async def test_an_encrypted_frame_is_not_understood_and_a_keep_alive_is(receiver: DeviceReceiver) -> None:
    panel = await VirtualPanel.calling(receiver)
    assert await panel.say('"*SIA-DCS"0008L0#1234[A0B1C2D3') == '"DUH"0008L0#1234[]'
    assert await panel.say('"NULL"0000L0#1234[]') == '"ACK"0000L0#1234[]'


async def test_a_panel_that_falls_silent_is_told_of_until_it_calls_again(parts: Services, panel_camera: None) -> None:
    silent = ReceiverSettings.model_construct(dialect="sia_dc09", host="127.0.0.1", port=0, silent_after_s=0.05)
    receiver = DeviceReceiver(parts, silent)
    began = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear(fault: StandingFault) -> None:
        loop.call_soon_threadsafe(began.set)

    stop = parts.faults.listen(hear)
    await receiver.start()
    panel = await VirtualPanel.calling(receiver)
    await panel.say('"NULL"0000L0#1234[]')
    await asyncio.wait_for(began.wait(), 20)
    assert [fault.part for fault in parts.faults.standing()] == ["device 1234"]
    await panel.say('"NULL"0000L0#1234[]')
    assert parts.faults.standing() == []
    stop()
    await receiver.stop()


async def test_an_analytics_event_comes_raw_or_as_a_request(parts: Services, panel_camera: None) -> None:
    receiver = DeviceReceiver(parts, ReceiverSettings(dialect="milestone", port=0))
    await receiver.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    one, two = (milestone(f"{number}-2", parts.clock.now().isoformat()) for number in (1, 2))
    writer.write(one[:100])
    await writer.drain()
    writer.write(one[100:] + b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n" + two)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
    await receiver.stop()
    assert sorted(one.source_ref for one in kept(parts)) == ["1-2", "2-2"]
