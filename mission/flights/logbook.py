"""The pen of one flight: every change of state, word and position goes to the database and the map through it.

Writes off the event loop, as a commit waits for the disk. Decides nothing: the runner does.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from mission.checks.context import Standards
from mission.flights import gate, orders, repository, service, tracks
from mission.flights.boarding import beside_mission, items_done
from mission.flights.service import SYSTEM
from mission.flights.states import OVER, FlightState
from mission.flights.tables import FlightRow
from mission.flights.warnings import FlightWarning, Watch
from mission.plans.carried import fence_of, rally_of
from mission.plans.service import mission_items
from mission.plans.tables import PlanRow
from telemetry.cities import BOTH, City
from telemetry.clock import Clock
from telemetry.links.watch import LinkState
from telemetry.positions import Position
from telemetry.store import Store, Work
from telemetry.transfer.messages import PlanKind
from telemetry.units import service as units
from telemetry.units.service import UnitReport
from telemetry.units.tables import UnitRow
from telemetry.vehicles import Instruments, MissionItem, VehicleState
from telemetry.vehicles.notices import Notice

LONGEST_KIND = 120
"""Characters of a warning's kind: a vehicle may say more than a reference holds."""


@dataclass(frozen=True)
class FlightEvent:
    """One thing that happened, for whoever follows the flight from outside the database."""

    flight_id: str
    at: datetime
    state: FlightState
    who: str
    why: str


OnEvent = Callable[[FlightEvent], None]


class Logbook:
    """Reads and writes one flight and its drone."""

    def __init__(
        self, store: Store, flight_id: str, clock: Clock, standards: Standards, on_event: OnEvent | None
    ) -> None:
        self._store, self._flight_id, self._clock, self._on_event = store, flight_id, clock, on_event
        self._standards = standards
        self._unit: UnitRow | None = None
        self._watch: Watch | None = None
        self._instruments: Instruments | None = None
        """As last told."""
        self.state = FlightState.SCHEDULED
        """As last read or written."""

    async def read(self) -> FlightRow:
        """The flight as it is now. Raises NotFound."""

        def read() -> FlightRow:
            with self._store.read() as session:
                return repository.get(session, self._flight_id, BOTH)

        flight = await asyncio.to_thread(read)
        self.state = FlightState(flight.state)
        return flight

    def items(self) -> list[MissionItem]:
        """What the flight's plan puts on board."""
        with self._store.read() as session:
            flight = repository.get(session, self._flight_id, BOTH)
            return mission_items(session.get_one(PlanRow, flight.plan_id))

    def beside(self) -> list[tuple[PlanKind, list[MissionItem]]]:
        """The geofence and rally points that the plan came with, to go on board beside it.

        One that the plan does not have is empty when an earlier flight of this drone may have left its own on board:
        it is taken off then. Else it is left out: what was put there by other hands is not the program's to remove.
        """
        with self._store.read() as session:
            flight = repository.get(session, self._flight_id, BOTH)
            plan = session.get_one(PlanRow, flight.plan_id)
            flown = select(PlanRow).join(FlightRow, col(FlightRow.plan_id) == col(PlanRow.id))
            earlier = list(session.exec(flown.where(FlightRow.unit_id == flight.unit_id, FlightRow.id != flight.id)))
            left = {
                PlanKind.FENCE: any(other.fence for other in earlier),
                PlanKind.RALLY: any(other.rally for other in earlier),
            }
            return [
                (kind, items) for kind, items in beside_mission(fence_of(plan), rally_of(plan)) if items or left[kind]
            ]

    async def may_start(self) -> bool:
        """Whether the pilot in control has confirmed the start."""

        def read() -> bool:
            with self._store.read() as session:
                return service.may_start(session, repository.get(session, self._flight_id, BOTH))

        return await asyncio.to_thread(read)

    async def follow_mode(self, mode: str, settle_s: float) -> bool:
        """Bring the state in line with what the vehicle does by itself; False when it is too early to tell."""
        before, told = self.state, False

        def write(work: Work, flight: FlightRow) -> None:
            nonlocal before, told
            before = FlightState(flight.state)
            settle, now = timedelta(seconds=settle_s), self._clock.now()
            told = service.follow_mode(work, flight, mode, settle=settle, at=now)
            if told:
                self._show(work, flight, flight.state)

        await self._write(write)
        if self.state is not before:
            self._tell(SYSTEM, service.SEEN[mode][2])
        return told

    async def take_order(self, order: orders.Order, *, by: str) -> None:
        """Write down that the vehicle does what `by` ordered."""

        def write(work: Work, flight: FlightRow) -> None:
            then = orders.AFTERWARDS.get(order.kind, FlightState(flight.state))
            if then == flight.state or FlightState(flight.state) in OVER:
                service.note(work, flight, who=by, why=order.words, at=self._clock.now())
            else:
                service.move_to(work, flight, then, who=by, why=order.words, at=self._clock.now())
            self._show(work, flight, flight.state)

        await self._write(write)
        self._tell(by, order.words)

    async def look_again(self, why: str) -> bool:
        """Run the flight's checks; whether it may go on."""
        clear = False

        def write(work: Work, flight: FlightRow) -> None:
            nonlocal clear
            clear = service.look_again(work, flight, self._standards, why=why, now=self._clock.now())

        await self._write(write)
        return clear

    async def in_the_way(self) -> str:
        """What stood in the flight's way when its checks were last run, as a sentence; empty for nothing."""

        def read() -> str:
            with self._store.read() as session:
                found = gate.summary(session, self._flight_id)
                return "" if found is None else "; ".join(found["reasons"])

        return await asyncio.to_thread(read)

    async def move(self, state: FlightState, *, why: str, who: str = SYSTEM, unit_status: str | None = None) -> None:
        """Change the flight's state; its drone then shows `unit_status`, or the state itself."""

        def write(work: Work, flight: FlightRow) -> None:
            service.move_to(work, flight, state, who=who, why=why, at=self._clock.now())
            self._show(work, flight, unit_status or state.value)

        await self._write(write)
        self._tell(who, why)

    async def land(self, stands: Position) -> None:
        """Landed: it stands there with its motors off, and the last of its track is recorded."""
        items, why = self.items(), ""

        def write(work: Work, flight: FlightRow) -> None:
            nonlocal why
            homes = tracks.took_off_at(work.session, flight.id)
            done = items_done(items, flight.progress_current, stands=stands, homes=homes)
            flight.progress_current, total = done, flight.progress_total
            why = f"landed after all {total} items" if done >= total else f"landed after {done} of {total} items"
            service.move_to(work, flight, FlightState.LANDED, who=SYSTEM, why=why, at=self._clock.now())
            self._show(work, flight, "idle")

        await self._write(write)
        self._tell(SYSTEM, why)

    async def say(self, why: str, *, who: str = SYSTEM, unit_status: str | None = None) -> None:
        """Add a word to the flight, its state as it is."""

        def write(work: Work, flight: FlightRow) -> None:
            service.note(work, flight, who=who, why=why, at=self._clock.now())
            if unit_status is not None:
                self._show(work, flight, unit_status)

        await self._write(write)
        self._tell(who, why)

    async def abort(self, why: str, *, unit_status: str) -> None:
        """Aborted, unless it is over already."""
        if FlightState((await self.read()).state) not in OVER:
            await self.move(FlightState.ABORTED, why=why, unit_status=unit_status)

    async def record(self, said: VehicleState) -> None:
        """Store a point of the track and the drone's report."""

        def write(work: Work, flight: FlightRow) -> None:
            self.state = FlightState(flight.state)  # an order may have changed it since
            tracks.record(work, flight, said)
            self._unit = work.session.get_one(UnitRow, flight.unit_id)
            units.report(work, self._unit, self._report(said))

        await self._write(write)

    async def stand_by(self, said: VehicleState) -> None:
        """Keep the drone's report before its start: nothing is flown yet, so there is no track."""

        def write(work: Work, flight: FlightRow) -> None:
            self._unit = work.session.get_one(UnitRow, flight.unit_id)
            units.report(work, self._unit, self._report(said))

        await self._write(write)

    async def warn(self, said: VehicleState) -> list[FlightWarning]:
        """Write down what is new to be warned of, and give it."""

        def look() -> list[FlightWarning]:
            with self._store.read() as session:
                flight = repository.get(session, self._flight_id, BOTH)
                if self._watch is None:
                    route = session.get_one(PlanRow, flight.plan_id).route["geometry"]
                    self._watch = Watch(route, self._standards.policy(City(flight.city)))
                found = self._watch.look(said, self.state, service.neighbours(session, flight))
                about = (flight.id, flight.unit_id, flight.city)
                return [FlightWarning(*about, kind, said.at, said.position, w, flight.simulated) for kind, w in found]

        new = await asyncio.to_thread(look)
        for warning in new:
            await self.say(f"warning: {warning.words}")
        return new

    async def hear(self, notice: Notice, said: VehicleState | None) -> FlightWarning | None:
        """Write down what the vehicle warns of; a warning to pass on when it is grave and the vehicle is in the air."""
        await self.say(f"the vehicle says: {notice.text}")
        if said is None or not said.in_air or not notice.grave:
            return None
        flight = await self.read()
        about = (flight.id, flight.unit_id, flight.city, f"vehicle {notice.text}"[:LONGEST_KIND])
        return FlightWarning(*about, said.at, said.position, f"it says: {notice.text}", flight.simulated)

    def announce(self, said: VehicleState) -> None:
        """Between two records the map hears of the position without the database."""
        if self._unit is not None:
            units.apply(self._unit, self._report(said))
            self._store.announce(units.change(self._unit))

    def announce_link(self, state: LinkState) -> None:
        """The map hears at once that the link is lost or back, before any of it is written down."""
        if self._unit is not None and self._instruments is not None:
            self._instruments = self._instruments.on_link(state)
            self._unit.instruments = self._instruments.as_json()
            self._store.announce(units.change(self._unit))

    def _report(self, said: VehicleState) -> UnitReport:
        self._instruments = Instruments.read(said)
        return UnitReport(
            at=said.at,
            position=said.position,
            heading_deg=said.heading_deg,
            battery=said.battery,
            status=self.state.value,
            height_m=said.relative_alt_m,
            instruments=self._instruments,
        )

    def _show(self, work: Work, flight: FlightRow, status: str) -> None:
        unit = work.session.get_one(UnitRow, flight.unit_id)
        now = self._clock.now()
        at = max(now, unit.updated_at or now)
        units.report(work, unit, UnitReport(at, status=status, instruments=self._instruments))

    async def _write(self, what: Callable[[Work, FlightRow], None]) -> None:
        def write() -> None:
            with self._store.write() as work:
                flight = repository.get(work.session, self._flight_id, BOTH)
                what(work, flight)
                self.state = FlightState(flight.state)

        await asyncio.to_thread(write)

    def _tell(self, who: str, why: str) -> None:
        if self._on_event is not None:
            self._on_event(FlightEvent(self._flight_id, self._clock.now(), self.state, who, why))
