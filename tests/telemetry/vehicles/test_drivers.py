"""What every driver promises, asked of each with each autopilot it is for: real MAVLink over real UDP."""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial

import pytest

from telemetry.errors import Conflict, VehicleSilent
from telemetry.links.address import free_udp_port
from telemetry.links.watch import LinkState
from telemetry.positions import Position
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.transfer.verified_upload import OnBoard
from telemetry.vehicles import VehicleState
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from telemetry.vehicles.dronekit_driver import DronekitVehicle
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from tests.telemetry.vehicles.links import HOME, AnyVehicle, connected_vehicle, put_mission, short_mission

Connect = Callable[..., AbstractAsyncContextManager[tuple[AnyVehicle, SimulatedVehicleProcess]]]
PAIRS: dict[str, tuple[Callable[[str], AnyVehicle], FlavourName]] = {
    "MAVSDK with PX4": (MavsdkVehicle, FlavourName.PX4),
    "MAVSDK with ArduPilot": (MavsdkVehicle, FlavourName.ARDUPILOT),
    "DroneKit with ArduPilot": (DronekitVehicle, FlavourName.ARDUPILOT),
}
THERE = Position(lat=56.6206, lon=23.2803, alt_m=60.0)


@pytest.fixture(params=PAIRS)
def connected(request: pytest.FixtureRequest) -> Connect:
    """Connects each driver with each autopilot in turn."""
    driver, flavour = PAIRS[request.param]
    return partial(connected_vehicle, driver=driver, flavour=flavour)


async def until(vehicle: AnyVehicle, right: Callable[[VehicleState], bool]) -> list[VehicleState]:
    """Every state up to the first that is right."""
    seen: list[VehicleState] = []

    async def look() -> None:
        async for state in vehicle.states():
            seen.append(state)
            if right(state):
                return

    await asyncio.wait_for(look(), 120)
    return seen


async def test_a_mission_is_put_on_board_flown_and_landed(connected: Connect) -> None:
    async with connected() as (vehicle, _):
        outcome = await put_mission(vehicle, short_mission())
        assert (outcome.on_board, outcome.attempts) == (OnBoard.NEW, 1)
        assert await vehicle.difference(short_mission()) is None
        await vehicle.start_mission()
        flown = await until(vehicle, lambda s: s.in_air)
        flown += await until(vehicle, lambda s: not s.in_air and not s.armed)
    currents = [s.mission_current for s in flown]
    assert currents == sorted(currents)
    assert (currents[-1], flown[-1].mission_total) == (6, 6)
    assert max(s.position.lat for s in flown) > HOME.lat + 0.0003
    assert all(s.gps_ok for s in flown[4:])
    assert 0.5 < (flown[-1].battery or 0) < 1
    assert flown[-1].at.utcoffset() is not None


async def test_it_holds_goes_to_a_point_goes_on_and_comes_home(connected: Connect) -> None:
    async with connected(speed=5) as (vehicle, _):
        await put_mission(vehicle, short_mission())
        await vehicle.start_mission()
        await until(vehicle, lambda s: s.in_air and s.mode == "mission")
        await vehicle.hold()
        await until(vehicle, lambda s: s.mode == "hold")
        await vehicle.go_to(THERE, 25.0)
        near = (await until(vehicle, lambda s: abs(s.position.lat - THERE.lat) < 2e-5 and s.relative_alt_m > 24))[-1]
        assert abs(near.position.lon - THERE.lon) < 4e-5
        await vehicle.look_at(THERE)
        await vehicle.look_at(None)
        await vehicle.start_mission()
        await until(vehicle, lambda s: s.mode == "mission")
        await vehicle.return_home()
        await until(vehicle, lambda s: s.mode == "return")
        await vehicle.land()
        states = await until(vehicle, lambda s: not s.armed)
    assert "land" in {s.mode for s in states}


async def test_where_its_camera_was_and_looked_is_known_at_any_moment_of_the_last_seconds(connected: Connect) -> None:
    async with connected(speed=1) as (vehicle, _):
        assert isinstance(vehicle.camera_pose(time.monotonic() - 60), NoPose)
        await vehicle.look_at(THERE)  # 67 m north and 18 m east, as high as it stands
        states = vehicle.states()
        while True:
            await anext(states)
            pose = vehicle.camera_pose(time.monotonic() - 0.1)
            if isinstance(pose, CameraPose) and abs(pose.pitch_deg) < 1 and pose.home is not None:
                break
    assert (pose.lat, pose.lon, pose.height_m) == pytest.approx((HOME.lat, HOME.lon, 0), abs=1e-6)
    assert (pose.yaw_deg, pose.roll_deg) == pytest.approx((15.4, 0), abs=0.5)


async def test_a_plan_of_nothing_clears_the_vehicle(connected: Connect) -> None:
    async with connected() as (vehicle, _):
        await put_mission(vehicle, short_mission())
        assert (await put_mission(vehicle, [])).on_board is OnBoard.NEW
        assert (await vehicle.read_plan()).mission == ()


FENCE = tuple(
    MissionItem(5001, 0, 3, lat=lat, lon=lon) for lat, lon in [(56.61, 23.27), (56.61, 23.29), (56.63, 23.28)]
)
RALLY = (MissionItem(5100, lat=56.621, lon=23.281, alt_m=30),)


async def test_a_plan_with_fence_and_rally_points_goes_on_board_whole_and_the_next_leaves_none_of_it(
    connected: Connect,
) -> None:
    plan, bare = OnboardPlan(tuple(short_mission()), FENCE, RALLY), OnboardPlan(tuple(short_mission()[:4]))
    async with connected() as (vehicle, _):
        outcome = await vehicle.upload_plan(plan)
        assert outcome.complete, outcome.why
        assert await vehicle.plan_difference(plan) is None
        assert "mission: 4 items were sent, 6 are on board" in (str(await vehicle.plan_difference(bare) or ""))
        assert (await vehicle.upload_plan(bare)).complete
        on_board = await vehicle.read_plan()
        assert (len(on_board.mission), on_board.fence, on_board.rally) == (4, (), ())


async def test_a_mission_that_is_refused_leaves_the_fence_and_mission_from_before(connected: Connect) -> None:
    before = OnboardPlan(tuple(short_mission()), FENCE, RALLY)
    refused = MissionItem(192, AltitudeFrame.AMSL, lat=56.62, lon=23.28)
    async with connected() as (vehicle, _):
        assert (await vehicle.upload_plan(before)).complete
        outcome = await vehicle.upload_plan(OnboardPlan((*short_mission()[:3], refused)))
        assert outcome.failed is PlanKind.MISSION
        assert "at item 4, reposition (command 192), with: unsupported" in str(outcome.why)
        assert await vehicle.plan_difference(before) is None


async def test_a_vehicle_that_may_not_arm_is_refused_with_its_own_reasons(connected: Connect) -> None:
    async with connected() as (vehicle, process):
        await put_mission(vehicle, short_mission())
        await process.tell("fail compass")
        with pytest.raises(Conflict, match=r"refused arming: .+: (PreArm|Preflight Fail): compass failure"):
            await vehicle.start_mission()
        assert [notice.grave for notice in vehicle.notices()] == [True]
        assert vehicle.notices() == []


async def test_a_plan_as_other_ground_stations_write_it_goes_on_board(connected: Connect) -> None:
    plan = [
        MissionItem(Command.TAKEOFF, param2=math.nan, param4=math.nan, alt_m=20),
        MissionItem(Command.CHANGE_SPEED, AltitudeFrame.RELATIVE, 1, 5, -1),
        MissionItem(Command.WAYPOINT, param1=2.5, param2=3, param4=-90, lat=56.6203, lon=23.28, alt_m=20),
        MissionItem(Command.MOUNT_CONTROL, AltitudeFrame.RELATIVE, -90, alt_m=2),
        MissionItem(177, AltitudeFrame.NO_POSITION, 2, 1),
        MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.RELATIVE),
    ]
    async with connected() as (vehicle, _):
        outcome = await put_mission(vehicle, plan)
        assert (outcome.on_board, outcome.attempts) == (OnBoard.NEW, 1)
        moved = [*plan[:2], replace(plan[2], lat=56.6204), *plan[3:]]
        assert "item 3, waypoint (command 16), differs in its latitude" in (str(await vehicle.difference(moved) or ""))


async def test_what_it_tells_comes_again_after_a_restart_too_quick_for_a_lost_link(connected: Connect) -> None:
    async with connected() as (vehicle, process):
        await until(vehicle, lambda s: s.gps_ok)
        await process.tell("reboot")
        await until(vehicle, lambda s: s.gps_ok)
        assert vehicle.link_status().lost_at is None


async def test_a_plan_broken_off_begins_again_from_its_first_item(connected: Connect) -> None:
    async with connected(speed=8) as (vehicle, _):
        await put_mission(vehicle, short_mission(alt_m=80))
        await vehicle.start_mission()
        await until(vehicle, lambda s: s.mission_current >= 3)
        await vehicle.land()
        await until(vehicle, lambda s: not s.armed)
        await vehicle.start_mission()
        states = await until(vehicle, lambda s: s.in_air and s.mode == "mission" and s.relative_alt_m > 8)
    assert states[-1].mission_current == 0


async def test_motors_stop_at_once_when_they_must(connected: Connect) -> None:
    async with connected() as (vehicle, _):
        await put_mission(vehicle, short_mission())
        await vehicle.start_mission()
        await until(vehicle, lambda s: s.in_air)
        await vehicle.stop_motors()
        await until(vehicle, lambda s: not s.armed)


async def test_lost_gps_is_told(connected: Connect) -> None:
    async with connected() as (vehicle, process):
        await until(vehicle, lambda s: s.gps_ok)
        await process.tell("fail gps")
        await until(vehicle, lambda s: not s.gps_ok)


@pytest.mark.parametrize("driver", [MavsdkVehicle, DronekitVehicle])
async def test_a_vehicle_that_forgot_its_streams_is_asked_for_them_again(driver: Callable[[str], AnyVehicle]) -> None:
    async with connected_vehicle(driver=driver, flavour=FlavourName.ARDUPILOT) as (vehicle, process):
        await until(vehicle, lambda s: s.gps_ok)
        await process.tell("reboot")
        states = vehicle.states()
        for _ in range(5):  # more than can still be on the way
            assert await asyncio.wait_for(anext(states), 120)


@pytest.mark.parametrize("driver", [MavsdkVehicle, DronekitVehicle])
async def test_a_vehicle_silent_for_longer_than_connecting_may_take_is_heard_again(
    driver: Callable[[str], AnyVehicle],
) -> None:
    port = free_udp_port()
    link = f"udpout://127.0.0.1:{port}"
    async with SimulatedVehicleProcess(link, HOME, flavour=FlavourName.ARDUPILOT) as process:
        vehicle = driver(f"udpin://127.0.0.1:{port}")
        try:
            await vehicle.connect(timeout_s=2)
            await until(vehicle, lambda s: s.gps_ok)
            await process.tell("silent")
            while vehicle.link_status().state is not LinkState.LOST:  # noqa: ASYNC110 - a link is looked at
                await asyncio.sleep(0.05)
            await process.tell("speak")
            assert await asyncio.wait_for(anext(vehicle.states()), 60)
        finally:
            await vehicle.close()


@pytest.mark.parametrize("driver", [MavsdkVehicle, DronekitVehicle])
async def test_a_dead_port_is_named_with_the_seconds_waited(driver: Callable[[str], AnyVehicle]) -> None:
    port = free_udp_port()
    with pytest.raises(VehicleSilent, match=rf"no vehicle answered on udpin://127.0.0.1:{port} in 0.3 s"):
        await driver(f"udpin://127.0.0.1:{port}").connect(timeout_s=0.3)


@pytest.mark.parametrize("driver", [MavsdkVehicle, DronekitVehicle])
async def test_a_link_that_cannot_be_opened_is_named(driver: Callable[[str], AnyVehicle]) -> None:
    with pytest.raises(VehicleSilent, match="the link pigeon://coop cannot be opened"):
        await driver("pigeon://coop").connect(timeout_s=0.3)


async def test_two_vehicles_of_any_system_id_are_kept_apart_in_one_process() -> None:
    async with connected_vehicle(system=7) as (first, _), connected_vehicle(system=200) as (second, _):
        await put_mission(first, short_mission(alt_m=20))
        await put_mission(second, short_mission(alt_m=35)[:3])
        assert (len((await first.read_plan()).mission), len((await second.read_plan()).mission)) == (6, 3)


async def test_two_vehicles_that_speak_on_one_port_are_flown_each_by_its_system_id() -> None:
    port = free_udp_port()
    link = f"udpout://127.0.0.1:{port}"
    async with SimulatedVehicleProcess(link, HOME, system=7), SimulatedVehicleProcess(link, HOME, system=9):
        seven, nine = (MavsdkVehicle(f"udpin://127.0.0.1:{port}?system={system}") for system in (7, 9))
        try:
            await asyncio.gather(seven.connect(timeout_s=10), nine.connect(timeout_s=10))
            await put_mission(seven, short_mission())
            await put_mission(nine, short_mission()[:3])
            assert (len((await seven.read_plan()).mission), len((await nine.read_plan()).mission)) == (6, 3)
        finally:
            await asyncio.gather(seven.close(), nine.close())


async def test_the_simulated_vehicle_ends_with_its_parent() -> None:
    async with connected_vehicle() as (_, process):
        assert process.process is not None
        assert process.process.stdin is not None
        process.process.stdin.close()
        assert await asyncio.wait_for(process.process.wait(), 60) == 0
