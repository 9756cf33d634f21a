"""What real autopilots did to us in simulation, done by the simulated vehicle to each driver: real MAVLink over UDP."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from telemetry.errors import Conflict
from telemetry.messages import written
from telemetry.positions import Position, distance_m
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.vehicles import VehicleState
from telemetry.vehicles.failsafes import Cause, Reaction
from telemetry.vehicles.notice_kinds import NoticeKind
from tests.telemetry.vehicles.links import HOME, AnyVehicle, connected_vehicle, put_mission, short_mission

FLAVOURS = list(FlavourName)
NEAR = MissionItem(5003, AltitudeFrame.AMSL, 60, lat=HOME.lat, lon=HOME.lon)
"""A fence that the mission, 100 m north, leaves."""
RALLY = MissionItem(5100, lat=56.6208, lon=23.2803, alt_m=30)


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


async def truth(process: SimulatedVehicleProcess) -> Position:
    said = json.loads(await process.tell("state"))
    return Position(lat=said["lat"], lon=said["lon"])


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("how", ["shorten", "move"])
async def test_a_mission_changed_by_a_second_ground_station_in_flight_is_noticed(
    flavour: FlavourName, how: str
) -> None:
    async with connected_vehicle(speed=4, flavour=flavour) as (vehicle, process):
        await vehicle.upload_plan(OnboardPlan(tuple(short_mission(alt_m=60))))
        await vehicle.start_mission()
        states = await until(vehicle, lambda s: s.in_air and s.relative_alt_m > 8)
        assert {state.mission_changed for state in states} == {None}
        await process.tell(f"{how} mission")
        await until(vehicle, lambda s: s.mission_changed is not None)


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_progress_of_the_flight_before_is_none_of_this_one(flavour: FlavourName) -> None:
    async with connected_vehicle(flavour=flavour) as (vehicle, _):
        await put_mission(vehicle, short_mission())
        await vehicle.start_mission()
        await until(vehicle, lambda s: s.in_air)
        await until(vehicle, lambda s: not s.armed)
        await put_mission(vehicle, short_mission()[:4])
        states = vehicle.states()
        shown = [(await anext(states)).mission_current for _ in range(6)]
    assert shown == [0] * 6


async def test_a_fence_breach_told_at_notice_reaches_the_pilot() -> None:
    async with connected_vehicle(speed=8, flavour=FlavourName.ARDUPILOT) as (vehicle, _):
        await vehicle.upload_plan(OnboardPlan(tuple(short_mission()), (NEAR,)))
        await vehicle.start_mission()
        await until(vehicle, lambda s: s.mode == "return")
        kinds = [notice.kind for notice in vehicle.notices()]
        assert NoticeKind.FENCE_BREACH in kinds


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_fence_that_is_not_enforced_is_flown_through_and_said_beforehand(flavour: FlavourName) -> None:
    beyond = replace(NEAR, param1=60)
    setting = "GF_ACTION" if flavour is FlavourName.PX4 else "FENCE_ENABLE"
    async with connected_vehicle(flavour=flavour) as (vehicle, process):
        await process.tell(f"set {setting} 0")
        assert f"{setting} is 0" in (str((await vehicle.read_failsafes()).unenforced_fence() or ""))
        if flavour is FlavourName.PX4:  # it flies no mission with a waypoint outside its fence
            return
        await vehicle.upload_plan(OnboardPlan(tuple(short_mission()), (beyond,)))
        await vehicle.start_mission()
        await until(vehicle, lambda s: distance_m(s.position, HOME) > 90)


async def test_px4_flies_no_mission_that_leaves_its_fence_and_says_for_which_waypoint() -> None:
    async with connected_vehicle() as (vehicle, _):
        assert (await vehicle.upload_plan(OnboardPlan(tuple(short_mission()), (NEAR,)))).complete
        with pytest.raises(Conflict, match="Geofence violation for waypoint 4"):
            await vehicle.start_mission()


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_it_returns_to_a_rally_point_that_is_nearer_than_home_and_to_none_that_was_taken_away(
    flavour: FlavourName,
) -> None:
    async with connected_vehicle(speed=30, flavour=flavour) as (vehicle, process):
        for rally, goal in (((RALLY,), Position(lat=RALLY.lat, lon=RALLY.lon)), ((), HOME)):
            await vehicle.upload_plan(OnboardPlan(tuple(short_mission()), (), rally))
            await vehicle.start_mission()
            await until(vehicle, lambda s: s.in_air)
            await until(vehicle, lambda s: not s.armed)
            assert distance_m(await truth(process), goal) < 5


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_what_it_does_by_itself_is_read_from_its_parameters(flavour: FlavourName) -> None:
    async with connected_vehicle(flavour=flavour) as (vehicle, process):
        failsafes = await vehicle.read_failsafes()
        assert failsafes.on(Cause.LINK_LOSS).reaction is Reaction.RETURNS
        assert failsafes.on(Cause.LINK_LOSS).after_s == 10
        assert (failsafes.return_height_m, failsafes.fence_enforced, failsafes.passive) == (30, True, ())
        name = "NAV_DLL_ACT" if flavour is FlavourName.PX4 else "FS_GCS_ENABLE"
        await process.tell(f"set {name} 0")
        assert [one.cause for one in (await vehicle.read_failsafes()).passive] == [Cause.LINK_LOSS]


async def test_a_look_that_nothing_can_follow_is_not_told_as_done() -> None:
    async with connected_vehicle() as (vehicle, _):
        await until(vehicle, lambda s: s.camera is not None)
        await vehicle.look_at(HOME)
    async with connected_vehicle(without_gimbal=True) as (vehicle, _):
        await until(vehicle, lambda s: s.gps_ok)
        with pytest.raises(Conflict, match="tells of no gimbal that could follow"):
            await vehicle.look_at(HOME)


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_what_keeps_it_from_arming_is_kept_until_it_is_mended(flavour: FlavourName) -> None:
    async with connected_vehicle(flavour=flavour) as (vehicle, process):
        await put_mission(vehicle, short_mission())
        await process.tell("fail compass")
        with pytest.raises(Conflict):
            await vehicle.start_mission()
        assert vehicle.arming_blocks().reasons == (written("compass failure"),)
        await process.tell("mend compass")
        async with asyncio.timeout(60):
            async for _ in vehicle.states():
                if vehicle.arming_blocks().checks_pass and not vehicle.arming_blocks().reasons:
                    break


async def test_a_command_that_one_autopilot_refuses_goes_on_board_of_the_other() -> None:
    turns = [*short_mission()[:3], MissionItem(18, param1=2, lat=56.6203, lon=23.28, alt_m=20)]
    land = MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION)
    async with connected_vehicle() as (vehicle, _):
        assert "item 4, loiter turns (command 18)" in str((await put_mission(vehicle, [*turns, land])).why)
    async with connected_vehicle(flavour=FlavourName.ARDUPILOT) as (vehicle, _):
        assert "read back equal" in str((await put_mission(vehicle, [*turns, land])).why)
