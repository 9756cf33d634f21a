"""Whatever happens to a connection, its library is let go of: nothing of it is left to the garbage collector."""

import asyncio
import threading
from collections.abc import Callable

import mavsdk.mavsdk
import pytest

from telemetry.links.address import free_udp_port
from telemetry.links.link import Link
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.vehicles.dronekit_driver import DronekitVehicle
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from tests.telemetry.vehicles.links import HOME, AnyVehicle, connected_vehicle

DRIVERS = pytest.mark.parametrize("driver", [MavsdkVehicle, DronekitVehicle])


def is_library_open(vehicle: AnyVehicle) -> bool:
    return (vehicle._mavsdk if isinstance(vehicle, MavsdkVehicle) else vehicle._vehicle) is not None


def left_open() -> list[object]:
    """What the libraries still hold in this process."""
    threads = [thread for thread in threading.enumerate() if "mavlink_thread" in thread.name]
    return [*mavsdk.mavsdk._live_instances, *threads]


@DRIVERS
async def test_a_connection_that_is_called_off_leaves_nothing_open(driver: Callable[[str], AnyVehicle]) -> None:
    port = free_udp_port()
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, flavour=FlavourName.ARDUPILOT):
        vehicle = driver(f"udpin://127.0.0.1:{port}")
        connecting = asyncio.create_task(vehicle.connect(timeout_s=30))
        while not is_library_open(vehicle):  # noqa: ASYNC110 - at the first moment at which it is
            await asyncio.sleep(0)
        connecting.cancel()
        await asyncio.wait({connecting})
        assert connecting.cancelled()
        assert left_open() == []


@DRIVERS
async def test_closing_that_is_called_off_half_way_lets_go_all_the_same(driver: Callable[[str], AnyVehicle]) -> None:
    async with connected_vehicle(driver=driver, flavour=FlavourName.ARDUPILOT) as (vehicle, _):
        closing = asyncio.create_task(vehicle.close())
        for _ in range(2):
            await asyncio.sleep(0)
            closing.cancel()
        await asyncio.wait({closing})
        assert closing.cancelled()
        assert left_open() == []


async def test_an_event_loop_that_ends_amid_closing_lets_go_all_the_same() -> None:
    async with connected_vehicle() as (vehicle, _):
        closing = asyncio.create_task(vehicle.close())
        for _ in range(2):  # until it has begun
            await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:  # as `asyncio.run` does
            task.cancel()
        await asyncio.wait({closing})
        while left_open():  # noqa: ASYNC110 - by a thread of the library
            await asyncio.sleep(0.01)


async def test_a_vehicle_that_is_closed_twice_is_let_go_of_once() -> None:
    async with connected_vehicle() as (vehicle, _):
        await asyncio.gather(vehicle.close(), vehicle.close())
        await vehicle.close()
        assert left_open() == []


@DRIVERS
def test_a_vehicle_that_was_never_closed_is_told_of(driver: Callable[[str], AnyVehicle]) -> None:
    vehicle = driver("udpin://127.0.0.1:14540")
    vehicle._wire = Link(vehicle.link)
    with pytest.warns(ResourceWarning, match=r"the vehicle on udpin://127.0.0.1:14540 was not closed"):
        del vehicle
