"""From receipt to incident: how long an observation waits until its town is settled, and what remembering saves.

    python -m benchmarks.settling [WORDS_A_SECOND [SECONDS]]

A crowded invented town of two days is in the database; then more of it comes in at an even pace, while a settler works
as the server's does, in a process of its own. The other side settles the same without remembering what it weighed.
"""

import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from incidents.grouping import GroupingMemory, group_observations
from incidents.merging import default_rules, events_of
from incidents.settling.service import Settler, settle_here
from incidents.synthetic import TownKind, generate_town
from incidents.synthetic.writing import observation_lines
from incidents.timeline import unsettled
from incidents.timeline.acceptance import accept
from mapserver.migrations import upgrade
from telemetry.clock import SystemClock
from telemetry.observations import Observation
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from telemetry.workers import WorkerPool

SEED = 7
TOWN = "siauliai"
MEMORY_BYTES = 2 * 2**30
WITHIN_S = 300.0
LOOKS = 5
RULES = default_rules()


def town() -> list[Observation]:
    """What is said in a crowded town in two days, in the order of its arrival, as if the last word came now."""
    lines = observation_lines(generate_town(SEED, TownKind.CROWDED), SEED)
    told = events_of(Observation.model_validate(line) for line in lines).events
    seen = sorted(
        (one for one in told if one.city == TOWN), key=lambda one: (one.received_at or one.started_at, one.id)
    )
    shift = datetime.now(UTC) - timedelta(minutes=1) - max(one.ended_at or one.started_at for one in seen)
    return [
        one.model_copy(
            update={
                "started_at": one.started_at + shift,
                "ended_at": None if one.ended_at is None else one.ended_at + shift,
            }
        )
        for one in seen
    ]


def look_s(seen: list[Observation], memory: GroupingMemory | None) -> float:
    """Median CPU seconds of grouping the town again after one more word came in."""
    taken = []
    for number in range(LOOKS + 1):
        begins = time.process_time()
        group_observations(
            seen[: len(seen) - LOOKS + number], now=datetime.now(UTC), rules=RULES, offsets={}, memory=memory
        )
        taken.append(time.process_time() - begins)
    return statistics.median(taken[1:])


def waits(seen: list[Observation], a_second: float, seconds: float, folder: Path) -> tuple[list[float], int]:
    """Seconds from receipt to settled of each observation that comes in, and the largest backlog."""
    store = Store(f"sqlite:///{folder / 'town.db'}")
    upgrade(store)
    pool = WorkerPool("settling", workers=1, waiting=1, memory_bytes=MEMORY_BYTES)
    settler = Settler(
        store, RULES, SystemClock(), lambda stored, rules, now: pool.run(WITHIN_S, settle_here, stored, rules, now)
    )
    fresh = min(len(seen) // 2, int(a_second * seconds))
    take(store, seen[:-fresh])
    settler.look()
    done = threading.Event()
    received: dict[str, float] = {}
    waited: list[float] = []
    most = 0

    def go_on_settling() -> None:
        while not done.is_set():
            settler.look()
            done.wait(0.05)

    worker = threading.Thread(target=go_on_settling)
    worker.start()
    begins = time.monotonic()
    for number, one in enumerate(seen[-fresh:]):
        time.sleep(max(0.0, begins + number / a_second - time.monotonic()))
        take(store, [one])
        received[one.id] = time.monotonic()
        most = max(most, settled_meanwhile(store, received, waited))
    while received:
        time.sleep(0.02)
        settled_meanwhile(store, received, waited)
    done.set()
    worker.join()
    pool.close()
    store.close()
    return waited, most


def take(store: Store, seen: list[Observation]) -> None:
    """Accept `seen` as arrived now."""
    with store.write() as work:
        accept(work, seen, now=datetime.now(UTC), rules=RULES)


def settled_meanwhile(store: Store, received: dict[str, float], waited: list[float]) -> int:
    """Note what is settled by now; how many are not."""
    with store.read() as session:
        waiting = unsettled.waiting(session, EVERYTHING)
    now = time.monotonic()
    for seen in [one for one in received if one not in waiting]:
        waited.append(now - received.pop(seen))
    return len(received)


def main(a_second: float = 20.0, seconds: float = 30.0) -> None:
    """Print it all."""
    seen = town()
    plain = look_s(seen, None)
    remembering = look_s(seen, GroupingMemory())
    print(f"a crowded town of {len(seen)} words of two days, one more word:")
    print(f"  grouped anew       {plain:6.2f} s of CPU")
    print(f"  remembering        {remembering:6.2f} s of CPU; ratio {remembering / plain:.2f}")
    with tempfile.TemporaryDirectory() as folder:
        waited, most = waits(seen, a_second, seconds, Path(folder))
    p95 = statistics.quantiles(waited, n=20)[-1]
    print(f"{len(waited)} words at {a_second:g} a second: from receipt to settled")
    print(f"  median {statistics.median(waited):.2f} s, p95 {p95:.2f} s (1 s wanted); at most {most} waited")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:3]))
