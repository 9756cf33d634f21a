"""The supervisor: flights run when due, one a drone, and go on after a restart of the program."""

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mission.flights import service
from mission.flights.orders import Order, OrderKind
from mission.flights.procedure import FlightTimeouts
from mission.flights.states import FlightState
from mission.flights.supervisor import FlightSupervisor
from mission.flights.tables import FlightRow
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.errors import BadInput, Conflict
from telemetry.links.address import free_udp_port
from telemetry.mavlink.keyring import Keyring
from telemetry.positions import Position
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Store
from telemetry.units.tables import UnitRow
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from tests.mission.flights.builders import PILOT, STANDARDS, a_drone, a_flight, over, read, until, whys
from tests.telemetry.vehicles.links import HOME

CLOCK = SystemClock()
BY = Principal(PILOT, Role.PILOT, City("dobele"))


@contextlib.asynccontextmanager
async def supervisor_of(
    store: Store, keyring: Keyring | None = None, *, look_every_s: float = 0.05
) -> AsyncIterator[FlightSupervisor]:
    timeouts = FlightTimeouts(record_every_s=0.3, look_every_s=look_every_s, settle_s=1)
    supervisor = FlightSupervisor(
        store, standards=STANDARDS, clock=CLOCK, timeouts=timeouts, look_every_s=0.1, keyring=keyring
    )
    await supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


@contextlib.asynccontextmanager
async def drone_in_the_air(store: Store, speed: float, signing_key: Path | None = None) -> AsyncIterator[FlightRow]:
    port = free_udp_port()
    a_drone(store, f"udpin://127.0.0.1:{port}")
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=speed, signing_key=signing_key):
        flight = a_flight(store, CLOCK)
        yield flight


def flying(flight: FlightRow) -> bool:
    return flight.state == FlightState.FLYING and flight.progress_current >= 2


async def test_a_due_flight_is_flown_without_anybody_asking(store: Store) -> None:
    async with drone_in_the_air(store, 20) as flight, supervisor_of(store):
        assert (await until(store, flight, over)).state == FlightState.LANDED


async def test_a_flight_waits_until_the_one_called_off_before_it_has_let_go_of_the_drone(store: Store) -> None:
    port = free_udp_port()
    a_drone(store, f"udpin://127.0.0.1:{port}")
    async with (
        SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=20),
        supervisor_of(store, look_every_s=1.5),
    ):
        called_off = a_flight(store, CLOCK, confirmed=False)
        await until(store, called_off, lambda flight: flight.state == FlightState.READY)
        with store.write() as work:
            row = work.session.get_one(FlightRow, called_off.id)
            service.abort(work, row, by=PILOT, why="the drone is needed elsewhere", at=CLOCK.now())
        assert (await until(store, a_flight(store, CLOCK), over)).state == FlightState.LANDED


async def test_where_the_camera_of_a_flying_drone_looks_is_known_and_shown(store: Store) -> None:
    async with drone_in_the_air(store, 10) as flight, supervisor_of(store) as supervisor:
        assert supervisor.camera_pose(flight.id, time.monotonic()) is NoPose.NO_LINK
        pose: CameraPose | NoPose = NoPose.NO_LINK

        def at_survey_height(now: FlightRow) -> bool:
            nonlocal pose
            pose = supervisor.camera_pose(flight.id, time.monotonic() - 0.1)
            return flying(now) and isinstance(pose, CameraPose) and pose.height_m == pytest.approx(20, abs=5)

        await until(store, flight, at_survey_height)
        with store.read() as session:
            shown = session.get_one(UnitRow, flight.unit_id).instruments or {}
    assert isinstance(pose, CameraPose)
    assert pose.pitch_deg == pytest.approx(-90, abs=0.1)
    assert shown["camera_pitch_deg"] == pytest.approx(-90, abs=0.1)


async def test_a_drone_whose_key_is_set_is_flown_over_a_signed_link(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(bytes(range(32)))
    file.chmod(0o600)
    async with (
        drone_in_the_air(store, 20, file) as flight,
        supervisor_of(store, Keyring({flight.unit_id: file})),
    ):
        assert (await until(store, flight, over)).state == FlightState.LANDED


async def test_a_drone_whose_key_file_is_missing_is_not_flown(store: Store, tmp_path: Path) -> None:
    async with drone_in_the_air(store, 20) as flight, supervisor_of(store, Keyring({flight.unit_id: tmp_path / "key"})):
        assert (await until(store, flight, over)).state == FlightState.ABORTED
    assert "not flown without its key: the signing key" in str(read(store, flight).outcome)


async def test_a_flight_in_the_air_is_picked_up_after_a_restart(store: Store) -> None:
    async with drone_in_the_air(store, 5) as flight:
        async with supervisor_of(store):
            await until(store, flight, flying)
        assert read(store, flight).state == FlightState.FLYING
        async with supervisor_of(store):
            assert (await until(store, flight, over)).state == FlightState.LANDED
    told = whys(store, flight)
    assert "flying: picked up in the air after a restart of the program" in told
    assert told.count("uploading: the plan goes on board") == 1
    assert told[-1] == f"landed: landed after all {flight.progress_total} items"


async def test_a_flight_found_on_the_ground_after_a_restart_is_aborted(store: Store) -> None:
    async with drone_in_the_air(store, 20) as flight:
        with store.write() as work:
            row = work.session.get_one(FlightRow, flight.id)
            row.state = FlightState.FLYING
            work.session.add(row)
        async with supervisor_of(store):
            await until(store, flight, over)
    assert "is found on the ground" in (read(store, flight).outcome or "")


async def test_the_pilot_brings_it_home(store: Store) -> None:
    async with drone_in_the_air(store, 5) as flight, supervisor_of(store) as supervisor:
        await until(store, flight, flying)
        await supervisor.console.order(flight.id, Order(OrderKind.RETURN), by=BY)
        done = await until(store, flight, over)
    assert done.state == FlightState.LANDED
    assert done.progress_current < done.progress_total
    assert "returning: brought home" in " ".join(whys(store, flight))


async def test_only_a_flight_in_the_air_takes_orders(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, CLOCK, confirmed=False)
    with pytest.raises(Conflict, match="is scheduled; only a flight in the air takes orders"):
        await FlightSupervisor(store, standards=STANDARDS).console.order(flight.id, Order(OrderKind.RETURN), by=BY)


async def test_a_flight_is_paused_diverted_and_goes_on_with_who_and_why(store: Store) -> None:
    async with drone_in_the_air(store, 6) as flight, supervisor_of(store) as supervisor:
        await until(store, flight, flying)
        there = Position(lat=HOME.lat + 0.0004, lon=HOME.lon)
        for order in (
            Order(OrderKind.PAUSE),
            Order(OrderKind.GO_TO, there, 25.0),
            Order(OrderKind.LOOK, there),
            Order(OrderKind.RESUME),
        ):
            await supervisor.console.order(flight.id, order, by=BY)
        await until(store, flight, over)
    with store.read() as session:
        ordered = [event["state"] for event in service.events(session, flight.id) if event["who"] == PILOT]
    assert ordered[-4:] == ["paused", "diverted", "diverted", "flying"]
    assert whys(store, flight)[-1] == f"landed: landed after all {flight.progress_total} items"


async def test_only_the_pilot_in_control_gives_orders(store: Store) -> None:
    async with drone_in_the_air(store, 5) as flight, supervisor_of(store) as supervisor:
        await until(store, flight, flying)
        with pytest.raises(Conflict, match=f"{PILOT} has the control"):
            await supervisor.console.order(
                flight.id, Order(OrderKind.PAUSE), by=Principal("pilot.other", Role.PILOT, City("dobele"))
            )
        with pytest.raises(Conflict, match="resume is for a flight that is"):
            await supervisor.console.order(flight.id, Order(OrderKind.RESUME), by=BY)


async def test_the_motors_stop_only_for_the_typed_name_and_the_flight_is_aborted(store: Store) -> None:
    async with drone_in_the_air(store, 5) as flight, supervisor_of(store) as supervisor:
        await until(store, flight, flying)
        with pytest.raises(BadInput, match="type its name"):
            await supervisor.console.order(flight.id, Order(OrderKind.STOP), by=BY)
        await supervisor.console.order(flight.id, Order(OrderKind.STOP, typed="drone drone-1"), by=BY)
        await until(store, flight, over)
    assert "motors stopped in the air" in (read(store, flight).outcome or "")
