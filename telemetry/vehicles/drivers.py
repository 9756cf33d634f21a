"""Which library speaks to a vehicle, and the driver for it. Opens no link."""

from enum import StrEnum
from pathlib import Path

from telemetry.clock import Clock
from telemetry.mavlink.signing import SigningKey
from telemetry.vehicles.dronekit_driver import DronekitVehicle
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle


class VehicleDriver(StrEnum):
    """Which library speaks to a vehicle."""

    MAVSDK = "mavsdk"
    """PX4 and ArduPilot."""
    DRONEKIT = "dronekit"
    """ArduPilot only."""


def driven_by(
    driver: VehicleDriver,
    link: str,
    clock: Clock,
    record_to: Path | None = None,
    signing_key: SigningKey | None = None,
) -> MavsdkVehicle | DronekitVehicle:
    """The vehicle on `link` (as `LinkedVehicle` takes it), not connected yet."""
    if driver is VehicleDriver.DRONEKIT:
        return DronekitVehicle(link, clock, record_to, signing_key)
    return MavsdkVehicle(link, clock, record_to, signing_key)
