"""An upload that is stopped half way, over real MAVLink: what was on board is there again, and the log says so."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from mission.flights import repository, service
from telemetry.links.address import free_udp_port
from telemetry.mavlink.frames import message_number
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from telemetry.store import Store
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from telemetry.visibility import EVERYTHING
from tests.mission.flights.builders import PILOT, a_drone, a_flight, fly, whys
from tests.mission.flights.test_server_flight import CLOCK, QUICK, vehicle_on
from tests.telemetry.vehicles.links import HOME


class StoppedHalfWay(MavsdkVehicle):
    """Something happens while its mission is half on board."""

    def then(self, stop: Callable[[], None]) -> "StoppedHalfWay":
        self._stop_once = stop
        return self

    async def connect(self, timeout_s: float) -> None:
        await super().connect(timeout_s)
        wire, _ = self._connected()
        wire.listen_to_ourselves(self._watch_items)

    def _watch_items(self, frame: bytes) -> None:
        if message_number(frame) != mavlink.MAVLINK_MSG_ID_MISSION_ITEM_INT:
            return
        item: Any = mavlink.MAVLink(None).parse_char(frame)
        if item.mission_type == PlanKind.MISSION and item.seq == 3:
            stop, self._stop_once = self._stop_once, lambda: None
            stop()


HERE = OnboardPlan(
    (MissionItem(22, lat=HOME.lat, lon=HOME.lon, alt_m=15), MissionItem(16, lat=HOME.lat, lon=HOME.lon, alt_m=15))
)


@pytest.mark.parametrize("stopped_by", ["the pilot", "the program"])
async def test_an_upload_that_is_stopped_half_way_leaves_on_board_what_was_there_and_says_so(
    store: Store, stopped_by: str
) -> None:
    a_drone(store)
    flight, port = a_flight(store, CLOCK, confirmed=False), free_udp_port()
    async with SimulatedVehicleProcess(f"udpout://127.0.0.1:{port}", HOME, flavour=FlavourName.ARDUPILOT):
        earlier = vehicle_on(port)
        await earlier.connect(30)
        assert (await earlier.upload_plan(HERE)).complete
        await earlier.close()

        half_way = asyncio.Event()

        def call_off() -> None:
            half_way.set()
            if stopped_by == "the pilot":
                with store.write() as work:
                    row = repository.get(work.session, flight.id, EVERYTHING)
                    service.abort(work, row, by=PILOT, why="rain", at=CLOCK.now())

        vehicle = StoppedHalfWay(f"udpin://127.0.0.1:{port}").then(call_off)
        run = asyncio.create_task(fly(vehicle, flight, store, CLOCK, timeouts=QUICK))
        await half_way.wait()
        if stopped_by == "the program":
            run.cancel()
        await asyncio.gather(run, return_exceptions=True)

        later = vehicle_on(port)
        await later.connect(30)
        assert await later.plan_difference(HERE) is None
        await later.close()
    (said,) = [why for why in whys(store, flight) if "broken off" in why]
    assert "the mission could not be put on board: the upload was broken off; the plan from before was put back" in said
    assert "on board: geofence: old plan; rally points: old plan; mission: old plan" in said
