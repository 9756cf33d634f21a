"""A flight from upload to landing, over real MAVLink, with the simulated vehicle in a process of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from mission.flights import repository, service, tracks
from mission.flights.procedure import FlightTimeouts
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from mission.flights.warnings import FlightWarning
from mission.formats import FenceArea
from telemetry.clock import ManualClock, SystemClock, iso
from telemetry.errors import VehicleSilent
from telemetry.links.address import free_udp_port
from telemetry.links.impaired import ImpairedRelay, Trouble
from telemetry.logs.tlog import load_tlog
from telemetry.messages import written
from telemetry.positions import LocalFrame, Position
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Change, Store
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan, PlanOutcome
from telemetry.transfer.verified_upload import OnBoard, UploadOutcome
from telemetry.units.tables import UnitRow
from telemetry.vehicles import VehicleState
from telemetry.vehicles.failsafe_parameters import failsafes_of
from telemetry.vehicles.failsafes import Failsafes
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from telemetry.visibility import EVERYTHING
from tests.mission.flights.builders import AT, PILOT, a_drone, a_flight, events, fly, read, until, whys
from tests.telemetry.vehicles.links import HOME

CLOCK = SystemClock()
QUICK = FlightTimeouts(record_every_s=0.3, look_every_s=0.05, settle_s=0.5)


def simulated(port: int, speed: float = 20) -> SimulatedVehicleProcess:
    return SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=speed)


def vehicle_on(port: int) -> MavsdkVehicle:
    return MavsdkVehicle(f"udpin://127.0.0.1:{port}")


async def test_a_survey_is_uploaded_compared_flown_landed_and_recorded(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    heard: list[Change] = []
    store.listen(heard.extend)
    async with simulated(port):
        state = await fly(vehicle_on(port), flight, store, CLOCK, timeouts=QUICK)
        again = a_flight(store, CLOCK)
        second = await fly(vehicle_on(port), again, store, CLOCK, timeouts=QUICK)

    assert (state, second) == (FlightState.LANDED, FlightState.LANDED)
    done = read(store, flight)
    total = done.progress_total
    assert [why for why in whys(store, flight)[1:] if ": link " not in why] == [  # a busy machine may hold up its words
        "scheduled: start confirmed",
        "uploading: the plan goes on board",
        f"ready: all {total} items read back equal",
        "flying: started",
        "returning: the vehicle flies home",
        f"landed: landed after all {total} items",
    ]
    assert [event["who"] for event in events(store, flight) if event["why"] == "started"] == [PILOT]
    assert done.progress_current == total
    assert done.started_at is not None
    assert done.landed_at is not None
    assert done.started_at < done.landed_at
    assert (done.battery_end or 1) < (done.battery_start or 0)
    with store.read() as session:
        track = tracks.track(session, flight.id)
        unit = session.get_one(UnitRow, "drone-1")
    assert len(track["geometry"]["coordinates"]) > 2  # how many more is up to the machine
    assert max(point[2] for point in track["geometry"]["coordinates"]) > 15
    assert unit.status == "idle"
    positions = [c.data["position"] for c in heard if c.kind == "unit" and c.data]
    assert len(positions) > len(track["geometry"]["coordinates"])
    progress = [c.data["progress"]["current"] for c in heard if c.kind == "flight" and c.id == flight.id and c.data]
    assert progress == sorted(progress)


async def test_a_vehicle_that_never_answers_aborts_the_flight_with_the_link_named(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    state = await fly(vehicle_on(port), flight, store, CLOCK, timeouts=FlightTimeouts(connect_s=0.3))
    assert state is FlightState.ABORTED
    assert f"no vehicle answered on udpin://127.0.0.1:{port} in 0.3 s" in (read(store, flight).outcome or "")


class ChangedByAnother(MavsdkVehicle):
    """A second ground station puts another plan on board right after ours."""

    async def upload_plan(self, plan: OnboardPlan) -> PlanOutcome:
        outcome = await super().upload_plan(plan)
        await super().upload_plan(replace(plan, mission=(*plan.mission[:-1], MissionItem(21))))
        return outcome


async def test_another_plan_on_board_aborts_it_naming_the_item(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    async with simulated(port):
        vehicle = ChangedByAnother(f"udpin://127.0.0.1:{port}")
        assert await fly(vehicle, flight, store, CLOCK, timeouts=QUICK) is FlightState.ABORTED
    last = flight.progress_total
    outcome = read(store, flight).outcome or ""
    assert outcome.startswith(f"the plan on board is not the plan on the screen: mission: item {last} was sent as")


async def test_what_the_vehicle_warns_of_is_on_the_log_and_passed_on_when_it_is_grave(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    passed_on: list[FlightWarning] = []
    async with simulated(port, speed=10) as vehicle:
        await vehicle.tell("fail compass")
        run = asyncio.create_task(
            fly(
                vehicle_on(port), flight, store, CLOCK, on_warning=passed_on.append,
                timeouts=replace(QUICK, ask_again_s=0.1),
            )
        )  # fmt: skip
        await until(store, flight, lambda f: any("not started yet: " in why for why in whys(store, f)))
        [told] = [why for why in whys(store, flight) if why.startswith("ready: not started yet: ")]
        assert "Preflight Fail: compass failure" in told
        await vehicle.tell("mend compass")
        await until(store, flight, lambda f: f.progress_current >= 2)
        await vehicle.tell("fail gps")
        await run
    assert "the vehicle says: Failsafe: GPS lost" in " ".join(whys(store, flight))
    assert "it says: Failsafe: GPS lost" in [str(warning.words) for warning in passed_on]


async def test_it_waits_for_the_pilot_and_is_not_started_without(store: Store) -> None:
    a_drone(store)
    clock = ManualClock(AT)
    flight, port = a_flight(store, clock, confirmed=False), free_udp_port()
    async with simulated(port):
        run = asyncio.create_task(fly(vehicle_on(port), flight, store, clock, timeouts=QUICK))
        await until(store, flight, lambda f: f.state == FlightState.READY)
        clock.advance(15 * 60 + 1)
        assert await run is FlightState.ABORTED
    assert "not started within 15 minutes" in (read(store, flight).outcome or "")


async def test_it_starts_at_its_time_once_confirmed_and_not_before(store: Store) -> None:
    a_drone(store)
    clock = ManualClock(AT)
    flight, port = a_flight(store, clock), free_udp_port()
    clock.advance(-30)
    async with simulated(port):
        run = asyncio.create_task(fly(vehicle_on(port), flight, store, clock, timeouts=QUICK))
        await until(store, flight, lambda f: f.state == FlightState.READY)
        clock.advance(31)
        flying = await until(store, flight, lambda f: f.state == FlightState.FLYING)
        assert flying.started_at == AT + timedelta(seconds=1)
        assert await run is FlightState.LANDED


async def test_the_pilot_aborts_it_on_the_ground(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK, confirmed=False), free_udp_port()
    async with simulated(port):
        run = asyncio.create_task(fly(vehicle_on(port), flight, store, CLOCK, timeouts=QUICK))
        await until(store, flight, lambda f: f.state == FlightState.READY)
        with store.write() as work:
            service.abort(
                work, repository.get(work.session, flight.id, EVERYTHING), by=PILOT, why="rain", at=CLOCK.now()
            )
        assert await run is FlightState.ABORTED
    assert whys(store, flight)[-1] == "aborted: rain"


class Noting(MavsdkVehicle):
    """Notes what goes on board, in its order, and whether it was read back equal."""

    noted: ClassVar[list[tuple[str, int, OnBoard]]] = []

    async def upload_plan(self, plan: OnboardPlan) -> PlanOutcome:
        outcome = await super().upload_plan(plan)
        self.noted.extend((kind.name, len(plan.items(kind)), one.on_board) for kind, one in outcome.outcomes.items())
        return outcome


async def test_a_plans_own_fence_goes_on_board_and_the_next_flight_without_one_takes_it_off(store: Store) -> None:
    a_drone(store)
    here = LocalFrame(HOME.lat, HOME.lon)
    fence = FenceArea(tuple(here.to_degrees(*at) for at in ((-900, -900), (900, -900), (900, 900), (-900, 900))))
    port = free_udp_port()
    async with simulated(port):
        rally = Position(lat=HOME.lat, lon=HOME.lon, alt_m=0.0)
        for fences, places in (((fence,), (rally,)), ((), ())):
            flight = a_flight(store, CLOCK, confirmed=False, fence=fences, rally=places)
            vehicle = Noting(f"udpin://127.0.0.1:{port}")
            run = asyncio.create_task(fly(vehicle, flight, store, CLOCK, timeouts=QUICK))
            await until(store, flight, lambda f: f.state == FlightState.READY)
            with store.write() as work:
                service.abort(
                    work, repository.get(work.session, flight.id, EVERYTHING), by=PILOT, why="rain", at=CLOCK.now()
                )
            assert await run is FlightState.ABORTED
    sent = [(kind, items) for kind, items, on_board in Noting.noted if on_board is OnBoard.NEW]
    items = read(store, flight).progress_total
    assert sent == [
        ("FENCE", 4), ("RALLY", 1), ("MISSION", items), ("FENCE", 0), ("RALLY", 0), ("MISSION", items),
    ]  # fmt: skip


async def test_a_pulled_plug_is_seen_in_time_and_the_flight_goes_on_when_it_is_back(
    store: Store, tmp_path: Path
) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    async with ImpairedRelay(port, Trouble(loss=0.1)) as relay, simulated(relay.vehicle_port, speed=4):
        vehicle = MavsdkVehicle(f"udpin://127.0.0.1:{port}", record_to=tmp_path / "flight.tlog")
        run = asyncio.create_task(fly(vehicle, flight, store, CLOCK, timeouts=QUICK))
        await until(store, flight, lambda f: f.progress_current >= 2)
        relay.trouble, pulled_at = Trouble(loss=1), CLOCK.now()
        await until(store, flight, lambda f: any("link lost" in why for why in whys(store, f)))
        with store.read() as session:
            told = session.get_one(UnitRow, "drone-1").instruments
        assert told is not None
        assert (told["link"], told["armed"], told["mode"]) == ("lost", True, "mission")
        relay.trouble = Trouble(loss=0.1)
        assert await run is FlightState.LANDED
    lost, back = [event for event in events(store, flight) if event["why"].startswith("link ")][:2]
    assert lost["why"].startswith("link lost: no word from the vehicle for")
    assert back["why"].startswith("link back: heard again after")
    assert iso(pulled_at) < lost["at"] < back["at"]
    assert read(store, flight).progress_current == flight.progress_total
    with store.read() as session:
        assert session.get_one(UnitRow, "drone-1").status == "idle"
    log = load_tlog(tmp_path / "flight.tlog")
    assert log.damaged == 0
    assert {"HEARTBEAT", "GLOBAL_POSITION_INT", "PING", "MISSION_ITEM_INT"} <= log.messages.keys()
    assert {1, 255} <= set(log.messages["HEARTBEAT"].system)


async def test_a_vehicle_that_dies_in_the_air_is_lost_not_landed(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    async with simulated(port, speed=5) as vehicle:
        timeouts = replace(QUICK, give_up_s=4.5)
        run = asyncio.create_task(fly(vehicle_on(port), flight, store, CLOCK, timeouts=timeouts))
        await until(store, flight, lambda f: f.progress_current >= 2)
        assert vehicle.process is not None
        vehicle.process.kill()
        assert await run is FlightState.ABORTED
    assert read(store, flight).landed_at is None
    lost, given_up = whys(store, flight)[-2:]
    assert lost.startswith("flying: link lost: no word from the vehicle for")
    assert given_up.startswith("aborted: no word from the vehicle for")
    with store.read() as session:
        assert session.get_one(UnitRow, "drone-1").status == "lost"


class CalledOffEarly(MavsdkVehicle):
    """Its pilot calls the flight off at the worst moment: while the order to start is on its way."""

    def then(self, store: Store, flight: FlightRow) -> "CalledOffEarly":
        self.store, self.flight = store, flight
        self.called_off = asyncio.Event()
        return self

    async def start_mission(self) -> None:
        await super().start_mission()
        await self.call_off()

    async def call_off(self) -> None:
        with self.store.write() as work:
            row = repository.get(work.session, self.flight.id, EVERYTHING)
            service.abort(work, row, by=PILOT, why="a child on the field", at=CLOCK.now())
        self.called_off.set()
        await asyncio.sleep(0)  # the flight hears of it


class CalledOffLate(CalledOffEarly):
    """Only once it is in the air, and before the flight hears that it is."""

    async def start_mission(self) -> None:
        await super(CalledOffEarly, self).start_mission()
        await self.called_off.wait()

    async def states(self) -> AsyncIterator[VehicleState]:
        async for said in super().states():
            if said.in_air and not self.called_off.is_set():
                await self.call_off()
            yield said


@pytest.mark.parametrize("kind", [CalledOffEarly, CalledOffLate])
async def test_a_flight_called_off_while_it_starts_does_not_stay_in_the_air(
    store: Store, kind: type[CalledOffEarly]
) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    async with simulated(port, speed=5) as vehicle:
        called_off = kind(f"udpin://127.0.0.1:{port}").then(store, flight)
        state = await fly(called_off, flight, store, CLOCK, timeouts=QUICK)
        truth = json.loads(await vehicle.tell("state"))
    assert (state, truth["armed"], truth["height_m"]) == (FlightState.ABORTED, False, 0)
    assert read(store, flight).outcome == "a child on the field"
    assert whys(store, flight)[-2:] == [
        "aborted: called off while it was starting: its motors are stopped, or it is brought home",
        "aborted: on the ground",
    ]


class AnswerLost(MavsdkVehicle):
    """Its answer to the order to start is lost."""

    async def start_mission(self) -> None:
        await super().start_mission()
        raise VehicleSilent("the vehicle gave no answer to arming in 6 s")


async def test_a_start_whose_answer_is_lost_is_followed_to_its_landing(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    async with simulated(port):
        vehicle = AnswerLost(f"udpin://127.0.0.1:{port}")
        assert await fly(vehicle, flight, store, CLOCK, timeouts=QUICK) is FlightState.LANDED
    assert "flying: the vehicle gave no answer to arming in 6 s; it may have taken off all the same" in whys(
        store, flight
    )


async def test_a_hold_by_remote_control_right_after_the_pilot_s_word_is_shown_once_it_is_sure(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    timeouts = replace(QUICK, settle_s=3)
    async with simulated(port, speed=3):
        vehicle = vehicle_on(port)
        run = asyncio.create_task(fly(vehicle, flight, store, CLOCK, timeouts=timeouts))
        await until(store, flight, lambda f: f.progress_current >= 2)
        await vehicle.hold()
        with store.write() as work:
            row = repository.get(work.session, flight.id, EVERYTHING)
            service.note(work, row, who=PILOT, why="looks ahead", at=CLOCK.now())
        await until(store, flight, lambda f: f.state == FlightState.PAUSED)
        run.cancel()
    assert whys(store, flight)[-1] == "paused: the vehicle holds without an order from here"


class SilentOnce(MavsdkVehicle):
    """It falls silent while its parameters are read and while the plan goes on board, the first time each."""

    silent: ClassVar[bool] = True
    is_asked: ClassVar[bool] = False

    async def read_failsafes(self) -> Failsafes:
        if not self.is_asked:
            type(self).is_asked = True
            return failsafes_of(self.autopilot, {})
        return await super().read_failsafes()

    async def upload_plan(self, plan: OnboardPlan) -> PlanOutcome:
        if self.silent:
            type(self).silent = False
            silence = UploadOutcome(OnBoard.UNKNOWN, written("the vehicle fell silent"), None, 1)
            return PlanOutcome({PlanKind.FENCE: silence}, PlanKind.FENCE)
        return await super().upload_plan(plan)


async def test_a_vehicle_that_falls_silent_before_its_start_is_tried_again(store: Store) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK), free_udp_port()
    timeouts = replace(QUICK, ask_again_s=0.1, check_every_s=0.1)
    async with simulated(port):
        vehicle = SilentOnce(f"udpin://127.0.0.1:{port}")
        assert await fly(vehicle, flight, store, CLOCK, timeouts=timeouts) is FlightState.LANDED
    assert any(
        why.startswith("scheduled: blocked: On link loss, it is not known to do anything")
        for why in whys(store, flight)
    )
    assert any(
        why.startswith("uploading: trying again: the geofence could not be put on board: the vehicle fell silent")
        for why in whys(store, flight)
    )
