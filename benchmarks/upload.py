"""Putting a plan on board through a bad link: this program against MAVSDK's own upload.

Both sides upload the same 100 items to the same kind of vehicle (MAVSDK's server for raw missions) over UDP on this
machine, through the same relay, which loses datagrams in both directions, delays each by 1 to 2 ms, doubles 1 % and
lets 1 % be overtaken. This program's time includes reading everything back and comparing it; MAVSDK's is its upload
alone. After each run the link is left undisturbed until the vehicle is done with all that it was asked, and its plan is
read: "partial" is a plan on board that is neither the old nor the new one, "silently so" when the side had said that
the new one was there. The vehicle's side asks again for a missing item every 0.5 s, five times, and then keeps what it
has got as its plan; each item that it hears, wanted or not, puts its asking off. It sends an item of its plan five
times at most. Several runs go on side by side, each with a vehicle and a link of its own.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from mavsdk.asyncio import ComponentType, Configuration, Mavsdk, MavsdkError
from mavsdk.asyncio.plugins.mission_raw import MissionRawAsync
from mavsdk.logging import log_subscribe
from mavsdk.plugins.mission_raw import MissionItem as RawItem
from rich.console import Console
from rich.progress import track

from telemetry.links.address import free_udp_port
from telemetry.links.impaired import ImpairedRelay, Trouble
from telemetry.links.link import GROUND_STATION, HEARTBEAT_S, Link
from telemetry.transfer.link_channel import LinkChannel
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.plan_channel import fetch
from telemetry.transfer.plan_difference import first_difference
from telemetry.transfer.verified_upload import OnBoard, put_on_board

Items = Sequence[MissionItem]
Upload = Callable[[Link, ImpairedRelay, Trouble, Items, Items], Awaitable[tuple[bool, float]]]
"""Given the plan on board and the one to put there; gives whether the side says it is, and the seconds it took."""
LOSSES = (0.0, 0.05, 0.2, 0.3)
VEHICLE = (1, 1)
CLEAR = Trouble()
VEHICLE_GIVES_UP_S = 3.5
"""The vehicle's server waits no longer than this for the next message of a transfer."""
RUNS, SIDE_BY_SIDE = 8, 8


@dataclass
class Tally:
    """What came of many runs of one side."""

    seconds: list[float] = field(default_factory=list)
    done: int = 0
    partial: int = 0
    silent: int = 0
    runs: int = 0

    def count(self, *, said: bool, took: float, new: bool, old: bool) -> None:
        """Enter one run: what the side said, how long it took, and which plan the vehicle then really had."""
        self.runs += 1
        if new and said:
            self.done += 1
            self.seconds.append(took)
        if not new and not old:
            self.partial += 1
            self.silent += said

    def row(self) -> str:
        """The cells of a table."""
        middle = f"{statistics.median(self.seconds):.2f} s" if self.seconds else "-"
        worst = f"{max(self.seconds):.2f} s" if self.seconds else "-"
        return f"{self.done}/{self.runs} | {middle} | {worst} | {self.partial} | {self.silent}"


def main() -> None:
    """Print the table: with options for one loss, else for all."""
    parser = argparse.ArgumentParser(prog="benchmarks.upload")
    parser.add_argument("--loss", type=float)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(sys.argv[1:] if sys.argv[0].endswith("upload.py") else [])
    log_subscribe(lambda *_: True)  # MAVSDK would write between the lines of the table
    print(
        "| loss each way | side | on board | median | longest | partial | silently so |\n|---|---|---|---|---|---|---|"
    )
    for loss in LOSSES if options.loss is None else (options.loss,):
        ours, theirs = asyncio.run(_compare(loss, options.items, options.runs))
        print(f"| {loss:.0%} | Vanagas, read back and compared | {ours.row()} |")
        print(f"| {loss:.0%} | MAVSDK's upload | {theirs.row()} |", flush=True)


async def _compare(loss: float, count: int, runs: int) -> tuple[Tally, Tally]:
    trouble = Trouble(loss, delay_s=0.001, jitter_s=0.001, doubled=0.01, overtaken=0.01)
    ours, theirs = Tally(), Tally()
    room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def both(seed: int) -> None:
        async with room:
            await _one(_ours, trouble, count, seed, ours)
            await _one(_mavsdks, trouble, count, seed, theirs)

    pairs = [asyncio.create_task(both(seed)) for seed in range(runs)]
    for pair in track(asyncio.as_completed(pairs), f"{loss:.0%} loss", runs, console=Console(stderr=True)):
        await pair
    return ours, theirs


async def _one(upload: Upload, trouble: Trouble, count: int, seed: int, tally: Tally) -> None:
    """One vehicle, an old plan put on board undisturbed, a new one through the troubles, and the truth read."""
    rng = random.Random(seed)
    old, new = _plan(rng, count // 2), _plan(rng, count)
    async with AsyncExitStack() as stack:
        port = free_udp_port()
        relay = await stack.enter_async_context(ImpairedRelay(port, CLEAR, seed=seed))
        link = await stack.enter_async_context(Link(f"udpin://127.0.0.1:{port}"))
        await stack.enter_async_context(_vehicle(relay.vehicle_port))
        await link.first_autopilot(10)
        await asyncio.sleep(HEARTBEAT_S)  # until the vehicle has heard of us, too
        with LinkChannel(link, own=GROUND_STATION, vehicle=VEHICLE) as channel:
            put = await put_on_board(channel, old, before=[])
            if put.on_board is not OnBoard.NEW:
                raise RuntimeError(f"the old plan could not be put on board: {put.why}")
            said, took = await upload(link, relay, trouble, old, new)
            relay.trouble = CLEAR
            await asyncio.sleep(VEHICLE_GIVES_UP_S)
            await fetch(channel)  # the vehicle's server may answer one old question first, from a copy of the old plan
            truth = (await fetch(channel)).items
    tally.count(said=said, took=took, new=_is(new, truth), old=_is(old, truth))


async def _ours(link: Link, relay: ImpairedRelay, trouble: Trouble, old: Items, new: Items) -> tuple[bool, float]:
    with LinkChannel(link, own=GROUND_STATION, vehicle=VEHICLE) as channel:
        relay.trouble, begun = trouble, time.perf_counter()
        outcome = await put_on_board(channel, new, before=old)
        return outcome.on_board is OnBoard.NEW, time.perf_counter() - begun


async def _mavsdks(link: Link, relay: ImpairedRelay, trouble: Trouble, _old: Items, new: Items) -> tuple[bool, float]:
    client = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
    await client.add_any_connection(await link.serve_driver())
    system = await client.first_autopilot(timeout_s=10)
    mission = MissionRawAsync(system)
    relay.trouble, begun = trouble, time.perf_counter()
    try:
        await mission.upload_mission([_raw(number, item) for number, item in enumerate(new)])
        said = True
    except MavsdkError:
        said = False
    took = time.perf_counter() - begun
    mission.destroy()
    await asyncio.to_thread(client.destroy)
    return said, took


@asynccontextmanager
async def _vehicle(port: int) -> AsyncIterator[None]:
    """The vehicle in a process of its own, speaking to `port`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._mission_server", str(port), stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


def _plan(rng: random.Random, count: int) -> list[MissionItem]:
    """Waypoints that differ in every item."""
    return [
        MissionItem(16, 3, lat=round(56.6 + rng.random() / 100, 7), lon=round(23.2 + rng.random() / 100, 7), alt_m=60)
        for _ in range(count)
    ]


def _raw(number: int, item: MissionItem) -> RawItem:
    place = round(item.lat * 1e7), round(item.lon * 1e7)
    return RawItem(number, item.frame, item.command, int(number == 0), 1, *item.params, *place, item.alt_m, 0)


def _is(plan: Items, found: Items | None) -> bool:
    return found is not None and first_difference(plan, found) is None


if __name__ == "__main__":
    main()
