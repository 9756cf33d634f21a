"""Two servers on one database: one has a drone's link, the other neither aborts the flight nor gives it orders."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from sqlmodel import select

from mission.flights import record_writer
from mission.flights.finder import FlightFinder, link_of
from mission.flights.orders import Order, OrderKind
from mission.flights.procedure import FlightTimeouts
from mission.flights.records import NumberedRecord, WordRecord
from mission.flights.states import FlightState
from mission.flights.supervisor import FlightSupervisor
from mission.flights.tables import FlightRow, PassedOrderRow
from telemetry.audit.tables import AuditRow
from telemetry.clock import SystemClock
from telemetry.errors import BadInput, Conflict, OwnedElsewhere, Unavailable
from telemetry.leases import LeaseKeeper, LeaseOwner, LeaseStanding
from telemetry.links.address import free_udp_port
from telemetry.messages import written
from telemetry.store import Store
from tests.builders import place
from tests.mission.flights.builders import STANDARDS, a_drone, a_flight, over, read, until, whys
from tests.mission.flights.failing_store import FailingStore
from tests.mission.flights.test_supervisor import BY, drone_in_the_air, flying

CLOCK = SystemClock()
PAUSE = Order(OrderKind.PAUSE)
RETURN = Order(OrderKind.RETURN)
RESUME = Order(OrderKind.RESUME)
TAKEN_OVER = "paused: taken over in the air from another server"
SHORT = FlightTimeouts(record_every_s=0.3, look_every_s=0.05, settle_s=1)


@contextlib.asynccontextmanager
async def server(store: Store, name: str, timeouts: FlightTimeouts = SHORT) -> AsyncIterator[FlightSupervisor]:
    """A server's flights."""
    keeper = LeaseKeeper(store, LeaseOwner(name, f"http://{name}:8000"))
    supervisor = FlightSupervisor(
        store, standards=STANDARDS, clock=CLOCK, timeouts=timeouts, look_every_s=0.1, leases=keeper
    )
    keeper.start()
    await supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()
        keeper.stop()


def left_in_the_air(store: Store) -> FlightRow:
    """A flight that the server "first" flew, and let go."""
    a_drone(store, f"udpin://127.0.0.1:{free_udp_port()}")
    flight = a_flight(store, CLOCK)
    with store.write() as work:
        row = work.session.get_one(FlightRow, flight.id)
        row.state = FlightState.FLYING
        row.heard_by = "first"
        row.fence = 1
    return flight


async def test_a_second_server_leaves_a_flight_alone_until_the_first_is_gone_and_brings_it_home(store: Store) -> None:
    async with (
        drone_in_the_air(store, 10) as flight,
        server(store, "first") as first,
        server(store, "second") as second,
    ):
        await until(store, flight, flying)
        owner, other = (first, second) if first.console.any_under_way else (second, first)
        assert await other.console.order(flight.id, PAUSE, by=BY) is FlightState.PAUSED
        await owner.stop()
        await until(store, flight, lambda _: TAKEN_OVER in whys(store, flight))
        assert await other.console.order(flight.id, RETURN, by=BY) is FlightState.RETURNING
        assert (await until(store, flight, over)).state == FlightState.LANDED


async def test_what_the_owner_says_against_an_order_is_told_by_the_server_that_was_asked(store: Store) -> None:
    async with (
        drone_in_the_air(store, 10) as flight,
        server(store, "first") as first,
        server(store, "second") as second,
    ):
        await until(store, flight, flying)
        owner, other = (first, second) if first.console.any_under_way else (second, first)
        with pytest.raises(Conflict) as told_there:
            await owner.console.order(flight.id, RESUME, by=BY)
        with pytest.raises(Conflict) as told_here:
            await other.console.order(flight.id, RESUME, by=BY)
        assert told_here.value.told == told_there.value.told
        far = Order(OrderKind.GO_TO, place(east_m=50_000))
        with pytest.raises(BadInput):
            await other.console.order(flight.id, far, by=BY)


async def test_an_order_that_the_owner_does_not_take_is_given_by_nobody_however_late_it_looks(store: Store) -> None:
    async with (
        drone_in_the_air(store, 10) as flight,
        server(store, "first") as first,
        server(store, "second") as second,
    ):
        await until(store, flight, flying)
        owner, other = (first, second) if first.console.any_under_way else (second, first)
        await owner._passed_orders.stop()
        with pytest.raises(Unavailable, match="the order was not given"):
            await other.console.order(flight.id, RETURN, by=BY)
        owner._passed_orders.start()
        assert await other.console.order(flight.id, PAUSE, by=BY) is FlightState.PAUSED
        with store.read() as session:
            assert session.exec(select(AuditRow.action).where(AuditRow.action == "return")).all() == []
            assert session.exec(select(PassedOrderRow)).all() == []


async def test_a_server_that_never_heard_the_drone_leaves_its_flight_in_the_air(store: Store) -> None:
    flight = left_in_the_air(store)
    async with server(store, "second", FlightTimeouts(give_up_s=0.5, look_every_s=0.05)) as second:
        await until(store, flight, lambda _: any("nobody has its link" in why for why in whys(store, flight)))
        with pytest.raises(Conflict, match="no server has its link"):
            await second.console.order(flight.id, RETURN, by=BY)
    assert read(store, flight).state == FlightState.FLYING


def test_what_a_server_recorded_is_not_taken_once_another_has_the_flight(store: Store) -> None:
    flight = left_in_the_air(store)
    finder = FlightFinder(store, CLOCK, STANDARDS, LeaseKeeper(store, LeaseOwner("second")))
    LeaseKeeper(store, LeaseOwner("first"), lasts_s=0).take(link_of(flight.unit_id))
    assert finder.claim(flight.id) is not None
    word = WordRecord(CLOCK.now(), FlightState.ABORTED, "system", written("word of the first"), None, landed=False)
    with pytest.raises(OwnedElsewhere):
        record_writer.apply(store, flight.id, [NumberedRecord(1, word, fence=1)])
    assert whys(store, flight)[-1] != "aborted: word of the first"
    record_writer.apply(store, flight.id, [NumberedRecord(1, word, fence=2)])
    assert "word of the first" in whys(store, flight)[-1]


def test_a_server_started_again_on_a_full_disk_still_has_the_link_that_it_had(store: Store) -> None:
    flight = left_in_the_air(store)
    first = LeaseOwner("first")
    LeaseKeeper(store, first).take(link_of(flight.unit_id))
    keeper = LeaseKeeper(store, first)
    with closing(FailingStore(str(store.engine.url))) as failing:
        failing.full = True
        facts = FlightFinder(failing, CLOCK, STANDARDS, keeper).claim(flight.id)
    assert facts is not None
    assert keeper.standing(link_of(flight.unit_id)) is LeaseStanding.OWN
