"""What a vehicle says, and a procedure that is led to where a test begins."""

from datetime import UTC, datetime

from mission.flights.procedure import BoardPlan, FlightProcedure, FlightTimeouts, ProcedureOutput, ProcedureStart
from mission.flights.procedure.events import (
    BoardCompared,
    ChecksRun,
    OrderAnswer,
    OrderAnswered,
    StartAllowed,
    StateHeard,
    UploadDone,
    VehicleConnected,
)
from mission.flights.procedure.outputs import FlightEnded, FlightResult, VehicleOrder
from telemetry.messages import written
from telemetry.positions import Position
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import Command, MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan, PlanOutcome
from telemetry.transfer.verified_upload import OnBoard, UploadOutcome
from telemetry.vehicles import VehicleState
from tests.telemetry.vehicles.links import HOME

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMEOUTS = FlightTimeouts()
PLAN = BoardPlan(
    "Yard",
    OnboardPlan(
        (
            MissionItem(Command.TAKEOFF, alt_m=20, lat=HOME.lat, lon=HOME.lon),
            MissionItem(Command.WAYPOINT, alt_m=20, lat=HOME.lat + 0.001, lon=HOME.lon),
            MissionItem(Command.RETURN_TO_LAUNCH),
        )
    ),
)


def said(
    where: Position = HOME,
    done: int = 0,
    *,
    armed: bool = False,
    in_air: bool = False,
    mode: str = "mission",
    changed: str | None = None,
) -> VehicleState:
    """A state at `AT`."""
    return VehicleState(
        at=AT, position=where, relative_alt_m=20.0 if in_air else 0.0, heading_deg=None, ground_speed_m_s=0.0,
        battery=0.7, armed=armed or in_air, in_air=in_air, mode=mode, mission_current=done, mission_total=3,
        gps_ok=True, mission_changed=None if changed is None else written(changed),
    )  # fmt: skip


def uploaded() -> UploadDone:
    """All three lists are on board."""
    done = {
        kind: UploadOutcome(OnBoard.NEW, written("all items read back equal"), PLAN.lists.items(kind), 1)
        for kind in PlanKind
    }
    return UploadDone(PlanOutcome(done))


def upload_failed(*, silent: bool) -> UploadDone:
    """The fence could not be put on board."""
    found = None if silent else ()
    return UploadDone(
        PlanOutcome({PlanKind.FENCE: UploadOutcome(OnBoard.OLD, written("refused"), found, 1)}, PlanKind.FENCE)
    )


def started(*, plan: BoardPlan | None = PLAN, timeouts: FlightTimeouts = TIMEOUTS) -> FlightProcedure:
    """A flight whose start has just been taken, at second 0."""
    procedure = FlightProcedure(ProcedureStart(plan=plan, timeouts=timeouts))
    procedure.begin(0)
    for event in (
        VehicleConnected(),
        StateHeard(said()),
        ChecksRun(),
        uploaded(),
        StartAllowed("pilot"),
        BoardCompared(None),
        ChecksRun(),
        OrderAnswered(VehicleOrder.START, OrderAnswer.TAKEN),
    ):
        procedure.take(event, 0)
    return procedure


def begun(start: ProcedureStart) -> tuple[FlightProcedure, list[ProcedureOutput]]:
    """A procedure at its first step, at second 0."""
    procedure = FlightProcedure(start)
    return procedure, procedure.begin(0)


def result_of(outputs: list[ProcedureOutput]) -> FlightResult | None:
    """The outcome among them."""
    return next((output.result for output in outputs if isinstance(output, FlightEnded)), None)
