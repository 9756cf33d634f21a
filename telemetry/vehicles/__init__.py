"""Vehicles: one small protocol for whatever flies, its drivers, and a simulated vehicle that speaks MAVLink."""

from telemetry.vehicles.airframe import Airframe
from telemetry.vehicles.instruments import Instruments
from telemetry.vehicles.protocol import AltitudeFrame, Command, MissionItem, Vehicle, VehicleState

__all__ = ["Airframe", "AltitudeFrame", "Command", "Instruments", "MissionItem", "Vehicle", "VehicleState"]
