"""A simulated vehicle beside an application under test, and waiting for its news."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from fastapi.testclient import TestClient

from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Change, Store
from tests.telemetry.vehicles.links import HOME

Tell = Callable[[str], str]


@contextmanager
def connected_vehicle(client: TestClient, port: int, *, speed: float = 1.0) -> Iterator[Tell]:
    """On this port of the machine while the block runs; gives what tells it a line, such as `fail gps`."""
    portal = client.portal
    assert portal is not None, "the client is not open"
    vehicle = SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=speed)
    portal.call(vehicle.__aenter__)
    try:
        yield lambda line: portal.call(vehicle.tell, line)
    finally:
        portal.call(vehicle.stop)


def until_news(store: Store, true: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Look again at each news of the store, none of which may be longer in coming."""
    news = threading.Event()

    def hear(_: Sequence[Change]) -> None:
        news.set()

    stop = store.listen(hear)
    try:
        while not true():
            assert news.wait(within_s), "nothing is new"
            news.clear()
    finally:
        stop()
