"""The telemetry log of a link as it is written: what is lost with the program, and a disk that takes nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.clock import SystemClock
from telemetry.links.address import free_udp_port
from telemetry.links.link import Link
from telemetry.logs.recorder import TlogRecorder
from telemetry.logs.tlog import load_tlog

FULL = Path("/dev/full")


def ping(number: int) -> bytes:
    mav = mavlink.MAVLink(None, 1, 1)
    packed: bytes = mavlink.MAVLink_ping_message(number, number, 0, 0).pack(mav)
    return packed


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - a disk gives no event
            await asyncio.sleep(0.02)


async def test_what_passed_is_on_the_disk_before_the_program_ends_well(tmp_path: Path) -> None:
    recorder = TlogRecorder(tmp_path / "new" / "a.tlog", SystemClock())
    recorder.start()
    for number in range(500):
        recorder.take(ping(number))
    written, whole = tmp_path / "new" / "a.tlog", 500 * (8 + len(ping(0)))
    await until(lambda: written.exists() and written.stat().st_size >= whole)  # as after kill -9: nobody closed it
    log = load_tlog(written)
    assert (log.count, log.lost_bytes) == (500, 0)
    assert list(log.messages["PING"].fields["seq"]) == list(range(500))
    recorder.close()


async def test_a_log_is_gone_on_with_after_a_restart(tmp_path: Path) -> None:
    for number in range(2):
        recorder = TlogRecorder(tmp_path / "a.tlog", SystemClock())
        recorder.start()
        recorder.take(ping(number))
        recorder.close()
    assert list(load_tlog(tmp_path / "a.tlog").messages["PING"].fields["seq"]) == [0, 1]


@pytest.mark.skipif(not FULL.exists(), reason="there is no full disk here")
async def test_a_full_disk_is_said_once_and_the_link_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    recorder, port = TlogRecorder(FULL, SystemClock()), free_udp_port()
    heard = asyncio.Event()
    async with Link(f"udpin://127.0.0.1:{port}") as ours, Link(f"udpout://127.0.0.1:{port}") as theirs:
        recorder.start()
        ours.listen(recorder.take)
        ours.listen(lambda frame: heard.set() if frame == ping(2) else None)
        theirs.send(ping(1))
        await until(lambda: recorder.trouble is not None)
        theirs.send(ping(2))
        await asyncio.wait_for(heard.wait(), 60)
    recorder.close()
    assert recorder.trouble is not None
    assert "not on record in full any more: No space left on device" in recorder.trouble
    assert len(caplog.records) == 1
