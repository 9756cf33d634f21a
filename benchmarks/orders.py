"""An order reaches the drone's link within 50 ms (p99), whatever the ground is doing.

The real server (`vanagas serve`) flies a simulated vehicle; 200 orders, pause and go on in turn, are sent in each of
six conditions of one run. Timed is from the request being sent until the MAVLink datagram of the order is seen on the
wire, by a relay between server and vehicle in the process that asks. *Disk full*: the data folder is a small tmpfs
that is filled up; where nothing can be mounted the server's files may not grow instead (RLIMIT_FSIZE). *Database
locked*: another connection holds BEGIN IMMEDIATE. *Photos*: an inspector uploads 20 of 12 MB. *Documents*: a device
posts four of 16 MB of JSON. *Both cores busy*: one process a core that only counts, beside server, vehicle and clock.
Photos and documents are sent once, from the first order on; how they were answered is told below the table.
"""

import asyncio
import itertools
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks._order_field import Field, flying
from telemetry.access import Role
from tests.faults.disks import filled, small_disk

ORDERS, EVERY_S, LOST_S = 200, 0.12, 5.0
LOCKED_EVERY_S = 0.29
"""So that the lock lasts for almost a minute."""
LIMIT_MS = 50.0
CONDITION_S = 60.0
"""No condition is kept up for longer; an order that was not sent by then counts as never seen."""


@dataclass
class Tally:
    """What came of the orders of one condition."""

    seen_ms: list[float] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)

    def count(self, answer: str, seen_ms: float | None) -> None:
        """Enter one order."""
        self.answers[answer] = self.answers.get(answer, 0) + 1
        if seen_ms is not None:
            self.seen_ms.append(seen_ms)

    @property
    def unseen(self) -> int:
        """Orders that did not reach the wire."""
        return sum(self.answers.values()) - len(self.seen_ms)

    @property
    def p99_ms(self) -> float:
        """In milliseconds; one that was never seen counts as the longest wait."""
        times = self.seen_ms + [LOST_S * 1000] * (ORDERS - len(self.seen_ms))
        return statistics.quantiles(times, n=100)[-1]

    def row(self, name: str, idle: "Tally | None") -> str:
        """A line of the table."""
        beside = "" if idle is None else f"{self.p99_ms / idle.p99_ms:.1f}"
        median = statistics.median(self.seen_ms) if self.seen_ms else float("nan")
        longest = max(self.seen_ms, default=float("nan"))
        answers = ", ".join(f"{count} x {answer}" for answer, count in sorted(self.answers.items()))
        return (
            f"| {name} | {len(self.seen_ms)}/{ORDERS} | {answers} | {median:.1f} | {self.p99_ms:.1f} "
            f"| {longest:.1f} | {beside} |"
        )


Condition = Callable[[Field], AbstractAsyncContextManager[None]]


def main() -> None:
    """Print the table."""
    with _folder() as (folder, small):
        tallies, remarks = asyncio.run(_measure(folder, small=small))
    idle = tallies["idle"]
    print("| beside | on the wire | answers | median ms | p99 ms | longest ms | p99 / idle |")
    print("|---|---|---|---|---|---|---|")
    for name, tally in tallies.items():
        print(tally.row(name, None if tally is idle else idle))
    print("\n" + "\n".join(f"- {remark}" for remark in remarks))
    late = [name for name, tally in tallies.items() if tally.p99_ms > LIMIT_MS]
    if late:
        raise SystemExit(f"p99 over {LIMIT_MS:.0f} ms: {', '.join(late)}")


async def _measure(folder: Path, *, small: bool) -> tuple[dict[str, Tally], list[str]]:
    conditions: dict[str, Condition] = {
        "idle": _idle,
        "disk full": _disk_full if small else _files_may_not_grow,
        "database locked": _database_locked,
        "20 photos of 12 MB": lambda place: _load(place, "photos", Role.INSPECTOR),
        "4 documents of 16 MB": lambda place: _load(place, "documents", Role.DEVICE),
        "both cores busy": _cores_busy,
    }
    async with flying(folder) as place:
        tallies = {}
        for name, condition in conditions.items():
            print(f"{name} …", file=sys.stderr)
            async with condition(place):
                tallies[name] = await _orders(place, LOCKED_EVERY_S if condition is _database_locked else EVERY_S)
        return tallies, place.remarks


async def _orders(place: Field, every_s: float) -> Tally:
    tally = Tally()
    ends = time.perf_counter() + CONDITION_S
    words = itertools.cycle(("pause", "resume"))
    for word in itertools.islice(words, ORDERS):
        due = time.perf_counter() + every_s
        if due > ends:
            break
        tally.count(*await order(place, word))
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return tally


async def order(place: Field, word: str) -> tuple[str, float | None]:
    """The answer, and after how many milliseconds the order was seen."""
    seen = place.tap.next_order()
    sent = time.perf_counter()
    try:
        answer = await place.client.post(f"/api/v1/flights/{place.flight}/{word}")
    except httpx.HTTPError as error:
        return type(error).__name__, None
    if not answer.is_success:
        place.remark(f"{word} was refused: {answer.text}")
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(seen), LOST_S if answer.is_success else 0)
    return str(answer.status_code), 1000 * (seen.result() - sent) if seen.done() else None


@contextmanager
def _folder() -> Iterator[tuple[Path, bool]]:
    """A data folder, and whether it is a file system of its own that can be filled up."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as made, small_disk(Path(made)) as small:
        yield Path(made), small


@asynccontextmanager
async def _idle(_place: Field) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _disk_full(place: Field) -> AsyncIterator[None]:
    with filled(place.folder) as free:
        place.remarks.append(f"disk full: {free} of its blocks were free")
        yield


@asynccontextmanager
async def _files_may_not_grow(place: Field) -> AsyncIterator[None]:
    before = resource.prlimit(place.server, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    place.remarks.append(
        "disk full: nothing could be mounted, so no file of the server could be written (RLIMIT_FSIZE)"
    )
    try:
        yield
    finally:
        resource.prlimit(place.server, resource.RLIMIT_FSIZE, before)


@asynccontextmanager
async def _database_locked(place: Field) -> AsyncIterator[None]:
    with closing(sqlite3.connect(place.folder / "vanagas.db", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        yield
        place.remarks.append(f"database locked for {time.monotonic() - begun:.0f} s")


@asynccontextmanager
async def _load(place: Field, kind: str, role: Role) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks._order_load", kind, place.url, place.tokens[role],
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    process.stdin.write(b"go\n")
    yield
    place.remarks.append(f"{kind} were answered: {(await process.stdout.read()).decode().strip()}")
    await process.wait()


@asynccontextmanager
async def _cores_busy(_place: Field) -> AsyncIterator[None]:
    count = [sys.executable, "-c", "while True: pass"]
    spinning = [await asyncio.create_subprocess_exec(*count) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            await process.wait()


if __name__ == "__main__":
    main()
