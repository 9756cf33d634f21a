"""Orders to a drone in the air, whatever the store is doing: sent first, recorded after, in order and once."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from mission.flights.orders import Order, OrderKind
from mission.flights.procedure import FlightTimeouts
from mission.flights.states import FlightState
from mission.flights.supervisor import FlightSupervisor
from mission.flights.tables import FlightRow
from telemetry.access import Principal, Role
from telemetry.audit.tables import AuditRow
from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.errors import NotFound
from telemetry.links.address import free_udp_port
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Store
from telemetry.units.tables import UnitRow
from telemetry.vehicles.drivers import VehicleDriver
from tests.mission.flights.builders import PILOT, STANDARDS, a_drone, a_flight, over, read, until, whys
from tests.mission.flights.failing_store import FailingStore
from tests.telemetry.vehicles.links import HOME

CLOCK = SystemClock()
BY = Principal(PILOT, Role.PILOT, City("dobele"))
TIMEOUTS = FlightTimeouts(record_every_s=0.3, look_every_s=0.05, settle_s=1)


@pytest.fixture
def failing(store: Store) -> Iterator[FailingStore]:
    again = FailingStore(str(store.engine.url))
    yield again
    again.close()


@contextlib.asynccontextmanager
async def flown(
    store: Store,
    folder: Path,
    *,
    speed: float = 5,
    flavour: FlavourName = FlavourName.PX4,
    driver: VehicleDriver = VehicleDriver.MAVSDK,
) -> AsyncIterator[tuple[FlightSupervisor, FlightRow]]:
    """A supervisor at work on a flight in the air."""
    port = free_udp_port()
    a_drone(store, f"udpin://127.0.0.1:{port}")
    with store.write() as work:
        unit = work.session.get_one(UnitRow, "drone-1")
        unit.driver = driver.value
        work.session.add(unit)
    supervisor = FlightSupervisor(
        store, standards=STANDARDS, clock=CLOCK, timeouts=TIMEOUTS, look_every_s=0.1, records=folder / "flights"
    )
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=speed, flavour=flavour):
        flight = a_flight(store, CLOCK)
        await supervisor.start()
        try:
            await until(store, flight, lambda row: row.state == FlightState.FLYING and row.progress_current >= 2)
            yield supervisor, flight
        finally:
            await supervisor.stop()


@contextlib.asynccontextmanager
async def turn_held(store: Store) -> AsyncIterator[None]:
    """Somebody else has the writer's turn, as while a large photo is taken in."""
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write():
            holds.set()
            done.wait()

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.to_thread(holds.wait)
    try:
        yield
    finally:
        done.set()
        await holding


def asked(store: Store, flight: FlightRow) -> list[str]:
    """What the audit trail has of the flight's orders."""
    query = select(AuditRow).where(AuditRow.subject == f"flight {flight.id}").order_by(col(AuditRow.id))
    with store.read() as session:
        return [f"{row.who} {row.action}: {row.detail}" for row in session.exec(query)]


async def test_orders_are_taken_and_recorded_later_while_the_store_is_locked_and_then_full(
    failing: FailingStore, tmp_path: Path
) -> None:
    async with flown(failing, tmp_path) as (supervisor, flight):
        async with turn_held(failing):
            assert await supervisor.console.order(flight.id, Order(OrderKind.PAUSE), by=BY) is FlightState.PAUSED
        failing.full = True
        assert await supervisor.console.order(flight.id, Order(OrderKind.RESUME), by=BY) is FlightState.FLYING
        assert await supervisor.console.order(flight.id, Order(OrderKind.RETURN), by=BY) is FlightState.RETURNING
        assert "brought home" not in " ".join(asked(failing, flight))
        failing.full = False
        await until(failing, flight, over)
        await supervisor.idle()
    assert read(failing, flight).state == FlightState.LANDED
    assert [
        why for why in whys(failing, flight) if why.startswith(("paused: paused", "flying: goes", "returning: b"))
    ] == [
        "paused: paused",
        "flying: goes on with its mission",
        "returning: brought home",
    ]
    assert asked(failing, flight) == [
        f"{PILOT} {action}: {done}: {words}"
        for action, words in (
            ("pause", "paused"),
            ("resume", "goes on with its mission"),
            ("return", "brought home"),
        )
        for done in ("asked", "taken by the vehicle")
    ]
    assert "restart" not in " ".join(whys(failing, flight))


async def test_a_flight_of_a_town_that_one_may_not_see_is_not_there(store: Store, tmp_path: Path) -> None:
    async with flown(store, tmp_path) as (supervisor, flight):
        elsewhere = Principal("pilot.siauliai", Role.PILOT, City("siauliai"))
        with pytest.raises(NotFound, match="in a town you may see"):
            await supervisor.console.order(flight.id, Order(OrderKind.RETURN), by=elsewhere)


async def test_an_ardupilot_drone_is_flown_by_dronekit_where_its_unit_says_so(store: Store, tmp_path: Path) -> None:
    async with flown(store, tmp_path, speed=10, flavour=FlavourName.ARDUPILOT, driver=VehicleDriver.DRONEKIT) as (
        _,
        flight,
    ):
        await until(store, flight, over)
    assert whys(store, flight)[-1] == f"landed: landed after all {flight.progress_total} items"
