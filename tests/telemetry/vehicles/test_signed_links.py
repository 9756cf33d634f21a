"""Signed links over UDP: with the right key everything works; another key, no signature and intruders are not heard."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.errors import VehicleSilent
from telemetry.links.address import free_udp_port
from telemetry.mavlink.signing import read_signing_key
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.transfer.plan_difference import first_difference
from telemetry.transfer.verified_upload import OnBoard
from telemetry.vehicles.dronekit_driver import DronekitVehicle
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from tests.telemetry.vehicles.links import HOME, AnyVehicle, put_mission, short_mission
from tests.telemetry.vehicles.test_drivers import until

Make = Callable[..., AnyVehicle]


def key_file(folder: Path, name: str) -> Path:
    file = folder / name
    file.write_bytes(name.encode().ljust(32, b"!"))
    file.chmod(0o600)
    return file


@asynccontextmanager
async def signing_vehicle(key: Path, flavour: FlavourName = FlavourName.PX4) -> AsyncIterator[int]:
    """A simulated vehicle that signs; gives the port that it speaks to."""
    port = free_udp_port()
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, flavour=flavour, speed=20, signing_key=key):
        yield port


@pytest.mark.parametrize(
    ("make", "flavour"), [(MavsdkVehicle, FlavourName.PX4), (DronekitVehicle, FlavourName.ARDUPILOT)]
)
async def test_with_the_right_key_a_mission_goes_on_board_and_is_flown(
    tmp_path: Path, make: Make, flavour: FlavourName
) -> None:
    key = key_file(tmp_path, "ours")
    async with signing_vehicle(key, flavour) as port:
        vehicle = make(f"udpin://127.0.0.1:{port}", signing_key=read_signing_key(key))
        try:
            await vehicle.connect(timeout_s=60)
            assert (await put_mission(vehicle, short_mission())).on_board is OnBoard.NEW
            await vehicle.start_mission()
            await until(vehicle, lambda state: state.in_air)
            await until(vehicle, lambda state: not state.in_air and not state.armed)
        finally:
            await vehicle.close()


async def test_with_another_key_the_vehicle_is_not_heard_and_the_error_says_why(tmp_path: Path) -> None:
    async with signing_vehicle(key_file(tmp_path, "theirs")) as port:
        vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}", signing_key=read_signing_key(key_file(tmp_path, "ours")))
        with pytest.raises(VehicleSilent, match=r"signs with our key: .*\d+ signed with another key; give both sides"):
            await vehicle.connect(timeout_s=3)


async def test_a_vehicle_that_does_not_sign_is_not_heard_where_a_key_is_set(tmp_path: Path) -> None:
    port, key = free_udp_port(), read_signing_key(key_file(tmp_path, "ours"))
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME):
        with pytest.raises(VehicleSilent, match=r"\d+ unsigned"):
            await MavsdkVehicle(f"udpin://127.0.0.1:{port}", signing_key=key).connect(timeout_s=3)


async def test_an_intruder_that_does_not_sign_neither_changes_the_plan_nor_draws_our_frames_to_itself(
    tmp_path: Path,
) -> None:
    key, mav = key_file(tmp_path, "ours"), mavlink.MAVLink(None, 1, 1)
    async with signing_vehicle(key) as port:
        vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}", signing_key=read_signing_key(key))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as intruder:
            intruder.bind(("127.0.0.1", 0))
            intruder.setblocking(False)
            try:
                await vehicle.connect(timeout_s=60)
                refusal = mavlink.MAVLink_mission_ack_message(255, 190, mavlink.MAV_MISSION_DENIED, 0)
                intruder.sendto(bytes(refusal.pack(mav)), ("127.0.0.1", port))
                assert (await put_mission(vehicle, short_mission())).on_board is OnBoard.NEW
                intruder.sendto(bytes(refusal.pack(mav)), ("127.0.0.1", port))
                assert first_difference(short_mission(), (await vehicle.read_plan()).mission) is None
                with pytest.raises(BlockingIOError):
                    intruder.recv(300)
            finally:
                await vehicle.close()
