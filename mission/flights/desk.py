"""The desk watches the scheduled flights and runs each when it is due, one a drone; part of the running server.

After a restart it picks up the flights that were under way. Between their scheduling and their start it runs their
checks again whenever what they stand on has changed, and at the marks of `gate.MARKS`. Decides nothing that the pilot
must: see `confirm`.
"""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from mission.airspace.service import airspace_of
from mission.checks.context import Standards
from mission.control import service as control
from mission.flights import gate, orders, repository, service
from mission.flights.logbook import Logbook, OnEvent
from mission.flights.orders import Order, Situation
from mission.flights.runner import Limits, fly
from mission.flights.states import IN_THE_AIR, FlightState
from mission.flights.tables import FlightRow
from mission.flights.warnings import OnWarning
from telemetry.cities import BOTH, City
from telemetry.clock import Clock, SystemClock
from telemetry.errors import Conflict, KeyUnreadable, VanagasError
from telemetry.mavlink.keyring import Keyring
from telemetry.mavlink.signing import SigningKey
from telemetry.positions import Position
from telemetry.store import Store
from telemetry.units import service as units
from telemetry.units.tables import UnitRow
from telemetry.vehicles import Vehicle
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle

log = logging.getLogger(__name__)

AHEAD = timedelta(seconds=60)
"""The plan goes on board this long before the start."""
WAITING = frozenset({FlightState.SCHEDULED, FlightState.UPLOADING, FlightState.READY})
UNDER_WAY = frozenset({FlightState.UPLOADING, FlightState.READY}) | IN_THE_AIR


def tlog_of(folder: Path, flight_id: str) -> Path:
    """Where a flight's telemetry log is kept; there is none until its vehicle was called."""
    return folder / f"{flight_id}.tlog"


class FlightDesk:
    """Runs flights for as long as it is started."""

    def __init__(
        self,
        store: Store,
        *,
        standards: Standards,
        clock: Clock | None = None,
        keyring: Keyring | None = None,
        tlogs: Path | None = None,
        limits: Limits | None = None,
        look_every_s: float = 0.5,
        on_event: OnEvent | None = None,
        on_warning: OnWarning | None = None,
    ) -> None:
        """`keyring` has the keys of the drones whose links are signed.

        `tlogs` is the folder that keeps each flight's telemetry log (`tlog_of`), None to keep none; `look_every_s` is
        seconds between looks for due flights.
        """
        self._store, self._clock, self._standards = store, clock or SystemClock(), standards
        self._keyring = keyring or Keyring()
        self._limits, self._look_every_s = limits, look_every_s
        self._on_event, self._on_warning, self._tlogs = on_event, on_warning, tlogs
        self._watch: asyncio.Task[None] | None = None
        self._flights: dict[str, asyncio.Task[FlightState]] = {}
        self._units: dict[str, str] = {}
        """Whose drone each of them has: until one has let go of it, the next flight cannot have its link."""
        self._vehicles: dict[str, Vehicle] = {}
        self._unreachable: set[str] = set()
        """Flights of drones whose key cannot be read, once that was said."""

    async def start(self) -> None:
        """Pick up what is under way and watch for what is due."""
        self._watch = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Let go of every vehicle. What flies goes on flying, and is picked up at the next start."""
        tasks = [task for task in (self._watch, *self._flights.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._watch = None

    async def order(self, flight_id: str, order: Order, *, by: str) -> None:
        """Have the drone do what `by`, who must have its control, orders; what came of it is in the flight's events.

        Raises Conflict when it cannot be done now or the vehicle refuses, BadInput for what may not be, VehicleSilent.
        """
        situation = await asyncio.to_thread(self._situation, flight_id, by)
        orders.require(order, situation)
        vehicle = self._vehicles.get(flight_id)
        if vehicle is None:
            raise Conflict(f"this server has no link to {situation.vehicle_name} now; use the remote control")
        book = Logbook(self._store, flight_id, self._clock, self._standards, self._on_event)
        try:
            await orders.tell(vehicle, order, situation)
        except VanagasError as error:
            await book.say(f"asked to {order.kind}, but not done: {error.message}", who=by)
            raise
        await book.take_order(order, by=by)

    def camera_pose(self, flight_id: str, moment: float) -> CameraPose | NoPose:
        """Where the camera of a flight under way was and looked at `moment`, seconds of the monotonic clock.

        May be called from any thread.
        """
        vehicle = self._vehicles.get(flight_id)
        return NoPose.NO_LINK if vehicle is None else vehicle.camera_pose(moment)

    async def _keep_looking(self) -> None:
        while True:
            for step in (self._check_waiting, self._run_due):
                try:
                    await step()
                except Exception:
                    log.exception("looking for flights that are due failed; trying again")
            await asyncio.sleep(self._look_every_s)

    async def _check_waiting(self) -> None:
        await asyncio.to_thread(self._look_again)

    async def _run_due(self) -> None:
        for flight, link in await asyncio.to_thread(self._due):
            try:
                key = self._keyring.key_of(flight.unit_id)
            except KeyUnreadable as error:
                await asyncio.to_thread(self._refuse_unsigned, flight.id, error.message)
                continue
            self._run(flight, link, key)

    def _look_again(self) -> None:
        """Run the checks of each waiting flight that is due for it."""
        now = self._clock.now()
        with self._store.read() as session:
            waiting = repository.in_states(session, WAITING)
            whys = {flight.id: gate.due(session, flight, self._standards, now=now) for flight in waiting}
        for flight_id, why in whys.items():
            if why is not None:
                with self._store.write() as work:
                    flight = repository.get(work.session, flight_id, BOTH)
                    if FlightState(flight.state) in WAITING:
                        service.look_again(work, flight, self._standards, why=why, now=now)

    def _due(self) -> list[tuple[FlightRow, str]]:
        """Flights that want running now with their drone's link: those under way first, one a drone."""
        soon = self._clock.now() + AHEAD
        with self._store.read() as session:
            wanted = repository.in_states(session, UNDER_WAY)
            wanted += repository.in_states(session, {FlightState.SCHEDULED}, before=soon)
            links = [(flight, session.get_one(UnitRow, flight.unit_id).link or "") for flight in wanted]
        free: dict[str, tuple[FlightRow, str]] = {}
        for flight, link in links:
            free.setdefault(flight.unit_id, (flight, link))
        return list(free.values())

    def _run(self, flight: FlightRow, link: str, key: SigningKey | None) -> None:
        if flight.unit_id in self._units.values():
            return
        record_to = None if self._tlogs is None else tlog_of(self._tlogs, flight.id)
        vehicle = MavsdkVehicle(link, self._clock, record_to, key)
        self._vehicles[flight.id] = vehicle
        task = asyncio.create_task(
            fly(
                vehicle,
                flight.id,
                self._store,
                self._clock,
                standards=self._standards,
                on_event=self._on_event,
                on_warning=self._on_warning,
                limits=self._limits,
            ),
            name=f"flight {flight.id}",
        )
        self._flights[flight.id], self._units[flight.id] = task, flight.unit_id
        task.add_done_callback(lambda _: self._forget(flight.id))

    def _refuse_unsigned(self, flight_id: str, why: str) -> None:
        """Give up a flight before its start; one in the air is said once to be out of reach until the key is there."""
        if flight_id in self._unreachable:
            return
        now = self._clock.now()
        with self._store.write() as work:
            flight = repository.get(work.session, flight_id, BOTH)
            if FlightState(flight.state) in IN_THE_AIR:
                said = f"no order can be sent from here: {why}; use the remote control"
                service.note(work, flight, who=service.SYSTEM, why=said, at=now)
            else:
                service.abort(work, flight, by=service.SYSTEM, why=f"not flown without its key: {why}", at=now)
        self._unreachable.add(flight_id)

    def _forget(self, flight_id: str) -> None:
        self._flights.pop(flight_id, None)
        self._units.pop(flight_id, None)
        self._vehicles.pop(flight_id, None)

    def _situation(self, flight_id: str, by: str) -> Situation:
        with self._store.read() as session:
            flight = repository.get(session, flight_id, BOTH)
            unit, city = session.get_one(UnitRow, flight.unit_id), City(flight.city)
            if FlightState(flight.state) in IN_THE_AIR:
                control.require(session, unit, by)
            town = city.facts
            place = units.position_of(unit) or Position(lat=town.lat, lon=town.lon)
            return Situation(
                name=flight.name,
                vehicle_name=unit.name,
                state=FlightState(flight.state),
                city=city,
                place=place,
                height_m=unit.height_m or 0.0,
                airspace=airspace_of(session, city),
                policy=self._standards.policy(city),
                terrain=self._standards.terrains.get(city),
                now=self._clock.now(),
            )
