"""The ground on which orders are measured: the real server, a simulated vehicle, and one flight in the air."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks._order_tap import OrderTap
from mapserver import migrations
from mapserver.access import service as access
from mapserver.core.services import assemble
from mapserver.core.settings import load, new_secret
from mission.plans import service as plans
from mission.plans.drafting import draft
from mission.routes.drones import drone_named
from mission.zones import service as zones
from telemetry.access import Role
from telemetry.cities import City, known_towns
from telemetry.links.address import free_udp_port
from telemetry.scopes import LIVE
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Store
from tests.mission.areas import geojson
from tests.mission.flights.builders import AT, PILOT, a_drone, good_weather, zones_known
from tests.process.running import Program, free_port
from tests.telemetry.vehicles.links import HOME

UNIT = "drone-1"
FIRST_ITEM = 2
"""Of the mission, on the way to which the drone has surely left the ground."""
FIELD = geojson([(20, 20), (320, 20), (320, 280), (20, 280)])
WISHES = {"altitude_m": 30, "spacing_m": 50, "speed_m_s": 2}


@dataclass(frozen=True)
class Field:
    """The running server, its flight, and the wire to the drone."""

    url: str
    folder: Path
    server: int
    """Process id."""
    tap: OrderTap
    client: httpx.AsyncClient
    flight: str
    tokens: Mapping[Role, str]
    remarks: list[str] = field(default_factory=list)

    def remark(self, words: str) -> None:
        """Say `words` below the table, once."""
        if words not in self.remarks:
            self.remarks.append(words)


@asynccontextmanager
async def flying(folder: Path) -> AsyncIterator[Field]:
    """A server with one flight in the air."""
    ground = free_udp_port()
    async with AsyncExitStack() as stack:
        tap = await stack.enter_async_context(OrderTap(ground))
        flown_from = f"udpout://127.0.0.1:{tap.vehicle_port}"
        tokens, plan = _found(folder, f"udpin://127.0.0.1:{ground}")
        program = Program("serve", "--data", str(folder), "--port", str(free_port()), log=folder / "serve.log")
        await asyncio.to_thread(program.__enter__)
        stack.callback(program.__exit__, None, None, None)
        url = (await asyncio.to_thread(program.wait_for, "ready")).removeprefix("ready ")
        await stack.enter_async_context(SimulatedVehicleProcess(flown_from, HOME))
        headers = {"Authorization": f"Bearer {tokens[Role.PILOT]}"}
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=120)
        )
        flight = await _take_off(client, plan)
        yield Field(url, folder, program.process.pid, tap, client, flight, tokens)


def _found(folder: Path, link: str) -> tuple[dict[Role, str], str]:
    """Settings, people, drone and plan in `folder`; gives a token of each role, and the plan."""
    lines = ["secure_cookies = false", f'secret_key = "{new_secret()}"']
    lines += [f'[checks.{city}]\nprivacy_notice = "the town hall"' for city in known_towns()]
    (folder / "vanagas.toml").write_text("\n".join(lines) + "\n")
    parts = assemble(load(folder))
    migrations.upgrade(parts.store)
    a_drone(parts.store, link)
    good_weather(parts.store, parts.clock.now())
    zones_known(parts.store, at=parts.clock.now())
    tokens = {}
    for role in (Role.PILOT, Role.INSPECTOR, Role.DEVICE):
        with parts.store.write() as work:
            user = access.add_user(
                work.session, f"{role}.dobele", role, City("dobele"), password=None, now=parts.clock.now()
            )
            tokens[role] = parts.tokens.issue(
                work.session, user.name, label="benchmark", now=parts.clock.now(), lasts=timedelta(hours=1)
            )
    plan = _plan(parts.store)
    parts.store.close()
    return tokens, plan


def _plan(store: Store) -> str:
    survey = draft("survey", FIELD, WISHES, home=HOME, drone=drone_named("mavic3e"))
    with store.write() as work:
        zone = zones.draw(work, city=City("dobele"), name="Field", polygon=FIELD, at=AT, by=PILOT, scope=LIVE)
        return plans.keep(work, zone, survey, at=AT, by=PILOT).id


async def _take_off(client: httpx.AsyncClient, plan: str) -> str:
    """A flight of `plan`, once it flies its mission."""
    now = (await client.get("/api/v1/map/snapshot")).json()["at"]
    wanted = {"plan_id": plan, "unit_id": UNIT, "scheduled_at": now}
    flight = str((await _said(client.post("/api/v1/flights", json=wanted)))["id"])
    await _said(client.post(f"/api/v1/flights/{flight}/confirm", json={}))
    async with asyncio.timeout(180):
        while not _flies_its_mission(await _said(client.get(f"/api/v1/flights/{flight}"))):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    return flight


def _flies_its_mission(flight: dict[str, Any]) -> bool:
    return bool(flight["state"] == "flying" and flight["progress"]["current"] >= FIRST_ITEM)


async def _said(asking: Any) -> Any:
    answer = await asking
    if not answer.is_success:
        raise SystemExit(f"{answer.request.url} was answered with {answer.text}")
    return answer.json()
