"""A plan that the server draws flies inside its own fence, with a rally point, as one of the command line does."""

from mapserver.core.services import Services
from mapserver.plans.flow import NewPlan
from mapserver.plans.versions import keep_plan
from mission.flights import repository, service
from mission.flights.procedure import FlightTimeouts
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from mission.plans.fence_json import fence_of
from mission.plans.tables import PlanRow
from mission.zones import service as zones
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.links.address import free_udp_port
from telemetry.scopes import LIVE
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from telemetry.visibility import EVERYTHING
from tests.mission.flights.builders import PILOT, STANDARDS, YARD, a_drone, fly, good_weather, zones_known
from tests.telemetry.vehicles.links import HOME

BY = Principal(PILOT, Role.PILOT, City("dobele"))
CLOCK = SystemClock()
QUICK = FlightTimeouts(record_every_s=0.3, look_every_s=0.05, settle_s=0.5)
WISHES = {"altitude_m": 20, "spacing_m": 30, "speed_m_s": 8}


class ReadBeforeStart(MavsdkVehicle):
    """Reads once more what is on board before it starts."""

    on_board = OnboardPlan(())

    async def start_mission(self) -> None:
        self.on_board = await self.read_plan()
        await super().start_mission()


def drawn(parts: Services) -> PlanRow:
    a_drone(parts.store)
    with parts.store.write() as work:
        zone = zones.draw(work, city=City("dobele"), name="Yard", polygon=YARD, at=CLOCK.now(), by=PILOT, scope=LIVE)
        return keep_plan(parts, work, BY, NewPlan(zone_id=zone.id, unit_id="drone-1", wishes=WISHES))


def due(parts: Services, plan: PlanRow) -> FlightRow:
    good_weather(parts.store, CLOCK.now())
    zones_known(parts.store, at=CLOCK.now())
    with parts.store.write() as work:
        now = CLOCK.now()
        flight = service.schedule(work, plan, unit_id="drone-1", at=now, pilot=PILOT, now=now, standards=STANDARDS)
        service.confirm(work, flight, STANDARDS, by=PILOT, at=now)
        return flight


async def test_fence_and_rally_point_of_a_drawn_plan_are_on_board_before_the_start_and_the_flight_stays_inside(
    parts: Services,
) -> None:
    plan, port = drawn(parts), free_udp_port()
    (fence,) = fence_of(plan)
    flight = due(parts, plan)
    vehicle = ReadBeforeStart(f"udpin://127.0.0.1:{port}")
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=20):
        state = await fly(vehicle, flight, parts.store, CLOCK, timeouts=QUICK)
    assert [(item.lat, item.lon) for item in vehicle.on_board.fence] == list(fence.corners)
    assert [(item.lat, item.lon) for item in vehicle.on_board.rally] == [(HOME.lat, HOME.lon)]
    with parts.store.read() as session:
        done = repository.get(session, flight.id, EVERYTHING)
    assert (state, done.progress_current) == (FlightState.LANDED, done.progress_total)


async def test_a_plan_that_was_kept_without_fence_and_rally_point_still_flies(parts: Services) -> None:
    plan, port = drawn(parts), free_udp_port()
    with parts.store.write() as work:
        plan = work.session.get_one(PlanRow, plan.id)
        plan.fence = []
        plan.rally = []
    flight = due(parts, plan)
    vehicle = ReadBeforeStart(f"udpin://127.0.0.1:{port}")
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, speed=20):
        assert await fly(vehicle, flight, parts.store, CLOCK, timeouts=QUICK) is FlightState.LANDED
    assert (vehicle.on_board.fence, vehicle.on_board.rally) == ((), ())
    assert vehicle.on_board.mission
