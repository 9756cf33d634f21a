"""The MAVSDK driver against the simulated vehicle: real MAVLink over real UDP, two processes."""

import asyncio

import pytest

from telemetry.errors import VehicleSilent
from telemetry.transfer.exchange import OnBoard
from telemetry.vehicles import VehicleState
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from telemetry.vehicles.protocol import first_difference
from tests.telemetry.vehicles.links import HOME, connected_vehicle, free_udp_port, short_mission


async def until_landed(vehicle: MavsdkVehicle) -> list[VehicleState]:
    """Every state from now until it stands on the ground after having flown."""
    states: list[VehicleState] = []
    async for state in vehicle.states():
        states.append(state)
        if any(s.in_air for s in states) and not state.in_air and not state.armed:
            break
    return states


async def until(vehicle: MavsdkVehicle, mode: str) -> VehicleState:
    async for state in vehicle.states():
        if state.mode == mode:
            return state
    raise AssertionError("the states ended")


async def test_a_mission_is_uploaded_read_back_equal_flown_and_landed() -> None:
    async with connected_vehicle() as (vehicle, _):
        outcome = await vehicle.upload(short_mission())
        assert (outcome.on_board, outcome.attempts) == (OnBoard.NEW, 1)
        assert first_difference(short_mission(), await vehicle.download()) is None
        await vehicle.start_mission()
        states = await asyncio.wait_for(until_landed(vehicle), 60)
    currents = [s.mission_current for s in states]
    assert currents == sorted(currents)
    assert (currents[-1], states[-1].mission_total) == (6, 6)
    assert max(s.position.lat for s in states) > HOME.lat + 0.0003
    assert all(s.gps_ok for s in states[2:])
    assert 0.5 < (states[-1].battery or 0) < (states[0].battery or 0)
    assert states[-1].at.utcoffset() is not None


async def test_it_holds_goes_on_and_comes_home_when_told() -> None:
    async with connected_vehicle(speed=5) as (vehicle, _):
        await vehicle.upload(short_mission())
        await vehicle.start_mission()
        await asyncio.wait_for(until(vehicle, "mission"), 20)
        await vehicle.hold()
        await asyncio.wait_for(until(vehicle, "hold"), 20)
        await vehicle.start_mission()
        await asyncio.wait_for(until(vehicle, "mission"), 20)
        await vehicle.return_home()
        await asyncio.wait_for(until(vehicle, "return"), 20)
        await vehicle.land()
        states = await asyncio.wait_for(until_landed(vehicle), 60)
    assert "land" in {s.mode for s in states}


async def test_a_plan_of_nothing_clears_the_vehicle() -> None:
    async with connected_vehicle() as (vehicle, _):
        await vehicle.upload(short_mission())
        assert (await vehicle.upload([])).on_board is OnBoard.NEW
        assert await vehicle.download() == []


async def test_a_dead_port_is_named_with_the_seconds_waited() -> None:
    port = free_udp_port()
    vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}")
    with pytest.raises(VehicleSilent, match=rf"no vehicle answered on udpin://127.0.0.1:{port} in 0.3 s"):
        await vehicle.connect(timeout_s=0.3)


async def test_a_link_that_cannot_be_opened_is_named() -> None:
    vehicle = MavsdkVehicle("pigeon://coop")
    with pytest.raises(VehicleSilent, match="the link pigeon://coop cannot be opened"):
        await vehicle.connect(timeout_s=0.3)


async def test_two_vehicles_are_kept_apart_in_one_process() -> None:
    async with connected_vehicle() as (first, _), connected_vehicle() as (second, _):
        await first.upload(short_mission(alt_m=20))
        await second.upload(short_mission(alt_m=35)[:3])
        assert (len(await first.download()), len(await second.download())) == (6, 3)


async def test_the_simulated_vehicle_ends_with_its_parent() -> None:
    async with connected_vehicle() as (_, process):
        assert process.process is not None
        assert process.process.stdin is not None
        process.process.stdin.close()
        assert await asyncio.wait_for(process.process.wait(), 10) == 0
