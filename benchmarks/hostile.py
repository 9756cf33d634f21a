"""A hundred hostile clients cost a signed-in reader at most 200 ms (p99), and an order to a drone nothing.

The real server (`vanagas serve`) flies a simulated vehicle, as in `orders`. It is measured while nothing else happens,
and then beside a hundred clients from another process: 16 MB of JSON from nobody (20 clients), wrong passwords (20),
half requests (20), a live feed and large files that are never read (15), photos of 12 MB from an inspector's account
(15), pages that there are not (10). They run at nice 10, as they would not be on the server's machine. A pilot reads
the map's picture every 100 ms; an order, pause and go on in turn and *return* at the end, goes out every second and is
timed until its MAVLink datagram is on the wire. Memory is that of the server and its workers together, at its highest.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks._order_field import Field, flying
from benchmarks.orders import Tally, order
from telemetry.access import Role

FOR_S = 60.0
READ_EVERY_S = 0.1
ORDER_EVERY_S = 1.0
MOST_ADDED_MS = 200.0
MOST_MEMORY_MIB = 1024.0
MOST_ORDER_MS = 50.0


@dataclass
class Measured:
    """What one run showed."""

    read_ms: list[float] = field(default_factory=list)
    failed: int = 0
    """Reads that were not answered with 200."""
    orders: Tally = field(default_factory=Tally)
    memory_mib: float = 0.0

    @property
    def read_p99_ms(self) -> float:
        """Of the reads."""
        return statistics.quantiles(self.read_ms, n=100)[-1]

    @property
    def order_longest_ms(self) -> float:
        """Of the orders that were seen."""
        return max(self.orders.seen_ms, default=float("nan"))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        quiet, hostile, answers = asyncio.run(_measure(Path(folder)))
    print("| | reads | failed | read p50 ms | read p99 ms | orders | order p50 ms | order longest ms | memory MiB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, seen in (("quiet", quiet), ("hostile", hostile)):
        print(
            f"| {name} | {len(seen.read_ms)} | {seen.failed} | {statistics.median(seen.read_ms):.1f} "
            f"| {seen.read_p99_ms:.1f} | {len(seen.orders.seen_ms)} | {statistics.median(seen.orders.seen_ms):.1f} "
            f"| {seen.order_longest_ms:.1f} | {seen.memory_mib:.0f} |"
        )
    print(
        f"| hostile / quiet | | | | {hostile.read_p99_ms / quiet.read_p99_ms:.1f} | | "
        f"| {hostile.order_longest_ms / quiet.order_longest_ms:.1f} | {hostile.memory_mib / quiet.memory_mib:.1f} |"
    )
    print(f"\nThe hostile clients were answered: {answers}.")
    if missed := _missed(quiet, hostile):
        raise SystemExit("; ".join(missed))


def _missed(quiet: Measured, hostile: Measured) -> list[str]:
    missed: list[str] = []
    added = hostile.read_p99_ms - quiet.read_p99_ms
    if added > MOST_ADDED_MS:
        missed.append(f"a reader's p99 rose by {added:.0f} ms, more than {MOST_ADDED_MS:.0f}")
    if hostile.memory_mib > MOST_MEMORY_MIB:
        missed.append(f"memory rose to {hostile.memory_mib:.0f} MiB, more than {MOST_MEMORY_MIB:.0f}")
    if hostile.failed:
        missed.append(f"{hostile.failed} reads were not answered with 200")
    if hostile.orders.unseen:
        missed.append(f"{hostile.orders.unseen} orders were not seen on the wire")
    if hostile.order_longest_ms > MOST_ORDER_MS:
        missed.append(f"an order took {hostile.order_longest_ms:.0f} ms, more than {MOST_ORDER_MS:.0f}")
    return missed


async def _measure(folder: Path) -> tuple[Measured, Measured, str]:
    async with flying(folder) as place:
        print("quiet …", file=sys.stderr)
        quiet = await _watch(place, last="resume")
        print("hostile …", file=sys.stderr)
        server = urlsplit(place.url)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks._hostile_load",
            str(server.hostname), str(server.port), place.tokens[Role.INSPECTOR], str(FOR_S),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said = process.stdout
        assert said is not None
        assert process.stdin is not None
        await said.readline()
        process.stdin.write(b"go\n")
        hostile = await _watch(place, last="return")
        answers = (await said.read()).decode().strip()
        await process.wait()
        return quiet, hostile, answers


async def _watch(place: Field, *, last: str) -> Measured:
    """Read, order and weigh for `FOR_S`; `last` is the last order."""
    measured = Measured()
    ends = time.monotonic() + FOR_S
    await asyncio.gather(
        _read(place, measured, ends), _order_in_turn(place, measured, ends, last), _weigh(place, measured, ends)
    )
    return measured


async def _read(place: Field, measured: Measured, ends: float) -> None:
    while time.monotonic() < ends:
        began = time.perf_counter()
        try:
            answer = await place.client.get("/api/v1/map/snapshot")
            measured.failed += answer.status_code != 200
        except httpx.HTTPError:
            measured.failed += 1
        measured.read_ms.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(READ_EVERY_S)


async def _order_in_turn(place: Field, measured: Measured, ends: float, last: str) -> None:
    for word in itertools.cycle(("pause", "resume")):
        if time.monotonic() > ends - 2 * ORDER_EVERY_S and word == "pause":
            break
        measured.orders.count(*await order(place, word))
        await asyncio.sleep(ORDER_EVERY_S)
    measured.orders.count(*await order(place, last))


async def _weigh(place: Field, measured: Measured, ends: float) -> None:
    while time.monotonic() < ends:
        measured.memory_mib = max(measured.memory_mib, _memory_mib(place.server))
        await asyncio.sleep(0.25)


def _memory_mib(pid: int) -> float:
    """Resident, of a process and its children; a child that ends meanwhile counts as nothing."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
    return own / 1024 + sum(_memory_mib(int(child)) for child in children)


if __name__ == "__main__":
    main()
