"""Links over real sockets of this machine: both sides hear each other, and a hanging program falls silent."""

import asyncio

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.errors import BadInput, VehicleSilent
from telemetry.links.address import Medium, free_udp_port, read_address
from telemetry.links.impaired import ImpairedRelay, Trouble
from telemetry.links.link import Link
from telemetry.mavlink.frames import message_number


def heartbeat(number: int = 0, *, system: int = 1) -> bytes:
    mav = mavlink.MAVLink(None, system, 1)
    mav.seq = number
    packed: bytes = mavlink.MAVLink_heartbeat_message(2, 12, 0, 0, 3, 3).pack(mav)
    return packed


class Ear:
    """Collects frames and lets a test wait for them."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()

    def __call__(self, frame: bytes) -> None:
        self.frames.put_nowait(frame)

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.frames.get(), 60)


@pytest.mark.parametrize("ours", ["udpin", "udpout", "tcpin", "tcpout"])
async def test_frames_pass_both_ways_over(ours: str) -> None:
    port, theirs = free_udp_port(), {"udpin": "udpout", "udpout": "udpin", "tcpin": "tcpout", "tcpout": "tcpin"}[ours]
    ends = [f"{ours}://127.0.0.1:{port}", f"{theirs}://127.0.0.1:{port}"]
    first, second = (Link(url) for url in sorted(ends, key=lambda url: "out:" in url))
    async with first, second:
        heard, back = Ear(), Ear()
        first.listen(heard)
        second.listen(back)
        second.send(heartbeat(7))
        while (frame := await heard.next()) != heartbeat(7):
            assert message_number(frame) == 0
        assert message_number(await back.next()) == 0


async def test_a_driver_behind_the_link_is_heard_and_hears_the_vehicle() -> None:
    port = free_udp_port()
    async with (
        Link(f"udpin://127.0.0.1:{port}") as link,
        Link(f"udpout://127.0.0.1:{port}") as vehicle,
        Link(await link.serve_driver()) as driver,
    ):
        at_driver, at_vehicle = Ear(), Ear()
        driver.listen(at_driver)
        vehicle.listen(at_vehicle)
        driver.send(heartbeat(9))
        while await at_vehicle.next() != heartbeat(9):
            pass
        vehicle.send(heartbeat(3))
        while await at_driver.next() != heartbeat(3):
            pass


async def test_noise_and_half_frames_are_passed_over() -> None:
    port = free_udp_port()
    async with Link(f"udpin://127.0.0.1:{port}") as link, Link(f"udpout://127.0.0.1:{port}") as other:
        heard = Ear()
        link.listen(heard)
        hurt = bytearray(heartbeat(4))
        hurt[-3] ^= 0xFF
        for data in (b"\x00\xfe\x01 noise", bytes(hurt), heartbeat(5)[:6], heartbeat(5)[6:]):
            other.send(data)
        while (await heard.next())[4] != 5:
            pass


async def test_a_relay_that_loses_all_is_a_pulled_plug_and_can_be_put_back() -> None:
    port = free_udp_port()
    async with (
        ImpairedRelay(port, Trouble(loss=1.0)) as relay,
        Link(f"udpin://127.0.0.1:{port}") as link,
        Link(f"udpout://127.0.0.1:{relay.vehicle_port}") as vehicle,
    ):
        heard = Ear()
        link.listen(heard)
        vehicle.send(heartbeat(1))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(heard.frames.get(), 0.3)
        relay.trouble = Trouble()
        vehicle.send(heartbeat(2))
        assert message_number(await heard.next()) == 0


async def test_an_address_that_is_taken_is_said_to_be() -> None:
    port = free_udp_port()
    async with Link(f"udpin://127.0.0.1:{port}"):
        with pytest.raises(VehicleSilent, match="cannot be opened"):
            await Link(f"udpin://127.0.0.1:{port}").open()


@pytest.mark.parametrize(
    "url",
    ["", "udp://1:2", "udpin://", "udpin://h", "udpin://h:0", "udpin://h:70000", "udpin://h:x", "serial:///dev/x"],
)
def test_what_is_no_address_is_refused_with_the_forms_there_are(url: str) -> None:
    with pytest.raises(BadInput, match="udpin://HOST:PORT"):
        read_address(url)


def test_a_serial_line_has_a_device_and_a_baud_rate() -> None:
    address = read_address("serial:///dev/ttyUSB0:57600")
    assert (address.medium, address.host, address.number) == (Medium.SERIAL, "/dev/ttyUSB0", 57600)


async def test_of_two_vehicles_on_one_port_the_one_meant_is_heard_and_answered() -> None:
    port = free_udp_port()
    async with (
        Link(f"udpin://127.0.0.1:{port}?system=2") as link,
        Link(f"udpout://127.0.0.1:{port}") as first,
        Link(f"udpout://127.0.0.1:{port}") as second,
    ):
        heard, at_first, at_second = Ear(), Ear(), Ear()
        link.listen(heard)
        first.listen(at_first)
        second.listen(at_second)
        first.send(heartbeat(1))
        found = asyncio.create_task(link.first_autopilot(5))
        second.send(heartbeat(2, system=2))
        assert (await found) is not None
        assert await heard.next() == heartbeat(2, system=2)
        first.send(heartbeat(3))
        second.send(heartbeat(4, system=2))
        assert await heard.next() == heartbeat(4, system=2)
        link.send(heartbeat(9, system=255))
        while await at_second.next() != heartbeat(9, system=255):
            pass
        assert at_first.frames.empty()


@pytest.mark.parametrize(("medium", "which"), [("udpin", "-ulpn"), ("tcpin", "-tlpn")])
async def test_a_port_that_another_program_has_is_said_with_the_way_to_find_it(medium: str, which: str) -> None:
    url = f"{medium}://127.0.0.1:{free_udp_port()}"
    async with Link(url):
        with pytest.raises(VehicleSilent, match=f"another program on this machine has port .* `ss {which} sport"):
            await Link(url).open()
