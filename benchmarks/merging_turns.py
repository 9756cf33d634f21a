"""Two servers that merge observations of a town each on one PostgreSQL database: whose turn it is.

Each process takes in 150 commits of five observations, of its own town, as fast as it can. With one turn for all (as
`incidents/timeline/turns.py` has it) a commit waits for the one before; with a turn a town, and with none, both towns'
commits meet in the database, which has one of the two done again: pages of its indexes hold rows of both towns, and it
judges by pages (www.postgresql.org/docs/current/transaction-iso.html, 13.2.3).
"""

import multiprocessing
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import Pool

from sqlalchemy import text

from incidents.merging import default_rules
from incidents.timeline.acceptance import accept
from incidents.timeline.turns import take_turn
from telemetry.cities import City
from telemetry.errors import WriteConflict
from telemetry.observations import Observation
from telemetry.store import Store, Work
from tests.builders import NOON, observation, place
from tests.postgres import postgres_server

TOWNS = (City("dobele"), City("siauliai"))
COMMITS, TOGETHER = 150, 5


@dataclass(frozen=True)
class Taken:
    """How one process did."""

    seconds: float
    begun: int
    """Units of work that were begun."""
    refused: int
    """That met others ten times, and were given up."""
    longest_s: float


def _no_turn(_work: Work, _city: City) -> None:
    """Nobody waits."""


def _turn_for_all(work: Work, _city: City) -> None:
    take_turn(work)


def _turn_of_town(work: Work, city: City) -> None:
    work.session.execute(text(f"LOCK TABLE turn_{city} IN SHARE ROW EXCLUSIVE MODE"))


WAYS: dict[str, Callable[[Work, City], None]] = {
    "one turn for all": _turn_for_all,
    "a turn a town": _turn_of_town,
    "no turn": _no_turn,
}


def main() -> None:
    """Print the table."""
    print("| | commits a second | begun for one | refused | longest, ms |\n|---|--:|--:|--:|--:|")
    with postgres_server() as server, multiprocessing.get_context("spawn").Pool(len(TOWNS)) as pool:
        for way in WAYS:
            with server.database() as url:
                taken = _measure(pool, url, way)
            rate = sum((COMMITS - one.refused) / one.seconds for one in taken)
            begun = sum(one.begun for one in taken) / (COMMITS * len(taken))
            refused = sum(one.refused for one in taken)
            longest_ms = max(one.longest_s for one in taken) * 1e3
            print(f"| {way} | {rate:.1f} | {begun:.2f} | {refused} | {longest_ms:.0f} |")


def _measure(pool: Pool, url: str, way: str) -> list[Taken]:
    with closing(Store(url)) as store:
        with store.write() as work:
            for city in TOWNS:
                work.session.execute(text(f"CREATE TABLE turn_{city} (nothing int)"))
        taken = pool.starmap(_take_in, [(url, city, way) for city in TOWNS], chunksize=1)
        with store.write() as work:
            for city in TOWNS:
                work.session.execute(text(f"DROP TABLE turn_{city}"))
    return taken


def _take_in(url: str, city: City, way: str) -> Taken:
    """One server's part, in a process of its own."""
    rules = default_rules()
    begun = 0
    refused = 0
    longest_s = 0.0

    def unit(seen: list[Observation], work: Work) -> None:
        nonlocal begun
        begun += 1
        WAYS[way](work, city)
        accept(work, seen, now=NOON, rules=rules)

    with closing(Store(url)) as store:
        start = time.perf_counter()
        for number in range(COMMITS):
            since = time.perf_counter()
            try:
                store.run(partial(unit, _seen(city, number)))
            except WriteConflict:
                refused += 1
            longest_s = max(longest_s, time.perf_counter() - since)
        return Taken(time.perf_counter() - start, begun, refused, longest_s)


def _seen(city: City, commit: int) -> list[Observation]:
    numbers = range(commit * TOGETHER, (commit + 1) * TOGETHER)
    return [
        observation(f"{city} {number}", position=place(east_m=number % 40 * 60, north_m=commit % 10 * 60, city=city))
        .model_copy(update={"city": city})
        for number in numbers
    ]  # fmt: skip
