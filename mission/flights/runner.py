"""One flight from upload to landing: a story of several steps, each written down with who and why.

Ends in a state, never in an exception. Flies nothing itself: the vehicle carries the plan on board, and goes on with it
when this program stops; the next start of the program picks the flight up where it is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from mission.checks.context import Standards
from mission.flights.calling_back import call_back
from mission.flights.logbook import Logbook, OnEvent
from mission.flights.service import LATEST_START, SYSTEM
from mission.flights.states import IN_THE_AIR, OVER, FlightState
from mission.flights.tables import FlightRow
from mission.flights.warnings import OnWarning
from mission.flights.watch import FlightWatch
from telemetry.clock import Clock, iso
from telemetry.errors import Conflict, NotFound, VanagasError, VehicleSilent
from telemetry.links.watch import LinkState
from telemetry.positions import Position
from telemetry.store import Store
from telemetry.transfer.exchange import OnBoard, Outcome
from telemetry.transfer.messages import PlanKind
from telemetry.vehicles import Vehicle, VehicleState

log = logging.getLogger(__name__)

LATE_LOOK_S = 0.05
"""Between two looks while the vehicle is late: that its link is lost is to be seen at once."""


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds."""

    connect_s: float = 20.0
    """For the first word of the vehicle."""
    ready_s: float = 60.0
    """For it to know where it is, and to arm, as one cannot that was just switched on."""
    ask_again_s: float = 2.0
    """Between two tries to start it."""
    give_up_s: float = 180.0
    """Without a word in the air, after which the flight is given up."""
    take_off_s: float = 60.0
    record_every_s: float = 1.0
    """Between two stored points of the track."""
    look_every_s: float = 0.25
    """Between two looks at the clock, the confirmation and the link."""
    check_every_s: float = 5.0
    """Between two runs of the checks while they stand in the way."""
    settle_s: float = 3.0
    """After an order, until what the vehicle says of its mode is newer than the order."""


async def fly(
    vehicle: Vehicle,
    flight_id: str,
    store: Store,
    clock: Clock,
    *,
    standards: Standards,
    on_event: OnEvent | None = None,
    on_warning: OnWarning | None = None,
    limits: Limits | None = None,
) -> FlightState:
    """Fly a scheduled flight, or follow one that is in the air already; gives the state it ended in.

    It goes on board, and is armed, only while no check by `standards` stands in its way; until then it waits, as long
    as it would for its pilot. Every failure ends in `aborted` with why. When cancelled it lets go of the vehicle and
    leaves the flight as it is.
    """
    book = Logbook(store, flight_id, clock, standards, on_event)
    run = _Run(vehicle, book, clock, limits or Limits(), on_warning)
    try:
        await run.all_steps()
    except VanagasError as error:
        await run.give_up(error.message)
    except Exception as error:
        log.exception("flight %s failed", flight_id)
        await run.give_up(f"a fault in the program: {type(error).__name__}: {error}")
    finally:
        await run.let_go()
    return run.book.state


class _Run:
    def __init__(
        self, vehicle: Vehicle, book: Logbook, clock: Clock, limits: Limits, on_warning: OnWarning | None
    ) -> None:
        self.vehicle, self.book, self.clock, self.limits = vehicle, book, clock, limits
        self._watch = FlightWatch(vehicle, book, settle_s=limits.settle_s, on_warning=on_warning)
        self._states: asyncio.Queue[VehicleState] = asyncio.Queue(maxsize=1)
        self._pump: asyncio.Task[None] | None = None

    async def all_steps(self) -> None:
        flight = await self.book.read()
        if self.book.state in OVER:
            return
        if self.book.state not in IN_THE_AIR:
            await self._require_in_time(flight)
        await self.vehicle.connect(self.limits.connect_s)
        self._pump = asyncio.create_task(self._take_states())
        first = await self._next_state(self.limits.ready_s)
        if first is None:
            raise VehicleSilent(f"the vehicle is connected but did not tell where it is in {self.limits.ready_s:g} s")
        in_air = first.armed or first.in_air
        if in_air:
            await self._pick_up(flight)
        elif self.book.state in IN_THE_AIR:
            raise Conflict("it was in the air when the program stopped, and is found on the ground: check it there")
        else:
            if not await self._wait_until_clear("before it goes on board"):
                return
            if not await self._upload() or not await self._wait_for_start():
                return
            await self._start()
        if self.book.state not in OVER:
            await self._follow(in_air=in_air)

    async def give_up(self, why: str) -> None:
        with contextlib.suppress(NotFound):
            await self.book.abort(why, unit_status="lost" if self.book.state in IN_THE_AIR else "idle")

    async def let_go(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
        await self.vehicle.close()

    async def _upload(self) -> bool:
        """Put the plan and what belongs to it on board. False when the flight was aborted meanwhile."""
        if self.book.state is not FlightState.UPLOADING:
            await self.book.move(FlightState.UPLOADING, why="the plan goes on board")
        items = self.book.items()
        outcome = await self._put_on_board(lambda: self.vehicle.upload(items), "the plan is")
        if outcome is None:
            return False
        for kind, beside in self.book.beside():
            what = "the plan's geofence is" if kind is PlanKind.FENCE else "the plan's rally points are"
            if await self._put_on_board(partial(self.vehicle.upload_other, kind, beside), what) is None:
                return False
        await self.book.move(FlightState.READY, why=outcome.why)
        return True

    async def _put_on_board(self, put: Callable[[], Awaitable[Outcome]], what: str) -> Outcome | None:
        """Again and again while the vehicle is silent and there is time. None when the flight was aborted meanwhile."""
        while (outcome := await put()).on_board is not OnBoard.NEW:
            failed = f"{what} not on board, but the {outcome.on_board}: {outcome.why}"
            if outcome.found is not None:
                raise Conflict(failed)
            await self.book.say(f"trying again: {failed}")
            await asyncio.sleep(self.limits.ask_again_s)
            await self._require_in_time(await self.book.read())
            if self.book.state in OVER:
                return None
        return outcome

    async def _wait_until_clear(self, why: str) -> bool:
        """Whether its checks let it go on; waits while they do not. False when it was aborted meanwhile."""
        while not await self.book.look_again(why):
            await self._require_in_time(await self.book.read())
            await asyncio.sleep(self.limits.check_every_s)
            if FlightState((await self.book.read()).state) in OVER:
                return False
        return self.book.state not in OVER

    async def _wait_for_start(self) -> bool:
        """Whether it may start: its time has come, the pilot in control has confirmed, and its checks are clear then.

        False when it was aborted meanwhile.
        """
        while True:
            flight = await self.book.read()
            if self.book.state is not FlightState.READY:
                return False
            if self.clock.now() >= flight.scheduled_at and await self.book.may_start():
                return await self._wait_until_clear("before arming")
            await self._require_in_time(flight)
            await self._stand_by()

    async def _stand_by(self) -> None:
        """Show what the vehicle says before its start, and how its link is."""
        said = await self._next_state(self.limits.record_every_s)
        await self._watch.mind_the_link()
        if said is not None:
            await self.book.stand_by(said)
            await asyncio.sleep(self.limits.look_every_s)

    async def _require_in_time(self, flight: FlightRow) -> None:
        if self.clock.now() > flight.scheduled_at + LATEST_START:
            minutes = LATEST_START.seconds // 60
            standing = await self.book.in_the_way()
            raise Conflict(
                f"it was due at {iso(flight.scheduled_at)} and not started within {minutes} minutes of that"
                + (f"; in its way: {standing}" if standing else "")
            )

    async def _start(self) -> None:
        # Somebody else may have changed it since it was read back.
        difference = await self.vehicle.difference(self.book.items())
        if difference is not None:
            raise Conflict(f"the plan on board is not the plan on the screen: {difference}")
        flight = await self.book.read()
        if self.book.state in OVER:  # called off while the plan was read back
            return
        why = "started"
        try:
            if not await self._start_once_ready():
                return
        except VehicleSilent as silent:  # the order may have come through, and only its answer been lost
            why = f"{silent.message}; it may have taken off all the same"
        try:
            await self.book.move(FlightState.FLYING, who=flight.confirmed_by or SYSTEM, why=why)
        except Conflict:
            await self.book.read()
            if self.book.state not in OVER:
                raise
            await self._call_back()

    async def _call_back(self) -> None:
        """It was called off while it was starting, and is followed until it stands with its motors off."""
        limits = self.limits
        if await call_back(self.vehicle, self.book, give_up_s=limits.give_up_s, ask_again_s=limits.ask_again_s):
            await asyncio.sleep(limits.settle_s)
            if self._states.full():  # said before the order
                self._states.get_nowait()
            await self._follow(in_air=True)

    async def _start_once_ready(self) -> bool:
        """A vehicle that was just switched on does not arm before it knows its place: it is asked again for a while.

        False when the flight was aborted meanwhile.
        """
        loop, said = asyncio.get_running_loop(), ""
        end = loop.time() + self.limits.ready_s
        while True:
            try:
                await self.vehicle.start_mission()
                return True
            except Conflict as error:
                if loop.time() >= end:
                    raise
                if error.message != said:
                    said = error.message
                    await self.book.say(f"not started yet: {said}")
            await asyncio.sleep(self.limits.ask_again_s)
            if not await self._wait_for_start():
                return False

    async def _pick_up(self, flight: FlightRow) -> None:
        """Follow a flight found in the air; one that was never to start is somebody else's."""
        why = "picked up in the air after a restart of the program"
        if self.book.state in IN_THE_AIR:
            await self.book.say(why)
        elif self.book.state is FlightState.READY and flight.confirmed_by is not None:
            await self.book.move(FlightState.FLYING, why=why)
        else:
            raise Conflict("the vehicle is in the air or armed already; land and disarm it before the next flight")

    async def _follow(self, *, in_air: bool) -> None:
        """Record what the vehicle says until it stands on the ground with its motors off."""
        loop = asyncio.get_running_loop()
        started = heard = loop.time()
        recorded = -self.limits.record_every_s
        while True:
            late = self.vehicle.link_status().state is LinkState.LATE
            said = await self._next_state(LATE_LOOK_S if late else self.limits.look_every_s)
            now = loop.time()
            await self._watch.mind_the_link()
            await self._watch.pass_on_notices(said)
            if said is None:
                if now - heard >= self.limits.give_up_s:
                    where = "look for it near its last position"
                    raise VehicleSilent(f"no word from the vehicle for {now - heard:.0f} s; {where}")
                continue
            heard = now
            in_air = in_air or said.in_air
            landed = in_air and not said.in_air and not said.armed
            if not landed:
                await self._watch.follow_mode(said)
            if landed or now - recorded >= self.limits.record_every_s:
                await self.book.record(said)
                recorded = now
                if said.in_air:
                    await self._watch.warn(said)
            else:
                self.book.announce(said)
            if landed:
                await self._land(said.position)
                return
            if not in_air and now - started > self.limits.take_off_s:
                raise Conflict(f"the vehicle did not take off within {self.limits.take_off_s:g} s of the start")

    async def _land(self, where: Position) -> None:
        await self.book.read()
        if self.book.state in OVER:  # its motors were stopped in the air
            await self.book.say("on the ground", unit_status="idle")
            return
        await self.book.land(where)

    async def _take_states(self) -> None:
        """Keep only the newest state: a slow database must not make the picture old."""
        async for state in self.vehicle.states():
            if self._states.full():
                self._states.get_nowait()
            self._states.put_nowait(state)

    async def _next_state(self, longest_s: float) -> VehicleState | None:
        try:
            return await asyncio.wait_for(self._states.get(), longest_s)
        except TimeoutError:
            return None
