"""Vehicles: one small protocol for whatever flies, its drivers, and a simulated vehicle that speaks MAVLink."""

from telemetry.vehicles.airframe import Airframe
from telemetry.vehicles.instruments import Instruments
from telemetry.vehicles.protocol import Vehicle, VehicleState

__all__ = ["Airframe", "Instruments", "Vehicle", "VehicleState"]
