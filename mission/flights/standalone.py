"""One plan flown from the terminal, with neither page nor database: the ground side of a flight by callbacks.

Every step is told as an event; what happens next is the procedure's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from mission.flights.board_plans import board_plan_of_file
from mission.flights.clearance import Clearance, ConnectedVehicle
from mission.flights.engine import FlightEngine
from mission.flights.procedure import (
    BoardPlan,
    FlightInput,
    FlightProcedure,
    FlightResult,
    FlightTimeouts,
    ProcedureStart,
)
from mission.flights.procedure.events import ChecksRun, PilotStopped, StartAllowed, StartWithheld
from mission.flights.procedure.outputs import GraveNotice, PointWanted, RecordWanted
from mission.formats.document import PlanFile
from telemetry.errors import FlightBlocked
from telemetry.links.watch import LinkState
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.vehicles import Vehicle, VehicleState

TellEvent = Callable[[str, dict[str, Any]], None]
"""Given what happened, and its particulars (JSON-ready)."""
STATE_EVERY_S = 5.0
"""Between two events that only say where it is."""
PILOT = "pilot"


class StandaloneFlight:
    """Run once."""

    def __init__(
        self,
        vehicle: Vehicle,
        plan: PlanFile,
        tell: TellEvent,
        clear: Callable[[Sequence[MissionItem], Position, ConnectedVehicle], Clearance],
        confirm: Callable[[Sequence[MissionItem]], Awaitable[bool]],
        on_state: Callable[[VehicleState], None],
        timeouts: FlightTimeouts,
    ) -> None:
        """`clear` judges what is to go on board from where the vehicle stands; nothing goes there that it refuses.

        `confirm` is asked once the plan is on board and verified; nothing is armed without its yes.
        """
        self._vehicle = vehicle
        self._plan = plan
        self._tell = tell
        self._clear = clear
        self._confirm = confirm
        self._on_state = on_state
        self._timeouts = timeouts
        self._engine: FlightEngine | None = None
        self._confirming: asyncio.Task[None] | None = None
        self._told_at = float("-inf")
        self._known: ConnectedVehicle | None = None

    async def run(self) -> FlightResult:
        """All of it; the vehicle is let go of at the end."""
        procedure = FlightProcedure(ProcedureStart(timeouts=self._timeouts))
        self._engine = FlightEngine(self._vehicle, procedure, self, self, self._timeouts)
        try:
            return await self._engine.run()
        finally:
            if self._confirming is not None:
                self._confirming.cancel()

    def stop(self) -> None:
        """The pilot's word to stop: brings it home once it has started; said again, lets go of it where it is."""
        if self._engine is not None:
            self._engine.feed(PilotStopped())

    async def prepare(self, said: VehicleState) -> BoardPlan:
        return board_plan_of_file(self._plan, said.position)

    async def check(self, plan: BoardPlan, said: VehicleState, why: Message) -> ChecksRun:
        clearance = self._clear(plan.mission, said.position, await self._connected_vehicle())
        try:
            clearance.require()
        except FlightBlocked as blocked:
            return ChecksRun(blocked.told, may_clear=False, particulars=clearance.as_json())
        return ChecksRun(particulars=clearance.as_json())

    async def _connected_vehicle(self) -> ConnectedVehicle:
        """What the vehicle refuses, and does by itself; read once, and told."""
        if self._known is None:
            failsafes = await self._vehicle.read_failsafes()
            self._tell("failsafes", {"words": [one.text() for one in failsafes.words], **failsafes.as_json()})
            self._known = ConnectedVehicle(self._vehicle.autopilot, failsafes)
        return self._known

    def ask_confirmation(self, plan: BoardPlan) -> None:
        self._confirming = asyncio.create_task(self._ask(plan))

    async def _ask(self, plan: BoardPlan) -> None:
        yes = await self._confirm(plan.mission)
        if self._engine is None:
            return
        if yes:
            self._engine.feed(StartAllowed(PILOT))
        else:
            self._engine.feed(StartWithheld(Message("flights.not_confirmed")))

    def look(self) -> list[FlightInput]:
        return []

    def record(self, record: RecordWanted) -> None:
        if record.event:
            self._tell(record.event, {name: _shown(value) for name, value in record.particulars.items()})

    def point(self, point: PointWanted) -> None:
        now = asyncio.get_running_loop().time()
        if not point.on_track or now - self._told_at < STATE_EVERY_S:
            return
        self._told_at = now
        said = point.said
        self._tell(
            "state",
            {
                "lat": round(said.position.lat, 7),
                "lon": round(said.position.lon, 7),
                "height_m": round(said.relative_alt_m, 1),
                "battery": None if said.battery is None else round(said.battery, 3),
                "mode": said.mode,
                "items_reached": point.items_reached,
                "link": self._vehicle.link_status().state.value,
            },
        )

    def show(self, said: VehicleState) -> None:
        self._on_state(said)

    def show_link(self, state: LinkState) -> None:
        """The events say so."""

    def grave(self, notice: GraveNotice) -> None:
        """The event says so."""


def _shown(value: Any) -> Any:
    if isinstance(value, Message):
        return value.text()
    return value
