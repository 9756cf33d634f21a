"""An order that waits in the database for the server with the link: taken once, in time, and whole."""

from collections.abc import Callable

import pytest

from mission.flights import passed_orders
from mission.flights.order_relay import _error_to_json, _read_answer
from mission.flights.orders import Order, OrderKind
from mission.flights.passed_orders import LinkElsewhere, PassingState
from mission.flights.tables import PassedOrderRow
from telemetry.clock import SystemClock
from telemetry.errors import (
    BadInput,
    BadPlan,
    Conflict,
    FlightBlocked,
    OrderAsks,
    StoreUnavailable,
    Unavailable,
    VanagasError,
    VehicleSilent,
)
from telemetry.leases import LeaseOwner
from telemetry.leases.service import database_now_s
from telemetry.messages import Message
from telemetry.store import Store
from tests.builders import place
from tests.mission.flights.builders import a_drone, a_flight
from tests.mission.flights.test_supervisor import BY

OWNER = LeaseOwner("first", "https://first.example")
ORDER = Order(OrderKind.GO_TO, place(east_m=30), 25.0, acknowledged=frozenset({"zone A", "zone B"}))
WHY = Message("flights.no_vehicle_yet", flight="Yard")
Leave = Callable[[float], str]


@pytest.fixture
def leave(store: Store) -> Leave:
    """Leaves an order for the first server, to be taken within so many seconds."""
    a_drone(store)
    flight = a_flight(store, SystemClock())

    def left(within_s: float) -> str:
        with store.write() as work:
            now_s = database_now_s(work.session)
            where = LinkElsewhere(flight.id, flight.name, OWNER, now_s)
            expires_s = now_s + within_s
            is_left = passed_orders.leave(work, "o", ORDER, where=where, by=BY, language="lv", expires_s=expires_s)
            assert is_left is (within_s > 0)
        return "o"

    return left


@pytest.mark.both_databases
def test_it_is_taken_whole_by_its_server_once(store: Store, leave: Leave) -> None:
    leave(60)
    with store.write() as work:
        assert passed_orders.take(work, "second") == []
        (taken,) = passed_orders.take(work, "first")
    assert (taken.order, taken.by, taken.language) == (ORDER, BY, "lv")
    with store.write() as work:
        assert passed_orders.take(work, "first") == []


def test_what_was_taken_back_is_taken_by_nobody_and_what_was_taken_is_not_taken_back(
    store: Store, leave: Leave
) -> None:
    order_id = leave(60)
    with store.write() as work:
        assert passed_orders.take_back(work, order_id)
        assert passed_orders.take(work, "first") == []
    order_id = leave(60)
    with store.write() as work:
        assert passed_orders.take(work, "first") != []
        assert not passed_orders.take_back(work, order_id)


def test_what_is_late_is_neither_left_nor_taken(store: Store, leave: Leave) -> None:
    leave(-1)
    with store.write() as work:
        assert not passed_orders.any_waiting(work.session, "first")
    order_id = leave(60)
    with store.write() as work:
        work.session.get_one(PassedOrderRow, order_id).expires_s = database_now_s(work.session) - 0.001
        assert passed_orders.take(work, "first") == []
        assert not passed_orders.any_waiting(work.session, "first")


def test_its_answer_is_read_and_then_forgotten(store: Store, leave: Leave) -> None:
    order_id = leave(60)
    with store.write() as work:
        passed_orders.take(work, "first")
        passed_orders.answer(work, order_id, {"state": "paused"})
    with store.write() as work:
        assert passed_orders.progress(work.session, order_id) == (PassingState.ANSWERED, {"state": "paused"})
        passed_orders.remove(work, order_id)
    with store.read() as session:
        assert passed_orders.progress(session, order_id) is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Conflict(WHY), Conflict),
        (VehicleSilent(WHY), VehicleSilent),
        (BadPlan(WHY), BadInput),
        (FlightBlocked(WHY, []), Conflict),
        (StoreUnavailable(WHY), Unavailable),
        (VanagasError(WHY), Unavailable),
    ],
)
def test_an_error_comes_back_as_the_nearest_that_an_order_ends_with(
    error: VanagasError, told: type[VanagasError]
) -> None:
    with pytest.raises(told) as raised:
        _read_answer(_error_to_json(error))
    assert (type(raised.value), raised.value.told) == (told, WHY)


def test_questions_come_back_with_their_subjects() -> None:
    asks = [{"subject": "zone A", "message": "It wants a permit."}]
    with pytest.raises(OrderAsks) as raised:
        _read_answer(_error_to_json(OrderAsks(WHY, asks)))
    assert raised.value.asks == asks
