"""Fifty drones live on the map: under 20 % of one core for ingest, p99 message-to-map under 200 ms.

The frames of 50 simulated PX4 vehicles in flight, at PX4's default rates, are made beforehand; another process sends
them in real time over loopback UDP. Here they go through the product's own path: one `Link` a vehicle (transport,
`FrameStream`, checksums), the unit's values, `Store.announce`, the `Hub`, and a viewer who waits on it and writes the
JSON that a browser would get. What stands in for the driver's library between the two is `_Reader` below, which reads
the three messages that the map needs: MAVSDK itself, with its threads and a process's worth of memory a vehicle, is
not measured, and nor is the database, which a flight writes once a second. Latency is from the moment a frame was due
to be sent, so the sender's own lateness is in it. Beside it, without wire and map: pymavlink finding, checking and
decoding every frame of the bytes, and what takes its place here (`FrameStream` and the reader, which decodes only
what the map needs).
"""

import asyncio
import json
import socket
import struct
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from mapserver.core.hub import Hub
from telemetry.cities import City
from telemetry.links.address import free_udp_port
from telemetry.links.link import Link
from telemetry.mavlink.frames import V2, message_number
from telemetry.mavlink.stream import FrameStream
from telemetry.positions import Position, moved
from telemetry.scopes import DEMO
from telemetry.simulator.autopilot import Autopilot
from telemetry.simulator.flavour import PX4
from telemetry.store import Store
from telemetry.units import service as units
from telemetry.units.service import UnitReport
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.vehicles.kinematics import Multirotor
from telemetry.visibility import Visibility

DRONES, SECONDS, TICK_S = 50, 20, 0.02
HOME = Position(lat=56.62, lon=23.28, alt_m=50.0)
Timed = list[tuple[float, bytes]]
_POSITION = struct.Struct("<IiiiihhhH")
"""GLOBAL_POSITION_INT (mavlink.io, common.xml)."""


def main() -> None:
    """Print the table."""
    made = [_frames(number) for number in range(DRONES)]
    count = sum(len(frames) for frames in made)
    share, late, shown = asyncio.run(_ingest(made))
    wanted = sum(_is_position(frame) for frames in made for _, frame in frames)
    theirs, ours = _by_pymavlink(made) / SECONDS, _by_ourselves(made) / SECONDS
    print(
        f"{DRONES} simulated drones, {SECONDS} s, {count / SECONDS:,.0f} frames/s, {wanted / SECONDS:.0f} positions/s\n"
    )
    print("| side | share of one core |\n|---|---|")
    print(f"| Vanagas: receive, check, read, tell the map, write the viewer's JSON | {share:.1%} |")
    print(f"| Vanagas: frames found, checked and read, no wire and no map | {ours:.1%} |")
    print(f"| pymavlink: frames found, checked and decoded, no wire and no map | {theirs:.1%} |")
    print(f"\npymavlink's decode takes {theirs / ours:.1f} times ours. Positions on the map: {shown} of {wanted}")
    print(f"Message to map: median {np.median(late) * 1e3:.1f} ms, p99 {np.percentile(late, 99) * 1e3:.1f} ms")
    if shown < wanted:
        raise RuntimeError("positions were lost on the way, so a latency cannot be told by counting them")


def _frames(number: int) -> Timed:
    """What one vehicle in flight says, with the seconds at which it does."""
    model = Multirotor(moved(HOME, east_m=40.0 * number, north_m=0.0))
    pilot = Autopilot(model, PX4, system=number + 1)
    model.arm()
    model.go_to(moved(HOME, east_m=40.0 * number, north_m=500.0), 60.0)
    phase, said = number / DRONES, []
    for tick in range(round(SECONDS / TICK_S)):
        now = tick * TICK_S
        said += [(now + phase * TICK_S, frame) for frame in pilot.tick(TICK_S, now)]
    return said


async def _ingest(made: Sequence[Timed]) -> tuple[float, list[float], int]:
    """Share of a core, seconds from each position's being due to its being on the map, and how many were."""
    with tempfile.TemporaryDirectory() as folder:
        store, hub = Store(f"sqlite:///{Path(folder) / 'bench.db'}"), Hub()
        store.listen(hub.publish)
        hub.attach(asyncio.get_running_loop())
        ports = [free_udp_port() for _ in made]
        links = [Link(f"udpin://127.0.0.1:{port}") for port in ports]
        for number, link in enumerate(links):
            await link.open()
            link.listen(_Reader(store, number).hear)
        sees = asyncio.create_task(_view(hub))
        begins = time.monotonic() + 2.0
        sender = get_context("spawn").Process(target=_send, args=(made, ports, begins))
        sender.start()
        await asyncio.sleep(begins - time.monotonic())
        cpu = time.process_time()
        await asyncio.sleep(SECONDS)
        used = time.process_time() - cpu
        await asyncio.sleep(0.5)
        sees.cancel()
        for link in links:
            link.close()
        await asyncio.to_thread(sender.join, 10)
        arrived = await asyncio.gather(sees, return_exceptions=True)
        store.close()
    seen = arrived[0]
    if isinstance(seen, BaseException):
        raise seen
    late = []
    for number, frames in enumerate(made):
        due = [begins + at for at, frame in frames if _is_position(frame)]
        late += [at - then for at, then in zip(seen[f"drone-{number}"], due, strict=False)]
    return used / SECONDS, late, sum(map(len, seen.values()))


class _Reader:
    """Reads position, battery and heartbeat from one vehicle's frames and tells the map of each position."""

    def __init__(self, store: Store, number: int) -> None:
        self._store, self._battery, self._status = store, 1.0, "idle"
        self._unit = UnitRow(
            id=f"drone-{number}", city=City("dobele"), kind=UnitKind.DRONE, name=f"Drone {number}", scope=DEMO
        )

    def hear(self, frame: bytes) -> None:
        read = _read(frame)
        if isinstance(read, float):
            self._battery = read
        elif isinstance(read, str):
            self._status = read
        elif read is not None:
            _, lat, lon, alt, height, *_, heading = read
            where = Position(lat=lat / 1e7, lon=lon / 1e7, alt_m=alt / 1e3, accuracy_m=3.0)
            said = UnitReport(datetime.now(UTC), where, heading / 100, self._battery, self._status, height / 1e3)
            units.apply(self._unit, said)
            self._store.announce(units.change(self._unit))


def _read(frame: bytes) -> float | str | tuple[int, ...] | None:
    """The battery of a SYS_STATUS, the status of a HEARTBEAT, the fields of a GLOBAL_POSITION_INT."""
    number, payload = message_number(frame), frame[10 if frame[0] == V2 else 6 : -2]
    if number == mavlink.MAVLINK_MSG_ID_SYS_STATUS:
        return payload.ljust(31, b"\0")[30] / 100
    if number == mavlink.MAVLINK_MSG_ID_HEARTBEAT:
        return "flying" if payload[6] & mavlink.MAV_MODE_FLAG_SAFETY_ARMED else "idle"
    if number == mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT:
        return _POSITION.unpack(payload.ljust(_POSITION.size, b"\0"))
    return None


async def _view(hub: Hub) -> dict[str, list[float]]:
    """When each unit's changes came, until cancelled: a browser's end of the live feed, without the browser."""
    seen: dict[str, list[float]] = defaultdict(list)
    visible = Visibility(frozenset({City("dobele")}), DEMO)
    place = hub.place(visible, hub.seq(visible))
    try:
        while True:
            await hub.wait(visible, place, timeout_s=5)
            for news in hub.after(visible, place):
                json.dumps(news.shown)
                place = news.place
                seen[news.shown["id"]].append(time.monotonic())
    except asyncio.CancelledError:
        return seen


def _send(made: Sequence[Timed], ports: Sequence[int], begins: float) -> None:
    """In a process of its own: each frame to its vehicle's port when it is due."""
    due = sorted((at, port, frame) for port, frames in zip(ports, made, strict=True) for at, frame in frames)
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for at, port, frame in due:
        wait = begins + at - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        wire.sendto(frame, ("127.0.0.1", port))


def _by_pymavlink(made: Sequence[Timed]) -> float:
    """Seconds of CPU."""
    begun = time.process_time()
    for frames in made:
        mav = mavlink.MAVLink(None)
        for _, frame in frames:
            mav.parse_buffer(frame)
    return time.process_time() - begun


def _by_ourselves(made: Sequence[Timed]) -> float:
    """Seconds of CPU for the part of the path that pymavlink would take the place of."""
    begun = time.process_time()
    for frames in made:
        stream = FrameStream()
        for _, data in frames:
            for frame in stream.feed(data):
                _read(frame)
    return time.process_time() - begun


def _is_position(frame: bytes) -> bool:
    return bool(message_number(frame) == mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT)
