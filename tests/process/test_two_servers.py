"""Two servers on one database: what they take in at the same time, and a flight that one of them has the link of."""

import asyncio
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from incidents.timeline import repository
from incidents.timeline.tables import UnsettledRow
from mapserver.access import service as access
from mapserver.access.service import Tokens
from mapserver.core.settings import new_secret
from mission.flights.finder import link_of
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from telemetry.access import Role
from telemetry.audit.tables import AuditRow
from telemetry.cities import City, known_towns
from telemetry.clock import SystemClock
from telemetry.leases import service as leases
from telemetry.links.address import free_udp_port
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Store, Work
from tests.builders import observation, place
from tests.mapserver.conftest import bind_gateway
from tests.mission.flights.builders import PILOT, a_drone, a_flight, over, read, whys
from tests.postgres import PostgresServer
from tests.process.running import Program, free_port, typed
from tests.telemetry.vehicles.links import HOME

SENDERS = 8
OBSERVATIONS = 80
LINK = link_of("drone-1")
PATIENCE_S = 120.0
TAKEN_OVER = "paused: taken over in the air from another server"
CLOCK = SystemClock()


@dataclass
class Server:
    """One of the two."""

    program: Program
    url: str


@dataclass
class Town:
    """Both servers, and their database as it is."""

    servers: list[Server]
    store: Store
    tokens: dict[Role, str]
    folder: str
    env: dict[str, str]

    def post(self, server: Server, role: Role, path: str, body: object = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[role]}", "Accept-Language": "en"}
        return httpx.post(f"{server.url}{path}", json=body, headers=headers, trust_env=False, timeout=60)


async def until_stored(store: Store, flight: FlightRow, true: Callable[[FlightRow], bool]) -> FlightRow:
    """Ask the database until `true` holds of the flight: what another process commits is not told here."""
    for _ in range(300):
        if true(now := read(store, flight)):
            return now
        await asyncio.sleep(0.2)
    raise AssertionError(whys(store, flight))


async def until_known(town: Town, server: Server, path: str) -> httpx.Response:
    """Give an order until the server knows which of the two has the link; what it says then."""
    for _ in range(300):
        answer = await asyncio.to_thread(town.post, server, Role.PILOT, path)
        if answer.status_code != 409:
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError(answer.text)


@contextmanager
def two_servers(postgres: PostgresServer, folder: Path, *, weather: str | None = None) -> Iterator[Town]:
    """`weather`: the address of a service that is asked below the name of the server that asks."""
    url = postgres.new_database()
    key = new_secret()
    env = {"VANAGAS_SECRET_KEY": key, "VANAGAS_DATABASE_URL": url}
    with closing(Store(url)) as store, ExitStack() as stack:
        with store.write() as work:
            tokens = {role: _token(work, Tokens(key.encode()), role) for role in (Role.PILOT, Role.DEVICE)}
        servers = []
        for name in ("first", "second"):
            port = free_port()
            data = folder / name
            data.mkdir()
            said = '[checks.dobele]\nprivacy_notice = "the town hall"\n'
            if weather is not None:
                said += f'[weather]\nbase_url = "{weather}/{name}"\n'
            (data / "vanagas.toml").write_text(said)
            args = ("serve", "--data", str(data), "--port", str(port))
            servers.append(Server(Program(*args, env=env, log=data / "log"), f"http://127.0.0.1:{port}"))
            stack.enter_context(servers[-1].program)
        for server in servers:
            server.program.wait_for("ready")
        yield Town(servers, store, tokens, str(folder / "first"), env)


def _token(work: Work, tokens: Tokens, role: Role) -> str:
    name = PILOT if role is Role.PILOT else f"{role}.dobele"
    access.add_user(work.session, name, role, City("dobele"), password=None, now=CLOCK.now())
    bind_gateway(work, name, role, now=CLOCK.now())
    return tokens.issue(work.session, name, label="", now=CLOCK.now(), lasts=timedelta(hours=1))


def owner_first(town: Town) -> list[Server]:
    """Both servers, the one that has the drone's link first."""
    with town.store.read() as session:
        address = leases.holders(session, [LINK])[LINK].owner.address
    return sorted(town.servers, key=lambda server: not address.endswith(server.url.rpartition(":")[2]))


@pytest.mark.whole
def test_one_event_told_to_two_servers_at_once_is_one_incident_and_nothing_is_lost(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with two_servers(postgres, tmp_path) as town:
        now = CLOCK.now()
        seen = [
            observation(str(number), position=place(east_m=number % 7)).model_copy(update={"started_at": now})
            for number in range(OBSERVATIONS)
        ]

        def tell(number: int) -> str:
            server = town.servers[number % 2]
            answer = town.post(server, Role.DEVICE, "/api/v1/observations", [seen[number].model_dump(mode="json")])
            assert answer.status_code == 200, answer.text
            return str(answer.json()[0]["incident_id"])

        with ThreadPoolExecutor(SENDERS) as senders:
            incidents = set(senders.map(tell, range(OBSERVATIONS)))
        assert len(incidents) == 1
        with town.store.read() as session:
            (kept,) = repository.incidents(session, list(incidents)).values()
        assert sorted(kept.incident.observation_ids) == sorted(one.id for one in seen)
        checked = typed("db", "check", "--data", town.folder, env=town.env)
        assert (checked.returncode, checked.stderr.strip()) == (0, "every invariant holds")


@pytest.mark.whole
async def test_a_server_that_stood_still_in_a_flight_writes_nothing_and_orders_go_to_the_one_that_took_over(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with two_servers(postgres, tmp_path) as town:
        port = free_udp_port()
        a_drone(town.store, f"udpout://127.0.0.1:{port}")
        async with SimulatedVehicleProcess(f"udpin://127.0.0.1:{port}", HOME, speed=2):
            flight = a_flight(town.store, CLOCK)
            await until_stored(
                town.store, flight, lambda row: row.state == FlightState.FLYING and row.progress_current >= 1
            )
            owner, other = owner_first(town)
            order = f"/api/v1/flights/{flight.id}"
            passed_on = await asyncio.to_thread(town.post, other, Role.PILOT, f"{order}/pause")
            assert passed_on.status_code == 202, passed_on.text
            await until_stored(town.store, flight, lambda row: row.state == FlightState.PAUSED)
            zombie = owner.program.process
            zombie.send_signal(signal.SIGSTOP)
            try:
                not_given = await asyncio.to_thread(town.post, other, Role.PILOT, f"{order}/land")
                assert (not_given.status_code, "was not given" in not_given.json()["message"]) == (503, True)
                await until_stored(town.store, flight, lambda _: TAKEN_OVER in whys(town.store, flight))
            finally:
                zombie.send_signal(signal.SIGCONT)
            given = await until_known(town, owner, f"{order}/return")
            assert given.status_code == 202, given.text
            assert (await until_stored(town.store, flight, over)).state == FlightState.LANDED
        told = whys(town.store, flight)
        assert not any("picked up" in why for why in told[told.index(TAKEN_OVER) :])
        with town.store.read() as session:
            assert session.exec(select(AuditRow.action).where(AuditRow.action == "land")).all() == []


@contextmanager
def weather_service() -> Iterator[tuple[str, queue.SimpleQueue[str]]]:
    """A weather service on loopback that answers nothing of use; its address, and by which name it is asked."""
    asked: queue.SimpleQueue[str] = queue.SimpleQueue()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.put(self.path.split("/")[1])
            self.send_error(503)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing among what the tests print."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def is_owned_by(town: Town, lease: str, server: Server) -> bool:
    with town.store.read() as session:
        found = leases.holders(session, [lease]).get(lease)
    return found is not None and found.owner.address.endswith(server.url.rpartition(":")[2])


async def until(true: Callable[[], bool]) -> None:
    """Ask the database until `true`: what another process commits is not told here."""
    for _ in range(300):
        if true():
            return
        await asyncio.sleep(0.2)
    raise AssertionError(true)


@pytest.mark.whole
async def test_what_is_done_once_is_done_by_one_of_two_servers_and_by_the_other_when_that_one_is_killed(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with weather_service() as (url, asked), two_servers(postgres, tmp_path, weather=url) as town:
        told = [await asyncio.to_thread(asked.get, timeout=PATIENCE_S) for _ in known_towns()]
        (name,) = set(told)
        going, staying = town.servers if name == "first" else reversed(town.servers)
        going.program.kill()
        told = [await asyncio.to_thread(asked.get, timeout=PATIENCE_S) for _ in known_towns()]
        assert set(told) == {"first", "second"} - {name}
        for lease in ("weather", "settling", "forgetting", "escalation"):
            await until(partial(is_owned_by, town, lease, staying))
        seen = observation("1", position=place()).model_copy(update={"started_at": CLOCK.now()})
        answer = town.post(staying, Role.DEVICE, "/api/v1/observations", [seen.model_dump(mode="json")])
        assert answer.status_code == 200, answer.text
        await until(partial(nothing_is_unsettled, town))


def nothing_is_unsettled(town: Town) -> bool:
    with town.store.read() as session:
        return session.exec(select(UnsettledRow).limit(1)).first() is None
