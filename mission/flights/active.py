"""A flight that the server runs: its vehicle, its task, and what orders to it are judged by, in memory.

One record a flight. Nothing here waits for the database but the checks before the start.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mission.flights import gate, repository, service
from mission.flights.check_inputs import Standards
from mission.flights.engine import FlightEngine
from mission.flights.facts import FlightAuthority, FlightFacts, standing_of
from mission.flights.orders import Situation
from mission.flights.procedure import (
    BoardPlan,
    FlightInput,
    FlightProcedure,
    FlightResult,
    FlightTimeouts,
    ProcedureStart,
)
from mission.flights.procedure.events import CalledOff, ChecksRun, StartAllowed, StartOverdue, StartWithheld
from mission.flights.procedure.outputs import RecordWanted
from mission.flights.recorder import FlightRecorder
from mission.flights.reporter import FlightReporter
from mission.flights.service import LATEST_START
from mission.flights.states import IN_THE_AIR, OVER, FlightState
from mission.flights.vehicle_checks import VehicleChecks
from mission.flights.warnings import Neighbour
from telemetry.clock import Clock, town_time
from telemetry.errors import Conflict, VanagasError
from telemetry.messages import Message, as_message
from telemetry.positions import Position
from telemetry.sentences import sentences
from telemetry.store import STORE_ERRORS, Store
from telemetry.units import service as units
from telemetry.vehicles import Vehicle, VehicleState
from telemetry.visibility import EVERYTHING

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FlightSetting:
    """What all flights of one supervisor share."""

    store: Store
    clock: Clock
    standards: Standards
    timeouts: FlightTimeouts


class ActiveFlight:
    """From the moment at which the server takes it up until its records are in the database."""

    def __init__(
        self,
        facts: FlightFacts,
        vehicle: Vehicle,
        recorder: FlightRecorder,
        setting: FlightSetting,
        *,
        taken_up: Message | None,
        had_link: bool = True,
        neighbours: Callable[[str], Sequence[Neighbour]] = lambda _: (),
    ) -> None:
        """`taken_up` are the words for a flight found in the air; `had_link` is whether this server heard its vehicle
        before, or nobody did; `neighbours` are the other drones in the air, asked for by the flight's id."""
        self.facts = facts
        self.vehicle = vehicle
        self.recorder = recorder
        self.authority = facts.authority
        self.had_link = had_link
        self.task: asyncio.Task[FlightResult] | None = None
        self._setting = setting
        self._procedure = FlightProcedure(
            ProcedureStart(
                state=facts.authority.state,
                plan=facts.plan,
                confirmed=facts.confirmed,
                homes=facts.homes,
                reached=facts.items_reached,
                had_link=had_link,
                taken_up=taken_up,
                timeouts=setting.timeouts,
            )
        )
        self.reporter = FlightReporter(
            facts,
            recorder,
            self._procedure,
            store=setting.store,
            clock=setting.clock,
            policy=setting.standards.policy(facts.city),
            neighbours=neighbours,
        )
        self._engine = FlightEngine(vehicle, self._procedure, self, self.reporter, setting.timeouts)
        self._standing: Message | None = None
        self.vehicle_checks = VehicleChecks()
        self._allowed_by: str | None = None

    @property
    def state(self) -> FlightState:
        """As the procedure knows it: ahead of the database."""
        return self._procedure.state

    @property
    def last_said(self) -> VehicleState | None:
        """What the vehicle said last."""
        return self._procedure.last_said

    @property
    def neighbour(self) -> Neighbour | None:
        """Where its drone is, for the others in the air; None while it is not there."""
        said = self.last_said
        if said is None or self.state not in IN_THE_AIR:
            return None
        return Neighbour(self.facts.unit.id, self.facts.unit.name, said.position)

    async def run(self) -> FlightResult:
        """All of it. When cancelled it lets go of the vehicle and leaves the flight as it is."""
        self.recorder.start()
        return await self._engine.run()

    def feed(self, event: FlightInput) -> None:
        """Tell the flight what has happened."""
        self._engine.feed(event)

    def situation(self) -> Situation:
        """What an order is judged by."""
        said = self._procedure.last_said
        town = self.facts.city.facts
        unit = self.facts.unit
        place = units.position_of(unit) or Position(lat=town.lat, lon=town.lon)
        height_m = unit.height_m or 0.0
        if said is not None:
            place = said.position
            height_m = said.relative_alt_m
        return Situation(
            name=self.facts.name,
            vehicle_name=self.facts.unit.name,
            state=self.state,
            city=self.facts.city,
            place=place,
            height_m=height_m,
            airspace=self.authority.airspace,
            policy=self._setting.standards.policy(self.facts.city),
            terrain=self._setting.standards.terrains.get(self.facts.city),
            now=self._setting.clock.now(),
            armed=said is None or said.armed,
            meant=self.facts.meant,
        )

    def take_change(self, data: Mapping[str, Any]) -> None:
        """The flight's news as it was committed: who confirmed it, who has the control, whether it was given up."""
        outcome = None
        if data["outcome"]:
            outcome = as_message(data["outcome"])
        self.take_authority(
            replace(
                self.authority,
                state=FlightState(data["state"]),
                outcome=outcome,
                confirmed_by=data["confirmed_by"],
                holder=data["control"]["holder"],
                standing=standing_of(data["verdicts"]),
            )
        )
        for event in self.look():
            self.feed(event)

    def take_authority(self, authority: FlightAuthority) -> None:
        """The same as it was read again. Whoever takes the control over is asked about the failsafes anew."""
        if authority.holder != self.authority.holder:
            self.vehicle_checks.accepted = frozenset()
        self.authority = authority

    async def prepare(self, said: VehicleState) -> BoardPlan:
        return self.facts.plan

    async def check(self, plan: BoardPlan, said: VehicleState, why: Message) -> ChecksRun:
        try:
            self._standing = await asyncio.to_thread(self._look_again, why)
        except (*STORE_ERRORS, OSError) as error:
            self._standing = Message("flights.checks_not_run", error=type(error).__name__)
        await self._read_failsafes()
        own = self.vehicle_checks.standing(plan)
        reasons = [reason for reason in (self._standing, own) if reason is not None]
        self._standing = None
        if reasons:
            self._standing = sentences(reasons)
        return ChecksRun(self._standing)

    def aboard(self) -> dict[str, Any]:
        """What is on board, what the vehicle does by itself and what keeps it from arming, for the page."""
        said = self.last_said
        before_start = self.state not in IN_THE_AIR | OVER
        arming = None
        if said is not None and before_start:
            arming = self.vehicle.arming_blocks()
        view = self.vehicle_checks.as_json(
            self.facts.plan, is_on_board=self.state is FlightState.READY or self.state in IN_THE_AIR, arming=arming
        )
        return {**view, "link": self.facts.link, "driver": self.facts.driver.value, "is_connected": said is not None}

    def accept_failsafes(self, subjects: frozenset[str], by: str) -> None:
        """The yes of the pilot in control to what the vehicle does not do by itself. Raises Conflict after the start,
        and for what is not asked."""
        if self.state in IN_THE_AIR | OVER:
            raise Conflict(Message("flights.nothing_to_accept", flight=self.facts.name, state=self.state))
        self.vehicle_checks.accept(subjects, self.facts.plan)
        words = Message("flights.accepted_failsafes", subjects=sorted(subjects))
        self.reporter.record(RecordWanted("", words, who=by))

    async def _read_failsafes(self) -> None:
        """Read them where they are not all known yet; a vehicle that does not give them is no fault of the flight."""
        if self.vehicle_checks.is_whole:
            return
        try:
            self.vehicle_checks.take(await self.vehicle.read_failsafes())
        except VanagasError as error:
            log.warning("%s: its failsafes cannot be read: %s", self.facts.unit.id, error.message)

    def ask_confirmation(self, plan: BoardPlan) -> None:
        """The page shows it."""

    def look(self) -> list[FlightInput]:
        if self.authority.state is FlightState.ABORTED and self.state not in OVER:
            return [CalledOff(self.authority.outcome)]
        if self._procedure.started:
            return []
        now = self._setting.clock.now()
        if now > self.facts.scheduled_at + LATEST_START:
            return [StartOverdue(self._overdue())]
        pilot = self.authority.confirmed_by
        if pilot != self.authority.holder or now < self.facts.scheduled_at:
            pilot = None
        if pilot == self._allowed_by:
            return []
        self._allowed_by = pilot
        if pilot is None:
            return [StartWithheld()]
        return [StartAllowed(pilot)]

    def _look_again(self, why: Message) -> Message | None:
        """Run the flight's checks and keep them; what stands in the way, None for nothing. Raises STORE_ERRORS."""
        with self._setting.store.write() as work:
            flight = repository.get(work.session, self.facts.id, EVERYTHING)
            service.require_fence(flight, self.facts.fence)
            now = self._setting.clock.now()
            if service.look_again(work, flight, self._setting.standards, why=why, now=now):
                return None
            summary = gate.summary(work.session, self.facts.id)
            if summary is None:
                return Message("flights.checks_stand")
            return standing_of(summary)

    def _overdue(self) -> Message:
        minutes = LATEST_START.seconds // 60
        due = town_time(self.facts.scheduled_at, self.facts.city.facts.zone)
        why = Message("flights.overdue", due=due, minutes=minutes)
        standing = self.authority.standing or self._standing
        if not standing:
            return why
        return Message("flights.overdue_because", why=why, standing=standing)
