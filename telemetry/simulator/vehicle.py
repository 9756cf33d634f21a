"""The simulated vehicle as a process of its own: real MAVLink on a real link.

`python -m telemetry.simulator --link udpout://127.0.0.1:PORT --home=LAT,LON,ALT [--flavour ardupilot] [--speed 1]` ends
when its standard input closes or on SIGTERM. A line on its standard input tells it to fail, or to mend: `fail gps`,
`mend gps`, `wind EAST NORTH`, `silent`, `speak`, `reboot`, `set PARAMETER VALUE`, `no gimbal`, and `shorten mission` or
`move mission` as a second ground station would; `state` is answered with how things are.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import replace
from pathlib import Path

from telemetry.clock import SystemClock
from telemetry.errors import VehicleSilent
from telemetry.links.address import read_address
from telemetry.links.transport import open_transport
from telemetry.mavlink.signing import Signing, read_signing_key
from telemetry.mavlink.stream import FrameStream
from telemetry.positions import Position
from telemetry.simulator.autopilot import Autopilot
from telemetry.simulator.flavour import FLAVOURS, FlavourName
from telemetry.vehicles.kinematics import Fault, Multirotor

TICK_S = 0.05
"""Wall seconds between two steps."""
LONGEST_TICK_S = 0.2
"""Wall seconds that count for one step: a machine that is too busy makes time go slower, never jump."""


async def run(
    link: str, pilot: Autopilot, *, speed: float = 1.0, stop: asyncio.Event, signing: Signing | None = None
) -> None:
    """Fly on `link` until `stop`, model time `speed` times as fast as the wall's; `signing` says whom to believe."""
    loop = asyncio.get_running_loop()
    stream = FrameStream()

    def on_bytes(data: bytes) -> bool:
        believed = [frame for frame in stream.feed(data) if signing is None or signing.believes(frame)]
        for frame in believed:
            pilot.hear(frame, loop.time())
        send(pilot.answers())
        return bool(believed)

    def send(frames: list[bytes]) -> None:
        for frame in frames:
            transport.send(frame if signing is None else signing.signed(frame))

    transport = await open_transport(read_address(link), on_bytes)
    last = loop.time()
    try:
        while not stop.is_set():
            now = loop.time()
            send(pilot.tick(min(now - last, LONGEST_TICK_S) * speed, now))
            last = now
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TICK_S)
    finally:
        transport.close()


class SimulatedVehicleProcess:
    """The simulated vehicle as a child process; an async context manager that starts it and ends it."""

    def __init__(
        self,
        link: str,
        home: Position,
        *,
        speed: float = 1.0,
        battery: float = 1.0,
        flavour: FlavourName = FlavourName.PX4,
        system: int = 1,
        signing_key: Path | None = None,
    ) -> None:
        """`link` is the vehicle's end, such as udpout://127.0.0.1:PORT; `speed` is model seconds a wall second."""
        where = f"{home.lat},{home.lon},{home.alt_m or 0.0}"
        self._args = ["--link", link, f"--home={where}", "--speed", str(speed), "--battery", str(battery)]
        self._args += ["--flavour", flavour, "--system", str(system)]
        if signing_key is not None:
            self._args += ["--signing-key", str(signing_key)]
        self.process: Process | None = None

    async def __aenter__(self) -> "SimulatedVehicleProcess":
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "telemetry.simulator", *self._args), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        if (await self.process.stdout.readline()).strip() != b"ready":
            await self.stop()
            raise VehicleSilent(f"the simulated vehicle did not start with {' '.join(self._args)}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def tell(self, words: str) -> str:
        """Give it a line such as `fail gps`, and wait until it has been obeyed; gives what it answers.

        To `state` that is how things are with it in truth, in JSON, whatever its link lets through.
        """
        if self.process is None or self.process.stdin is None or self.process.stdout is None:
            return ""
        self.process.stdin.write(words.encode() + b"\n")
        return (await self.process.stdout.readline()).decode().strip()

    async def stop(self) -> None:
        """End the process; waits until it has ended."""
        if self.process is None:
            return
        if self.process.returncode is None and self.process.stdin is not None:
            self.process.stdin.close()
            try:
                await asyncio.wait_for(self.process.wait(), 5)
            except TimeoutError:
                self.process.kill()
        await self.process.wait()


def main() -> None:
    """Run one simulated vehicle until the standard input closes or SIGTERM comes."""
    asyncio.run(_main(_arguments()))


async def _main(args: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it closes our input
    model = Multirotor(args.home, battery=args.battery)
    pilot = Autopilot(model, FLAVOURS[args.flavour], system=args.system)
    listening = asyncio.create_task(_listen(pilot, stop))
    print("ready", flush=True)
    signing = None
    if args.signing_key is not None:
        signing = Signing(read_signing_key(args.signing_key), SystemClock().now)
    await run(args.link, pilot, speed=args.speed, stop=stop, signing=signing)
    listening.cancel()


async def _listen(pilot: Autopilot, stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        words = line.decode().split()
        obey_line(pilot, words)
        answer = "obeyed"
        if words == ["state"]:
            answer = json.dumps(truth_of(pilot))
        print(answer, flush=True)
    stop.set()


def obey_line(pilot: Autopilot, words: list[str]) -> None:
    """Do what an instructor's line says; what is not understood is passed over."""
    with contextlib.suppress(ValueError):
        match words:
            case ["fail", what]:
                pilot.model.fail(Fault(what))
            case ["mend", what]:
                pilot.model.faults.discard(Fault(what))
            case ["wind", east, north]:
                pilot.model.wind = (float(east), float(north))
            case ["silent"]:
                pilot.silent = True
            case ["speak"]:
                pilot.silent = False
            case ["reboot"]:
                pilot.reboot()
            case ["set", name, value]:
                pilot.parameters.change(name, float(value))
            case ["no", "gimbal"]:
                pilot.gimbal.fitted = False
            case ["shorten", "mission"]:
                pilot.change_mission(pilot.model.items[:-2])
            case ["move", "mission"]:
                pilot.change_mission([replace(item, alt_m=item.alt_m + 5) for item in pilot.model.items])


def truth_of(pilot: Autopilot) -> dict[str, object]:
    """What a perfect screen would show: degrees, metres above home, fraction of the battery, items done."""
    model = pilot.model
    looked_at = pilot.gimbal.look_at
    return {
        "lat": model.position.lat,
        "lon": model.position.lon,
        "height_m": model.up,
        "battery": model.battery,
        "mode": model.mode,
        "armed": model.armed,
        "item": model.current,
        "look_at": None if looked_at is None else [looked_at.lat, looked_at.lon],
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m telemetry.simulator", description=main.__doc__)
    parser.add_argument("--link", required=True, help="connection URL, e.g. udpout://127.0.0.1:14540")
    parser.add_argument("--home", required=True, type=_home, help="LAT,LON,ALT: degrees, metres above the sea")
    parser.add_argument("--speed", type=float, default=1.0, help="model seconds a wall second")
    parser.add_argument("--battery", type=float, default=1.0, help="charge at the start, 0..1")
    parser.add_argument("--flavour", type=FlavourName, default=FlavourName.PX4, choices=list(FlavourName))
    parser.add_argument("--system", type=int, default=1, help="MAVLink system id")
    parser.add_argument("--signing-key", type=Path, help="file of 32 bytes; hear and say only what is signed with it")
    return parser.parse_args()


def _home(text: str) -> Position:
    lat, lon, alt = (float(part) for part in text.split(","))
    return Position(lat=lat, lon=lon, alt_m=alt, accuracy_m=2.0)
