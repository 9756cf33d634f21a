"""The gate: no flight is scheduled or goes on board with a check in its way, and it hears of every change."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from mission.checks.policy import Policy
from mission.flights import gate, repository, service
from mission.flights.check_inputs import ProposedFlight, Standards, judge
from mission.flights.procedure import FlightTimeouts
from mission.flights.states import FlightState
from mission.flights.supervisor import FlightSupervisor
from mission.flights.tables import FlightCheckRow, FlightRow
from mission.registry import service as registry
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.errors import Conflict, FlightBlocked, VehicleSilent
from telemetry.links.address import free_udp_port
from telemetry.scopes import LIVE
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Store
from telemetry.transfer.mission_items import MissionItem
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from telemetry.visibility import EVERYTHING
from tests.mission.checks.builders import papers
from tests.mission.flights.builders import (
    AT,
    PILOT,
    STANDARDS,
    a_drone,
    a_flight,
    a_plan,
    ed269,
    fly,
    good_weather,
    read,
    until,
    whys,
    zones_known,
)
from tests.telemetry.vehicles.links import HOME

QUICK = FlightTimeouts(record_every_s=0.3, look_every_s=0.05, check_every_s=0.05)
ASKING = Standards({City("dobele"): Policy()})
"""A town without a published notice: its pilots acknowledge each recording."""


def gale(store: Store, now: ManualClock) -> None:
    good_weather(store, now.now(), wind_m_s=20, gust_m_s=25)


def schedule(store: Store, *, after_h: float = 0, standards: Standards = STANDARDS) -> FlightRow:
    plan = a_plan(store)
    at = AT + timedelta(hours=after_h)
    with store.write() as work:
        return service.schedule(work, plan, unit_id="drone-1", at=at, pilot=PILOT, now=AT, standards=standards)


def flights(store: Store) -> list[str]:
    with store.read() as session:
        return [flight.id for flight in repository.listed(session, EVERYTHING)]


def runs(store: Store, flight: FlightRow) -> list[tuple[str, int]]:
    """Why each run of the checks was made and how many stood in the way, oldest first."""
    with store.read() as session:
        return [(run["why"], run["in_the_way"]) for run in reversed(gate.history(session, flight.id))]


def test_a_refused_flight_names_each_check_and_leaves_nothing_behind(store: Store) -> None:
    a_drone(store)
    zones_known(store, ed269("LVP", HOME.lon, HOME.lat))
    gale(store, ManualClock(AT))
    with pytest.raises(FlightBlocked, match=r"zones: zone LVP .* is PROHIBITED.*; weather: wind of") as refused:
        schedule(store)
    assert {verdict["check"] for verdict in refused.value.verdicts} == {"zones", "energy", "weather"}
    assert flights(store) == []


def test_nothing_known_blocks_a_flight(store: Store) -> None:
    a_drone(store)
    with store.write() as work:
        registry.enter(work, PILOT, papers().pilot or pytest.fail(), city=City("dobele"), by="s", at=AT, scope=LIVE)
    with pytest.raises(FlightBlocked, match="no zone data are loaded") as refused:
        schedule(store)
    assert "weather" in {verdict["check"] for verdict in refused.value.verdicts}


def test_no_start_is_confirmed_while_a_check_stands_in_its_way(store: Store) -> None:
    a_drone(store)
    good_weather(store, AT)
    zones_known(store)
    flight = schedule(store, after_h=1)
    gale(store, ManualClock(AT))
    with store.write() as work:
        assert not service.look_again(work, work.session.merge(flight), STANDARDS, why="weather", now=AT)
    with pytest.raises(FlightBlocked, match="wind"), store.write() as work:
        service.confirm(work, repository.get(work.session, flight.id, EVERYTHING), STANDARDS, by=PILOT, at=AT)
    good_weather(store, AT + timedelta(seconds=1))
    with store.write() as work:
        waiting = repository.get(work.session, flight.id, EVERYTHING)
        assert waiting.confirmed_by is None
        assert service.look_again(work, waiting, STANDARDS, why="weather", now=AT + timedelta(seconds=2))
        service.confirm(work, waiting, STANDARDS, by=PILOT, at=AT + timedelta(seconds=2))
        assert waiting.confirmed_by == PILOT


def test_no_state_is_reached_round_the_gate(store: Store) -> None:
    a_drone(store)
    good_weather(store, AT)
    zones_known(store)
    flight = schedule(store)
    with store.write() as work:
        made = FlightRow(**{**flight.model_dump(), "id": "flight-made-by-hand", "state": FlightState.PLANNED})
        work.session.add(made)
        work.session.flush()
        with pytest.raises(FlightBlocked, match="has not been checked"):
            service.move_to(work, made, FlightState.SCHEDULED, who="x", why="x", at=AT)
    gale(store, ManualClock(AT))
    with store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        assert not service.look_again(work, row, STANDARDS, why="test", now=AT)
        with pytest.raises(FlightBlocked, match="wind of"):
            service.move_to(work, row, FlightState.UPLOADING, who="x", why="x", at=AT)


def test_an_acknowledgement_on_the_plan_lets_it_be_scheduled_and_stays_with_the_flight(store: Store) -> None:
    a_drone(store)
    good_weather(store, AT)
    zones_known(store)
    plan = a_plan(store)
    with pytest.raises(FlightBlocked, match="pictures are taken"):
        schedule(store, standards=ASKING)
    with store.write() as work:
        unit = service.fit_unit(work.session, plan, "drone-1", at=AT, now=AT)
        asked = judge(work.session, ProposedFlight(plan, unit, PILOT, AT), ASKING, now=AT)
        with pytest.raises(Conflict, match="nothing called 'LVP' waits"):
            gate.acknowledge(work.session, asked, ["LVP"], plan_id=plan.id, flight_id=None, by=PILOT, at=AT)
        gate.acknowledge(work.session, asked, ["recording"], plan_id=plan.id, flight_id=None, by=PILOT, at=AT)
    later = AT + timedelta(minutes=59)
    with store.write() as work:
        made = service.schedule(work, plan, unit_id="drone-1", at=later, pilot=PILOT, now=later, standards=ASKING)
    with store.write() as work:
        row = repository.get(work.session, made.id, EVERYTHING)
        assert service.look_again(work, row, ASKING, why="much later", now=later + timedelta(hours=1))
    with store.write() as work, pytest.raises(FlightBlocked, match="pictures are taken"):
        service.schedule(
            work, plan, unit_id="drone-1", at=later + timedelta(hours=2), pilot=PILOT,
            now=later + timedelta(hours=2), standards=ASKING,
        )  # fmt: skip


def test_only_the_flights_own_pilot_acknowledges(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, ManualClock(AT))
    with store.write() as work:
        row = repository.get(work.session, flight.id, EVERYTHING)
        with pytest.raises(Conflict, match=r"is pilot\.dobele's to fly"):
            service.acknowledge(work, row, ["recording"], STANDARDS, by="somebody", at=AT)
        with pytest.raises(Conflict, match="nothing called 'recording'"):
            service.acknowledge(work, row, ["recording"], STANDARDS, by=PILOT, at=AT)


async def test_the_supervisor_checks_again_when_something_changes_and_at_its_marks(store: Store) -> None:
    a_drone(store)
    good_weather(store, AT)
    zones_known(store)
    clock = ManualClock(AT)
    flight = schedule(store, after_h=2)
    supervisor = FlightSupervisor(store, standards=STANDARDS, clock=clock, look_every_s=0.02)
    await supervisor.start()
    try:
        gale(store, clock)
        await until(store, flight, lambda _: "blocked" in whys(store, flight)[-1])
        good_weather(store, clock.now())
        await until(store, flight, lambda _: "no longer blocked (weather changed)" in whys(store, flight)[-1])
        zones_known(store, ed269("LVP", HOME.lon, HOME.lat))
        await until(store, flight, lambda _: "zone LVP" in whys(store, flight)[-1])
        zones_known(store)
        await until(store, flight, lambda _: "no longer blocked (airspace changed)" in whys(store, flight)[-1])
        for minutes in (95, 20):
            clock.advance(minutes * 60)
            await _until_checked(store, flight, clock)
    finally:
        await supervisor.stop()
    assert runs(store, flight) == [
        ("scheduling", 0), ("weather changed", 3), ("weather changed", 0), ("airspace changed", 1),
        ("airspace changed", 0), ("T-30 min", 0), ("T-5 min", 0),
    ]  # fmt: skip


async def on_board(vehicle: MavsdkVehicle) -> list[MissionItem]:
    """The mission on board, once the vehicle is connected."""
    async with asyncio.timeout(60):
        while True:
            try:
                return list((await vehicle.read_plan()).mission)
            except VehicleSilent:
                await asyncio.sleep(0.05)


async def test_a_blocked_flight_waits_on_the_ground_and_goes_on_when_it_clears(store: Store) -> None:
    a_drone(store)
    clock = ManualClock(AT)
    flight, port = a_flight(store, clock), free_udp_port()
    gale(store, clock)
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=20):
        vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}")
        run = asyncio.create_task(fly(vehicle, flight, store, clock, timeouts=QUICK))
        await until(store, flight, lambda _: "scheduled: blocked: " in whys(store, flight)[-1])
        assert await on_board(vehicle) == []
        good_weather(store, clock.now())
        await until(store, flight, lambda f: f.state == FlightState.FLYING)
        assert await run is FlightState.LANDED
    assert [why for why, _ in runs(store, flight)][-1] == "before arming"


async def test_a_flight_blocked_for_too_long_is_given_up_with_the_reason(store: Store) -> None:
    a_drone(store)
    clock = ManualClock(AT)
    flight, port = a_flight(store, clock), free_udp_port()
    gale(store, clock)
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=20):
        vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}")
        run = asyncio.create_task(fly(vehicle, flight, store, clock, timeouts=QUICK))
        await until(store, flight, lambda _: "scheduled: blocked: " in whys(store, flight)[-1])
        clock.advance(16 * 60)
        assert await run is FlightState.ABORTED
    assert "within 15 minutes of that; in its way: " in (read(store, flight).outcome or "")


def test_the_list_of_flights_tells_the_worst_and_how_many(store: Store) -> None:
    a_drone(store)
    flight = a_flight(store, ManualClock(AT))
    with store.read() as session:
        shown = service.public(session, flight)["verdicts"]
    assert (shown["worst"], shown["in_the_way"], shown["reasons"]) == ("warn", 0, [])


async def _until_checked(store: Store, flight: FlightRow, clock: ManualClock) -> None:
    """Wait until the supervisor has run the checks at the clock's present time."""
    async with asyncio.timeout(60):
        while True:
            with store.read() as session:
                newest = session.exec(select(FlightCheckRow.at).where(FlightCheckRow.flight_id == flight.id)).all()[-1]
            if newest == clock.now():
                return
            await asyncio.sleep(0.01)
