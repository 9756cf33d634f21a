"""Loopback links between a driver and the simulated vehicle, for tests."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telemetry.positions import Position
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.vehicles import Command, Frame, MissionItem
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle

HOME = Position(lat=56.62, lon=23.28, alt_m=60.0)


def free_udp_port() -> int:
    """A UDP port that nobody has at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def connected_vehicle(speed: float = 20.0) -> AsyncIterator[tuple[MavsdkVehicle, SimulatedVehicleProcess]]:
    """A driver connected to a simulated vehicle of its own."""
    port = free_udp_port()
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=speed) as process:
        vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}")
        try:
            await vehicle.connect(timeout_s=10)
            yield vehicle, process
        finally:
            await vehicle.close()


def short_mission(alt_m: float = 20.0) -> list[MissionItem]:
    """Up, a hundred metres north with pictures, home."""
    return [
        MissionItem(Command.TAKEOFF, alt_m=alt_m, param4=float("nan")),
        MissionItem(Command.CHANGE_SPEED, Frame.NO_POSITION, 1, 8, -1),
        MissionItem(Command.CAMERA_TRIGGER_DISTANCE, Frame.NO_POSITION, 10, 0, 1),
        MissionItem(Command.WAYPOINT, lat=56.6209, lon=23.2801234, alt_m=alt_m),
        MissionItem(Command.CAMERA_TRIGGER_DISTANCE, Frame.NO_POSITION, 0),
        MissionItem(Command.RETURN_TO_LAUNCH, Frame.NO_POSITION),
    ]
