"""What was said in a million observations is found, beside a plain LIKE over the same rows.

    python -m benchmarks.search [--stored 1000000] [--rounds 20] [--postgres]

Both sides look for the same words in the same town and give the latest 50. LIKE has no accents to fold: it is given the
folded words, which it finds in the column beside the index. Times are of the processor on SQLite, of the clock on
PostgreSQL. Prints JSON, a line a query.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlmodel import Session

from mapserver.migrations import upgrade
from telemetry.cities import City, known_towns
from telemetry.fulltext import DocumentQuery, words_of
from telemetry.fulltext.documents import count, find
from telemetry.observations import Observation, Source, SourceKind
from telemetry.observations import repository as observations
from telemetry.observations.occurrences import Stored
from telemetry.positions import LocalFrame, Position
from telemetry.scopes import LIVE
from telemetry.store import Between, Store
from telemetry.visibility import Visibility

SENDER = "(server)"
BATCH = 5_000
WANTED_MS = 100
"""The 95th percentile of every query."""
SHOWN = 50
STREETS = ("Vilniaus", "Tilžės", "Aušros", "Brīvības", "Skolas", "Zaļā", "Uosto", "Dariaus ir Girėno")
THINGS = ("automobilis", "žmogus", "dviratis", "šuo", "mašīna", "gaisras", "mēbeles", "triukšmas", "langas", "tiltas")
DOING = ("stovi", "bėga", "guli", "deg", "šaukia", "stāv", "krīt", "nedega", "trukdo", "rėkia")
CATEGORIES = ("noise", "fight", "illegal_dumping", "parking", "person_seen", "vehicle_seen", "graffiti", "fire")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def main() -> None:
    """Fill a database, and time the queries."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgres", action="store_true")
    asked, _ = parser.parse_known_args()
    with _store(postgres=asked.postgres) as store:
        begun = time.perf_counter()
        fill(store, asked.stored)
        filled_s = time.perf_counter() - begun
        print(json.dumps({"stored": asked.stored, "filled_s": round(filled_s, 1), "mib": store.size_bytes() >> 20}))
        rows = [measure(store, name, wanted, asked.rounds) for name, wanted in queries().items()]
    for row in rows:
        print(json.dumps(row))
    slow = [row["query"] for row in rows if row["p95_ms"] > WANTED_MS]
    if slow:
        raise SystemExit(f"more than {WANTED_MS} ms: {', '.join(slow)}")


def fill(store: Store, stored: int) -> None:
    """Store so many observations, spread over two years until NOW."""
    rnd = random.Random(3)
    step = timedelta(days=730) / stored
    for begins in range(0, stored, BATCH):
        seen = [
            _seen(rnd, number, NOW - (stored - number) * step) for number in range(begins, min(begins + BATCH, stored))
        ]
        with store.write() as work:
            observations.insert(work.session, [(SENDER, Stored(one, 1)) for one in seen])
    with store.engine.connect() as connection:
        connection.execute(sqlalchemy.text("ANALYZE"))
        connection.commit()


def queries() -> dict[str, DocumentQuery]:
    """What is asked: words that are rare, common and in everything; place, time; nothing that is there."""
    town = known_towns()[1]
    mine = Visibility(frozenset({town}), LIVE)
    facts = town.facts
    box = (facts.lon - 0.004, facts.lat - 0.002, facts.lon + 0.004, facts.lat + 0.002)
    day = Between(NOW - timedelta(days=400), NOW - timedelta(days=399))
    return {
        "one observation's number": DocumentQuery(mine, words="nr4711"),
        "two words, with accents left out": DocumentQuery(mine, words="tilzes triuksmas"),
        "a common word": DocumentQuery(mine, words="automobilis"),
        "the beginning of common words": DocumentQuery(mine, words="aut"),
        "a common word in a small box": DocumentQuery(mine, words="automobilis", bounds=box),
        "a small box, no words": DocumentQuery(mine, bounds=box),
        "a common word on one day of last year": DocumentQuery(mine, words="automobilis", between=day),
        "a category and a source": DocumentQuery(mine, categories=["fire"], source_kinds=["report"]),
        "words that are in nothing": DocumentQuery(mine, words="automobilis begemotas"),
    }


def measure(store: Store, name: str, wanted: DocumentQuery, rounds: int) -> dict[str, Any]:
    """The 95th percentile of both ways, ms, and how many times as long the plain one takes."""
    with store.read() as session:
        found = len(find(session, wanted, limit=SHOWN).rows)
        assert len(_plain(session, wanted)) == found, name
        clock = time.process_time if store.is_file else time.perf_counter
        ours = _p95(clock, lambda: find(session, wanted, limit=SHOWN), rounds)
        counting = _p95(clock, lambda: count(session, wanted), rounds)
        plain = _p95(clock, lambda: _plain(session, wanted), min(rounds, 5))
    return {
        "query": name,
        "found": found,
        "p95_ms": round(ours, 2),
        "count_p95_ms": round(counting, 2),
        "like_p95_ms": round(plain, 1),
        "ratio": round(plain / ours, 1),
    }


def _plain(session: Session, wanted: DocumentQuery) -> list[Any]:
    """The same without an index of words: every row of the town is looked at, newest first, until there are enough."""
    conditions = ["city = :city", "scope = :scope"]
    params: dict[str, Any] = {"city": min(wanted.visible.cities or ()), "scope": wanted.visible.scope, "most": SHOWN}
    for number, word in enumerate(words_of(wanted.words)):
        conditions.append(f"' ' || words LIKE :word{number}")
        params[f"word{number}"] = f"% {word}%"
    if wanted.bounds is not None:
        conditions.append("lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north")
        params |= dict(zip(("west", "south", "east", "north"), wanted.bounds, strict=True))
    if wanted.between.since is not None and wanted.between.until is not None:
        conditions.append("at >= :since AND at < :until")
        params |= {"since": _bare(session, wanted.between.since), "until": _bare(session, wanted.between.until)}
    if wanted.categories:
        conditions.append("category = :category AND source_kind = :kind")
        params |= {"category": wanted.categories[0], "kind": wanted.source_kinds[0]}
    statement = f"SELECT id FROM search_documents WHERE {' AND '.join(conditions)} ORDER BY at DESC LIMIT :most"  # noqa: S608
    return list(session.connection().execute(sqlalchemy.text(statement), params))


def _bare(session: Session, moment: datetime) -> Any:
    """A moment as the database compares it with a column, where a statement is written by hand."""
    if session.get_bind().dialect.name == "sqlite":
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    return moment


def _p95(clock: Callable[[], float], does: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        begun = clock()
        does()
        spent.append(1_000 * (clock() - begun))
    return statistics.quantiles(spent, n=20, method="inclusive")[-1]


def _seen(rnd: random.Random, number: int, at: datetime) -> Observation:
    city: City = known_towns()[number % 2]
    words = f"{rnd.choice(THINGS)} {rnd.choice(DOING)}, {rnd.choice(STREETS)} g. {rnd.randrange(1, 90)}, nr{number}"
    return Observation(
        city=city,
        scope=LIVE,
        source=Source(kind=rnd.choice((SourceKind.FIXED_CAMERA, SourceKind.REPORT)), id=f"cam{rnd.randrange(300)}"),
        source_ref=str(number),
        category=rnd.choice(CATEGORIES),
        started_at=at,
        received_at=at,
        position=_place(rnd, city),
        summary=words,
    )


def _place(rnd: random.Random, city: City) -> Position:
    frame = LocalFrame(city.facts.lat, city.facts.lon)
    lat, lon = frame.to_degrees(rnd.uniform(-4_000, 4_000), rnd.uniform(-4_000, 4_000))
    return Position(lat=lat, lon=lon, accuracy_m=20)


@contextmanager
def _store(*, postgres: bool) -> Iterator[Store]:
    if postgres:
        from tests.postgres import postgres_server  # noqa: PLC0415  only then

        with postgres_server() as server:
            store = Store(server.new_database())
            yield store
            store.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'vanagas.db'}")
        upgrade(store)
        yield store
        store.close()


if __name__ == "__main__":
    main()
