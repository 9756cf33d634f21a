"""Loopback links between a driver and the simulated vehicle, for tests."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from telemetry.links.address import free_udp_port
from telemetry.positions import Position
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.transfer.verified_upload import UploadOutcome
from telemetry.vehicles.dronekit_driver import DronekitVehicle
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle

HOME = Position(lat=56.62, lon=23.28, alt_m=60.0)
AnyVehicle = MavsdkVehicle | DronekitVehicle


@asynccontextmanager
async def connected_vehicle(
    speed: float = 20.0,
    *,
    driver: Callable[[str], AnyVehicle] = MavsdkVehicle,
    flavour: FlavourName = FlavourName.PX4,
    system: int = 1,
    without_gimbal: bool = False,
) -> AsyncIterator[tuple[AnyVehicle, SimulatedVehicleProcess]]:
    """A driver connected to a simulated vehicle of its own."""
    port = free_udp_port()
    link = f"udpout://127.0.0.1:{port}"
    async with SimulatedVehicleProcess(link, HOME, speed=speed, flavour=flavour, system=system) as process:
        if without_gimbal:
            await process.tell("no gimbal")
        vehicle = driver(f"udpin://127.0.0.1:{port}")
        try:
            await vehicle.connect(timeout_s=60)
            yield vehicle, process
        finally:
            await vehicle.close()


async def put_mission(vehicle: AnyVehicle, items: Sequence[MissionItem]) -> UploadOutcome:
    """Put a mission without fence and rally points on board; gives what came of the mission."""
    return (await vehicle.upload_plan(OnboardPlan(tuple(items)))).outcomes[PlanKind.MISSION]


def short_mission(alt_m: float = 20.0) -> list[MissionItem]:
    """Up, a hundred metres north with pictures, home."""
    return [
        MissionItem(Command.TAKEOFF, alt_m=alt_m, param4=float("nan")),
        MissionItem(Command.CHANGE_SPEED, AltitudeFrame.NO_POSITION, 1, 8, -1),
        MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, 10, 0, 1),
        MissionItem(Command.WAYPOINT, lat=56.6209, lon=23.2801234, alt_m=alt_m),
        MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, 0),
        MissionItem(Command.RETURN_TO_LAUNCH, AltitudeFrame.NO_POSITION),
    ]
