"""Runs a flight procedure on a vehicle: feeds it what the vehicle says, sends what it asks for. Decides nothing.

The same for the server and the terminal; what differs between them is behind `FlightGround` and
`FlightObserver`.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Protocol

from mission.flights.procedure import (
    BoardPlan,
    FlightInput,
    FlightProcedure,
    FlightResult,
    FlightTimeouts,
    ProcedureOutput,
)
from mission.flights.procedure.events import (
    BoardCompared,
    ChecksRun,
    LinkHeard,
    NoticeHeard,
    OrderAnswer,
    OrderAnswered,
    PlanPrepared,
    StateHeard,
    StepFailed,
    Ticked,
    UploadDone,
    VehicleConnected,
)
from mission.flights.procedure.outputs import (
    ConfirmationWanted,
    FlightEnded,
    GraveNotice,
    GroundStep,
    OrderWanted,
    PointWanted,
    RecordWanted,
    StepWanted,
    VehicleOrder,
)
from telemetry.errors import VanagasError, VehicleSilent
from telemetry.finishing import finish
from telemetry.links.watch import LinkState
from telemetry.messages import Message
from telemetry.transfer.onboard_plan import UploadBrokenOff
from telemetry.vehicles import Vehicle, VehicleState

log = logging.getLogger(__name__)


class FlightGround(Protocol):
    """What a flight has on the ground. Nothing but `prepare` and `check` may wait for anything."""

    async def prepare(self, said: VehicleState) -> BoardPlan:
        """The plan for a vehicle that stands where it says. Raises VanagasError."""

    async def check(self, plan: BoardPlan, said: VehicleState, why: Message) -> ChecksRun:
        """Run the checks of the flight."""

    def ask_confirmation(self, plan: BoardPlan) -> None:
        """The plan is on board: have it confirmed, which is told by `FlightEngine.feed`."""

    def look(self) -> list[FlightInput]:
        """What is new on the ground; asked again and again."""


class FlightObserver(Protocol):
    """Whom a flight tells what happens. Waits for nothing."""

    def record(self, record: RecordWanted) -> None:
        """Something happened."""

    def point(self, point: PointWanted) -> None:
        """Keep what the vehicle says of itself."""

    def show(self, said: VehicleState) -> None:
        """Show what the vehicle says, between two points that are kept."""

    def show_link(self, state: LinkState) -> None:
        """Show that the link is lost or back."""

    def grave(self, notice: GraveNotice) -> None:
        """Pass on something grave that the vehicle said."""


class FlightEngine:
    """One flight on one vehicle. Run once."""

    def __init__(
        self,
        vehicle: Vehicle,
        procedure: FlightProcedure,
        ground: FlightGround,
        observer: FlightObserver,
        timeouts: FlightTimeouts,
    ) -> None:
        self._vehicle = vehicle
        self._procedure = procedure
        self._ground = ground
        self._observer = observer
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        self._result: asyncio.Future[FlightResult] = self._loop.create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self._link = LinkState.WAITING

    async def run(self) -> FlightResult:
        """All of it. When cancelled it lets go of the vehicle, which goes on by itself.

        An upload that is under way when it ends is undone first, which can take a minute; cancelled again meanwhile,
        it goes on with that.
        """
        try:
            self._do(self._procedure.begin(self._loop.time()))
            self._begin(self._tick())
            return await self._result
        finally:
            await finish(self._let_go())

    async def _let_go(self) -> None:
        for task in self._tasks:
            task.cancel()
        try:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            await self._vehicle.close()

    def feed(self, event: FlightInput) -> None:
        """Tell the procedure what has happened, and do what it asks for."""
        self._do(self._procedure.take(event, self._loop.time()))

    def _do(self, outputs: list[ProcedureOutput]) -> None:
        for output in outputs:
            match output:
                case StepWanted():
                    self._begin(self._step(output))
                case OrderWanted(order):
                    self._begin(self._order(order))
                case ConfirmationWanted(plan):
                    self._ground.ask_confirmation(plan)
                case RecordWanted():
                    self._observer.record(output)
                case PointWanted():
                    self._observer.point(output)
                case GraveNotice():
                    self._observer.grave(output)
                case FlightEnded(result):
                    if not self._result.done():
                        self._result.set_result(result)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A fault of the program in one task ends the flight's run, so that it is taken up anew; never silently."""
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is None or self._result.done():
            return
        error = task.exception()
        assert error is not None  # noqa: S101 - asked above
        self._result.set_exception(error)

    async def _step(self, wanted: StepWanted) -> None:
        try:
            event = await self._do_step(wanted)
        except UploadBrokenOff as broken_off:
            why = broken_off.outcome.why
            self._observer.record(RecordWanted("upload undone", why, {"why": why}))
            raise
        except VanagasError as error:
            event = StepFailed(error.told, silent=isinstance(error, VehicleSilent))
        self.feed(event)
        if isinstance(event, VehicleConnected):
            self._begin(self._listen())

    async def _do_step(self, wanted: StepWanted) -> FlightInput:
        plan = wanted.plan
        where = wanted.where
        if wanted.step is GroundStep.CONNECT:
            await self._vehicle.connect(wanted.timeout_s)
            return VehicleConnected()
        if wanted.step is GroundStep.PREPARE and where is not None:
            return PlanPrepared(await self._ground.prepare(where))
        if plan is None or where is None:
            return StepFailed(Message("flights.program_fault", kind=wanted.step.value, reason="–"))
        if wanted.step is GroundStep.CHECK and wanted.why is not None:
            return await self._ground.check(plan, where, wanted.why)
        if wanted.step is GroundStep.UPLOAD:
            return UploadDone(await self._vehicle.upload_plan(plan.lists))
        return BoardCompared(await self._difference(wanted.step, plan))

    async def _difference(self, step: GroundStep, plan: BoardPlan) -> Message | None:
        if step is GroundStep.COMPARE_MISSION:
            return await self._vehicle.difference(plan.mission)
        return await self._vehicle.plan_difference(plan.lists)

    async def _order(self, order: VehicleOrder) -> None:
        try:
            match order:
                case VehicleOrder.START:
                    await self._vehicle.start_mission()
                case VehicleOrder.RETURN:
                    await self._vehicle.return_home()
                case VehicleOrder.DISARM:
                    await self._vehicle.disarm()
        except VehicleSilent as error:
            self.feed(OrderAnswered(order, OrderAnswer.SILENT, error.told))
        except VanagasError as error:
            self.feed(OrderAnswered(order, OrderAnswer.REFUSED, error.told))
        except Exception as error:
            log.exception("the order to %s failed", order)
            why = Message("flights.program_fault", kind=type(error).__name__, reason=str(error))
            self.feed(OrderAnswered(order, OrderAnswer.SILENT, why))
        else:
            self.feed(OrderAnswered(order, OrderAnswer.TAKEN))

    async def _listen(self) -> None:
        async for said in self._vehicle.states():
            self._pass_on_notices()
            self.feed(StateHeard(said))
            self._observer.show(said)

    async def _tick(self) -> None:
        while True:
            status = self._vehicle.link_status()
            if (status.state is LinkState.LOST) != (self._link is LinkState.LOST):
                self._observer.show_link(status.state)
            self._link = status.state
            self.feed(LinkHeard(status))
            self._pass_on_notices()
            for event in self._ground.look():
                self.feed(event)
            self.feed(Ticked())
            pause_s = self._timeouts.look_every_s
            if status.state is LinkState.LATE:
                pause_s = self._timeouts.late_look_s
            await asyncio.sleep(pause_s)

    def _pass_on_notices(self) -> None:
        for notice in self._vehicle.notices():
            self.feed(NoticeHeard(notice))
