"""The supervisor of flights: runs each when it is due, one a drone.

Flights that were under way when the program ended are picked up. Decides nothing that the pilot must: see
`service.confirm`; what pilots say to a flight goes by its `console`.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from mission.flights.active import ActiveFlight, FlightSetting
from mission.flights.check_inputs import Standards
from mission.flights.facts import FlightAuthority, FlightFacts, read_authority
from mission.flights.finder import FlightFinder, link_of
from mission.flights.order_relay import OrderReceiver, OrderSender
from mission.flights.pilot_console import PilotConsole
from mission.flights.procedure import FlightResult, FlightTimeouts
from mission.flights.recorder import FlightRecorder, recover
from mission.flights.states import IN_THE_AIR
from mission.flights.warnings import Neighbour, OnWarning
from telemetry.clock import Clock, SystemClock
from telemetry.errors import KeyUnreadable
from telemetry.failures import FailureLog
from telemetry.leases import LeaseKeeper, LeaseOwner
from telemetry.mavlink.keyring import Keyring
from telemetry.mavlink.signing import SigningKey
from telemetry.messages import Message
from telemetry.store import Change, Store
from telemetry.supervision import Supervisor, TaskHeartbeat
from telemetry.vehicles import Vehicle
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from telemetry.vehicles.drivers import driven_by

log = logging.getLogger(__name__)

AFTER_RESTART = Message("flights.after_restart")
AFTER_OTHER_SERVER = Message("flights.after_other_server")
AFTER_FAULT = Message("flights.after_fault")
TRY_AGAIN_S = 30.0
"""After this server did not hear a vehicle in the air that another one had the link of."""
ONLY_SERVER = LeaseOwner("only server")


def tlog_of(folder: Path, flight_id: str) -> Path:
    """Where a flight's telemetry log is kept; there is none until its vehicle was called."""
    return folder / f"{flight_id}.tlog"


OpenVehicle = Callable[[FlightFacts, Clock, Path | None, SigningKey | None], Vehicle]
"""Gives the vehicle of a flight, not connected yet; the file is for its telemetry log."""


def _driven(facts: FlightFacts, clock: Clock, record_to: Path | None, key: SigningKey | None) -> Vehicle:
    return driven_by(facts.driver, facts.link, clock, record_to, key)


class FlightSupervisor:
    """Runs flights for as long as it is started."""

    def __init__(
        self,
        store: Store,
        *,
        standards: Standards,
        clock: Clock | None = None,
        keyring: Keyring | None = None,
        tlogs: Path | None = None,
        records: Path | None = None,
        timeouts: FlightTimeouts | None = None,
        look_every_s: float = 0.5,
        open_vehicle: OpenVehicle = _driven,
        on_warning: OnWarning | None = None,
        supervisor: Supervisor | None = None,
        leases: LeaseKeeper | None = None,
    ) -> None:
        """`keyring` has the keys of the drones whose links are signed.

        `tlogs` is the folder that keeps each flight's telemetry log (`tlog_of`), `records` that of the records that the
        database has not taken yet; None to keep none. `look_every_s` is seconds between looks for due flights.
        `leases` are this server's, started and stopped elsewhere; None for a server that is the only one.
        """
        self._store = store
        self._clock = clock or SystemClock()
        self._keyring = keyring or Keyring()
        self._leases = leases or LeaseKeeper(store, ONLY_SERVER)
        self._own_leases = None if leases is not None else self._leases
        self._finder = FlightFinder(store, self._clock, standards, self._leases)
        self._tlogs = tlogs
        self._records = records
        self._look_every_s = look_every_s
        self._open_vehicle = open_vehicle
        self._on_warning = on_warning
        self._setting = FlightSetting(store, self._clock, standards, timeouts or FlightTimeouts())
        self._flights: dict[str, ActiveFlight] = {}
        """By id, until their records are in the database: until then the drone has no next flight."""
        self.console = PilotConsole(self._flights, self._finder, self._leases, OrderSender(store), self._clock)
        """What pilots see of the flights under way and say to them."""
        supervisor = supervisor or Supervisor()
        self._passed_orders = OrderReceiver(
            store,
            self._leases.owner.id,
            flies=lambda: self.console.any_under_way,
            give=self.console.take_passed,
            supervisor=supervisor,
        )
        self._runs: dict[str, asyncio.Task[None]] = {}
        """By the flight's id."""
        self._out_of_reach: dict[str, float] = {}
        """Flights in the air whose vehicle this server could not hear, and when (loop time) it tries again."""
        self._begun: set[str] = set()
        """Flights that this process has run: found again, they are not from before a restart."""
        self._unreachable: set[str] = set()
        """Flights of drones whose key cannot be read, once that was said."""
        # What is due waits for no long pause: a flight in the air may have nobody who follows it.
        self._watch = supervisor.task("flights", self._keep_looking, cancelled=True, pauses_s=(look_every_s,))
        self._recovered = records is None
        self._stop_listening: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Pick up what is under way and watch for what is due."""
        self._loop = asyncio.get_running_loop()
        if self._own_leases is not None:
            self._own_leases.start()
        self._stop_listening = [self._store.listen(self._hear), self._leases.listen(self._hear_of_loss)]
        self._watch.start()
        self._passed_orders.start()

    async def stop(self) -> None:
        """Let go of every vehicle. What flies goes on flying, and is picked up at the next start."""
        await self._passed_orders.stop()
        await self._watch.stop()
        tasks = [*self._runs.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._stop_listening:
            self._stop_listening.pop()()
        if self._own_leases is not None:
            await asyncio.to_thread(self._own_leases.stop)

    async def idle(self) -> None:
        """Wait until it runs no flight, and the database has taken the records of all that it ran."""
        while self._runs:
            await asyncio.gather(*self._runs.values(), return_exceptions=True)

    def camera_pose(self, flight_id: str, moment: float) -> CameraPose | NoPose:
        """Where the camera of a flight under way was and looked at `moment`, seconds of the monotonic clock.

        May be called from any thread.
        """
        flight = self._flights.get(flight_id)
        if flight is None:
            return NoPose.NO_LINK
        return flight.vehicle.camera_pose(moment)

    def _hear(self, changes: Sequence[Change]) -> None:
        """From any thread: a flight's news reach its memory with the commit."""
        if self._loop is None:
            return
        for change in changes:
            if change.kind == "flight" and change.data is not None and change.id in self._flights:
                self._loop.call_soon_threadsafe(self._take_change, change)

    def _hear_of_loss(self, lease: str) -> None:
        """From any thread: another server has a link now that was this one's."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._let_go, lease)

    def _let_go(self, lease: str) -> None:
        for flight in self._flights.values():
            if link_of(flight.facts.unit.id) == lease:
                self._runs[flight.facts.id].cancel()

    def _take_change(self, change: Change) -> None:
        flight = self._flights.get(change.id)
        if flight is not None and change.data is not None:
            flight.take_change(change.data)

    async def _keep_looking(self, heartbeat: TaskHeartbeat) -> None:
        while not heartbeat.stopping:
            if not self._recovered and self._records is not None:
                await asyncio.to_thread(recover, self._store, self._records, self._on_warning)
                self._recovered = True
            await asyncio.to_thread(self._finder.check_waiting)
            for flight_id in await asyncio.to_thread(self._finder.due, frozenset(self._flights)):
                await self._claim(flight_id)
            heartbeat.worked()
            await heartbeat.wait(self._look_every_s)

    async def _claim(self, flight_id: str) -> None:
        """Take the flight up, if it is this server's turn to try and no other has its drone's link."""
        if asyncio.get_running_loop().time() < self._out_of_reach.get(flight_id, 0.0):
            return
        facts = await asyncio.to_thread(self._finder.claim, flight_id)
        if facts is not None:
            await self._run_if_reachable(facts)

    async def _run_if_reachable(self, facts: FlightFacts) -> None:
        try:
            key = self._keyring.key_of(facts.unit.id)
        except KeyUnreadable as error:
            if facts.id not in self._unreachable:
                await asyncio.to_thread(self._finder.refuse_unsigned, facts.id, error.message)
            self._unreachable.add(facts.id)
            return
        self._run(facts, key)

    def _run(self, facts: FlightFacts, key: SigningKey | None) -> None:
        if any(active.facts.unit.id == facts.unit.id for active in self._flights.values()):
            return
        flight = self._take_up(facts, key)
        self._flights[facts.id] = flight
        self._begun.add(facts.id)
        task = asyncio.create_task(self._run_to_end(flight), name=f"flight {facts.id}")
        self._runs[facts.id] = task
        task.add_done_callback(lambda _: self._runs.pop(facts.id, None))

    def _take_up(self, facts: FlightFacts, key: SigningKey | None) -> ActiveFlight:
        record_to = None
        if self._tlogs is not None:
            record_to = tlog_of(self._tlogs, facts.id)
        vehicle = self._open_vehicle(facts, self._clock, record_to, key)
        recorder = FlightRecorder(
            self._store,
            facts.id,
            folder=self._records,
            applied=facts.records_applied,
            fence=facts.fence,
            heard_by=self._leases.owner.id,
            on_warning=self._on_warning,
        )
        taken_up = AFTER_FAULT if facts.id in self._begun else AFTER_RESTART
        had_link = facts.heard_by in ("", self._leases.owner.id)
        if not had_link and taken_up == AFTER_RESTART:
            taken_up = AFTER_OTHER_SERVER
        return ActiveFlight(
            facts, vehicle, recorder, self._setting, taken_up=taken_up, had_link=had_link, neighbours=self._neighbours
        )

    async def _run_to_end(self, flight: ActiveFlight) -> None:
        """Until its records are in the database; then its drone is free for the next."""
        refreshing = asyncio.create_task(self._keep_refreshing(flight))
        try:
            result = await run_flight(flight)
            if result is not None and flight.state in IN_THE_AIR:
                self._out_of_reach[flight.facts.id] = asyncio.get_running_loop().time() + TRY_AGAIN_S
        except asyncio.CancelledError:
            await flight.recorder.close(wait_s=2.0)
            raise
        finally:
            refreshing.cancel()
            self._flights.pop(flight.facts.id, None)
            await asyncio.to_thread(self._leases.give_back, [link_of(flight.facts.unit.id)])

    async def _keep_refreshing(self, flight: ActiveFlight) -> None:
        """Read again who may do what with it: what another process changed is told by no commit of this one."""
        fails = FailureLog(f"what flight {flight.facts.id} is judged by cannot be read again")
        while True:
            await asyncio.sleep(self._setting.timeouts.refresh_every_s)
            try:
                flight.take_authority(await asyncio.to_thread(self._authority, flight.facts.id))
                fails.worked()
            except Exception as error:
                fails.failed(error)

    def _authority(self, flight_id: str) -> FlightAuthority:
        with self._store.read() as session:
            return read_authority(session, flight_id)

    def _neighbours(self, flight_id: str) -> list[Neighbour]:
        """Where the other own drones in the air are, as they last said."""
        about = self._flights[flight_id].facts
        near = []
        for flight in self._flights.values():
            neighbour = flight.neighbour
            if neighbour is not None and flight.facts.scope == about.scope and neighbour.unit_id != about.unit.id:
                near.append(neighbour)
        return near


async def run_flight(flight: ActiveFlight) -> FlightResult | None:
    """Run a flight and wait until its records are in the database; None after a fault in the program."""
    result = None
    try:
        result = await flight.run()
    except Exception as error:
        log.exception("a fault in the program in flight %s", flight.facts.id)
        flight.reporter.fault(error)
    await flight.recorder.drained()
    await flight.recorder.close()
    return result
