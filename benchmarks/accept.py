"""Observations taken in a second, with receipt, while many incidents are stored; beside weighing every incident.

200,000 incidents are stored, 10,000 of them open and of the last 20 days. The server runs as a process of its own,
bound to one core where the system allows it. An observation counts when its receipt has come: it, its incident and its
timeline entry are on disk then. Over HTTP, in arrays of 50 and as single posts of eight senders at once. The old way is
measured beside it: every incident of the town of the last 20 days read and weighed for each observation. What is wanted
is 2,000 a second in arrays and 250 as single posts on one idle core; the head line tells what else the machine did.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import httpx
import uvicorn
from sqlmodel import Session, select

from benchmarks._stored_town import arriving, fill
from incidents.merging import decide, default_rules
from incidents.merging.shortlist import Look, Neighbourhood
from incidents.timeline import places, repository
from incidents.timeline.tables import IncidentRow
from mapserver import migrations
from mapserver.app import create_app
from mapserver.devices import service as devices
from mapserver.devices.service import ALL_OF_TOWN, Binding
from mapserver.services import assemble
from mapserver.settings import Settings, new_secret
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.links.address import free_udp_port
from telemetry.observations import Observation, SourceKind
from telemetry.store import Store

STORED, OPEN = 200_000, 10_000
ARRAY, ARRAYS, SINGLES, SENDERS, COMPARED = 50, 40, 400, 8, 5
WANTED_IN_ARRAYS, WANTED_SINGLE = 2_000, 250


def main() -> None:
    """Print the table; exits with what was missed."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        settings = Settings(data_dir=Path(folder), secret_key=new_secret(), port=free_udp_port())
        tokens = _prepare(settings)
        old_s, new_s = _compare(settings)
        with _serving(settings):
            in_arrays = _rate(settings, tokens, ARRAY, ARRAYS, senders=1)
            single = _rate(settings, tokens, 1, SINGLES, senders=SENDERS)
    print(f"{STORED:,} stored incidents, {OPEN:,} of them open\n")
    print("| way | accepted a second |\n|---|---|")
    print(f"| HTTP, arrays of {ARRAY} | {in_arrays:,.0f} |")
    print(f"| HTTP, single posts, {SENDERS} senders | {single:,.0f} |")
    print(f"\nFinding what one observation may join: {old_s * 1e3:.0f} ms of CPU by weighing every incident,")
    print(f"{new_s * 1e3:.2f} ms by the index: {old_s / new_s:,.0f} to 1")
    missed = []
    if in_arrays < WANTED_IN_ARRAYS:
        missed.append(f"{in_arrays:,.0f} a second in arrays, not {WANTED_IN_ARRAYS:,}")
    if single < WANTED_SINGLE:
        missed.append(f"{single:,.0f} a second as single posts, not {WANTED_SINGLE}")
    if missed:
        sys.exit("; ".join(missed))


def _prepare(settings: Settings) -> dict[City, str]:
    """Fill the database; a gateway's token for each town."""
    parts = assemble(settings)
    migrations.upgrade(parts.store)
    now = parts.clock.now()
    fill(parts.store, stored=STORED, still_open=OPEN, now=now)
    tokens = {}
    gateway = [Binding(SourceKind.FIXED_CAMERA, ALL_OF_TOWN)]
    with parts.store.write() as work:
        for city in City:
            by = Principal("benchmark", Role.ADMIN, None)
            device = devices.add(work, f"gateway.{city}", city, gateway, by=by, now=now)
            tokens[city] = parts.tokens.issue(work.session, device.name, label="", now=now, lasts=timedelta(hours=2))
    parts.store.close()
    return tokens


def _compare(settings: Settings) -> tuple[float, float]:
    """CPU seconds for one observation by weighing every incident of the town, and by the index."""
    store, now = Store(settings.database), datetime.now(UTC)
    seen = arriving(COMPARED, now, seed=1)
    with store.read() as session:
        begun = time.process_time()
        for observation in seen:
            _by_weighing_all(session, observation, now)
        old = (time.process_time() - begun) / len(seen)
        begun = time.process_time()
        for observation in seen:
            _by_index(session, observation, now)
        new = (time.process_time() - begun) / len(seen)
    store.close()
    return old, new


def _by_weighing_all(session: Session, observation: Observation, now: datetime) -> None:
    rules = default_rules()
    since = min(observation.started_at, now) - timedelta(seconds=rules.longest_window)
    query = select(IncidentRow).where(IncidentRow.city == observation.city, IncidentRow.last_at >= since)
    incidents = [repository.incident_of(row) for row in session.exec(query)]
    decide(observation, incidents, now=now, rules=rules)
    session.expunge_all()


def _by_index(session: Session, observation: Observation, now: datetime) -> None:
    rules = default_rules()
    look = Look(observation, now, rules)
    nearby = Neighbourhood(rules)
    nearby.put(places.around(session, places.Town(look.city, look.simulated), [look], rules))
    nearby.shortlist(look)


@contextmanager
def _serving(settings: Settings) -> Iterator[None]:
    """The server, in a process of its own on one core."""
    server = get_context("spawn").Process(target=_serve, args=(settings,), daemon=True)
    server.start()
    try:
        _await_answer(settings)
        yield
    finally:
        server.terminate()
        server.join()


def _serve(settings: Settings) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    uvicorn.run(create_app(assemble(settings)), port=settings.port, log_config=None, access_log=False)


def _await_answer(settings: Settings) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{settings.port}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server does not answer")


def _rate(settings: Settings, tokens: dict[City, str], size: int, count: int, *, senders: int) -> float:
    """Observations a second, from the first post to the last receipt; an array is of one town."""
    seen = arriving(4 * size * count, datetime.now(UTC), seed=size)
    arrays = []
    for city in City:
        mine = [observation for observation in seen if observation.city == city]
        arrays += [(city, mine[begins : begins + size]) for begins in range(0, len(mine) - size + 1, size)]
    headers = {city: {"Authorization": f"Bearer {token}"} for city, token in tokens.items()}
    bodies = [
        (headers[city], [observation.model_dump(mode="json") for observation in array])
        for city, array in arrays[:count]
    ]
    url = f"http://127.0.0.1:{settings.port}/api/v1/observations"
    with httpx.Client(trust_env=False, timeout=120) as client, ThreadPoolExecutor(senders) as pool:

        def post(body: tuple[dict[str, str], list[dict[str, object]]]) -> int:
            answer = client.post(url, json=body[1], headers=body[0])
            answer.raise_for_status()
            return sum(receipt["outcome"] == "accepted" for receipt in answer.json())

        begun = time.monotonic()
        accepted = sum(pool.map(post, bodies))
        took = time.monotonic() - begun
    if accepted != size * len(bodies):
        raise RuntimeError(f"{accepted} of {size * len(bodies)} were accepted")
    return accepted / took


if __name__ == "__main__":
    main()
