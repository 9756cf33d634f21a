"""Observations taken in a second, with receipt, while many incidents are stored; beside weighing every incident.

200,000 incidents are stored, 10,000 of them open and of the last 20 days. The server runs as `vanagas serve` runs it,
in a process bound to one core where the system allows it; senders and broker have the others. An observation counts
when its receipt has come: it, its incident and its timeline entry are on disk then. Over HTTP and over MQTT (the
embedded broker, sealed by a gateway's token), in arrays of 50 and as single ones. The old way is measured beside it:
every incident of the town of the last 20 days read and weighed for each observation. What is wanted is 2,000 a second
in arrays and 250 as single ones on one idle core; the head line tells what else the machine did.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import httpx
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr
from sqlmodel import Session, select

from benchmarks._acceptance_senders import Batch, Send, over_http, over_mqtt
from benchmarks._stored_town import arriving, fill
from incidents.merging import decide, default_rules
from incidents.merging.shortlist import CandidateSearch, Neighbourhood
from incidents.timeline import incident_index, repository
from incidents.timeline.tables import IncidentRow
from mapserver import migrations
from mapserver.core.services import assemble
from mapserver.core.settings import MqttSettings, Settings, new_secret
from mapserver.devices import service as devices
from mapserver.devices.service import ALL_OF_TOWN, Binding
from mapserver.program.server import run_server
from telemetry.access import Principal, Role
from telemetry.cities import City, known_towns
from telemetry.links.address import free_udp_port
from telemetry.mqtt.broker import EmbeddedBroker
from telemetry.observations import Observation, SourceKind
from telemetry.store import Store

STORED, OPEN = 200_000, 10_000
ARRAY, ARRAYS, SINGLES, SENDERS, COMPARED = 50, 60, 600, 8, 5
WANTED_IN_ARRAYS, WANTED_SINGLE = 2_000, 250
USER, PASSWORD = "vanagas", "benchmark"


def main() -> None:
    """Print the table; exits with what was missed."""
    broker = EmbeddedBroker(username=USER, password=PASSWORD)
    with (
        tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(broker),
    ):
        mqtt = MqttSettings(host=broker.host, port=broker.port, username=USER, password=SecretStr(PASSWORD))
        settings = Settings(data_dir=Path(folder), secret_key=new_secret(), port=free_udp_port(), mqtt=mqtt)
        tokens = _prepare(settings)
        mqtt.device_tokens = {city: SecretStr(token) for city, token in tokens.items()}
        old_s, new_s = _compare(settings)
        print(f"{STORED:,} stored incidents, {OPEN:,} of them open; {SENDERS} senders\n")
        ways: dict[str, Send] = {
            "HTTP": partial(over_http, f"http://127.0.0.1:{settings.port}", tokens, senders=SENDERS),
            "MQTT": partial(over_mqtt, mqtt, tokens, senders=SENDERS),
        }
        with _serving(settings) as server:
            missed = _measure(ways, server)
    print(f"\nFinding what one observation may join: {old_s * 1e3:.0f} ms of CPU by weighing every incident,")
    print(f"{new_s * 1e3:.2f} ms by the index: {old_s / new_s:,.0f} to 1")
    if missed:
        sys.exit("; ".join(missed))


def _measure(ways: Mapping[str, Send], server: int) -> list[str]:
    """Print how each way does with the server of that process id; gives what was missed."""
    print("| way | accepted a second | wanted | ratio | CPU of the server an observation |\n|---|---|---|---|---|")
    missed = []
    for name, send in ways.items():
        for size, count, wanted in ((ARRAY, ARRAYS, WANTED_IN_ARRAYS), (1, SINGLES, WANTED_SINGLE)):
            way = f"{name}, arrays of {size}" if size > 1 else f"{name}, single"
            batches = _batches(size, count, f"{way}: ")
            before_s = _cpu_s(server)
            sent = send(batches)
            each_ms = (_cpu_s(server) - before_s) / max(sent.accepted, 1) * 1e3
            rate = sent.accepted / sent.took_s
            print(f"| {way} | {rate:,.0f} | {wanted:,} | {rate / wanted:.2f} | {each_ms:.2f} ms |", flush=True)
            if rate < wanted:
                missed.append(f"{way}: {rate:,.0f} a second, not {wanted:,}")
    return missed


def _batches(size: int, count: int, name: str) -> list[Batch]:
    """`count` of them, with names that begin with `name`; each is of one town."""
    batches: list[Batch] = []
    seen = arriving(2 * size * count, datetime.now(UTC), seed=size, name=name)
    for city in known_towns():
        mine = [observation.model_dump(mode="json") for observation in seen if observation.city == city]
        batches += [Batch(city, mine[begins : begins + size]) for begins in range(0, len(mine) - size + 1, size)]
    return batches[:count]


def _cpu_s(process: int) -> float:
    """Seconds of processor time that a process has used (Linux; proc(5): utime and stime of its stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _prepare(settings: Settings) -> dict[City, str]:
    """Fill the database; a gateway's token for each town."""
    parts = assemble(settings)
    migrations.upgrade(parts.store)
    now = parts.clock.now()
    fill(parts.store, stored=STORED, still_open=OPEN, now=now)
    tokens = {}
    gateway = [Binding(SourceKind.FIXED_CAMERA, ALL_OF_TOWN)]
    with parts.store.write() as work:
        for city in known_towns():
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
    look = CandidateSearch(observation, now, rules)
    nearby = Neighbourhood(rules)
    nearby.put(incident_index.around(session, incident_index.Town(look.city, look.scope), [look], rules))
    nearby.shortlist(look)


@contextmanager
def _serving(settings: Settings) -> Iterator[int]:
    """The server, in a process of its own on one core; its process id."""
    server = get_context("spawn").Process(target=_serve, args=(settings,), daemon=True)
    server.start()
    try:
        _await_answer(settings)
        assert server.pid is not None
        yield server.pid
    finally:
        server.terminate()
        server.join()


def _serve(settings: Settings) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    asyncio.run(run_server(assemble(settings), on_ready=lambda _: None))


def _await_answer(settings: Settings) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{settings.port}/healthz", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server does not answer")


if __name__ == "__main__":
    main()
