"""A flight before its start: connected, located, checked, on board, confirmed, checked again, started.

One step at a time, each asked for once its conditions hold, in whatever order they came to hold. The start is ordered
only while it is confirmed, and right after checks that left nothing in the way; never again once it may be taken.
"""

from mission.flights.procedure.events import (
    BoardCompared,
    ChecksRun,
    FlightInput,
    OrderAnswer,
    OrderAnswered,
    PlanPrepared,
    StartAllowed,
    StartWithheld,
    StateHeard,
    StepFailed,
    UploadDone,
    VehicleConnected,
)
from mission.flights.procedure.memory import FlightMemory
from mission.flights.procedure.outputs import (
    BoardPlan,
    ConfirmationWanted,
    FlightOutcome,
    GroundStep,
    OrderWanted,
    PointWanted,
    ProcedureOutput,
    RecordWanted,
    StepWanted,
    VehicleOrder,
)
from mission.flights.states import IN_THE_AIR, SYSTEM, FlightState
from telemetry.messages import Message
from telemetry.transfer.messages import PlanKind

BEFORE_BOARD = Message("flights.before_board")
BEFORE_ARMING = Message("flights.before_arming")


class FlightPreflight:
    """Until the start is ordered."""

    def __init__(self, memory: FlightMemory) -> None:
        self._memory = memory
        self._timeouts = memory.timeouts
        self._pending: GroundStep | None = None
        self._connected_at: float | None = None
        self._located = False
        self._cleared_for_board = False
        self._on_board = False
        self._confirmation_asked = False
        self._allowed_by = ""
        self._compared = False
        self._cleared_to_arm = False
        self._next_at = float("-inf")
        self._upload_began_at: float | None = None
        self._first_start_at: float | None = None
        self._unread_since: float | None = None
        self._told: Message | None = None
        self._recorded_at = float("-inf")
        self._checks_told: object = None
        self.starting = False
        """Whether the start was ordered and its answer is out."""

    @property
    def allowed_by(self) -> str:
        """Who confirmed the start; the program where nobody did."""
        return self._allowed_by or SYSTEM

    def take(self, event: FlightInput, now: float) -> list[ProcedureOutput]:
        """What follows from `event`; an answer to nothing that was asked is passed over."""
        outputs: list[ProcedureOutput] = []
        match event:
            case VehicleConnected() if self._done(GroundStep.CONNECT):
                self._connected_at = now
                outputs = [self._memory.record("connected")]
            case StateHeard() if self._connected_at is not None:
                outputs = self._heard(event, now)
            case PlanPrepared(plan) if self._done(GroundStep.PREPARE):
                self._memory.plan = plan
                told = {"name": plan.name, "items": len(plan.mission), "added": list(plan.added)}
                outputs = [self._memory.record("plan", particulars=told)]
            case ChecksRun() if self._done(GroundStep.CHECK):
                outputs = self._checked(event, now)
            case UploadDone() if self._done(GroundStep.UPLOAD):
                outputs = self._uploaded(event, now)
            case BoardCompared(difference) if self._done(GroundStep.COMPARE):
                outputs = self._read_back(difference)
            case StepFailed() if self._pending is not None:
                outputs = self._failed(event, now)
            case StartAllowed(by) if by != self._allowed_by:
                self._allowed_by = by
                outputs = [self._memory.record("confirmed")]
            case StartWithheld(final):
                self._allowed_by = ""
                outputs = self._memory.end(FlightOutcome.REFUSED, final) if final else []
            case OrderAnswered(VehicleOrder.START, OrderAnswer.REFUSED, why) if self.starting and why is not None:
                outputs = self._refused(why, now)
        return outputs

    def next(self, now: float) -> list[ProcedureOutput]:
        """The step that is due: at most one."""
        if self._memory.ended or self._pending is not None or self.starting:
            return []
        if self._connected_at is None:
            return self._want(GroundStep.CONNECT)
        if not self._located:
            return self._wait_for_place(now, self._connected_at)
        if self._memory.plan is None:
            return self._want(GroundStep.PREPARE)
        if now < self._next_at:
            return []
        return self._next_of_plan(self._memory.plan, now)

    def _next_of_plan(self, plan: BoardPlan, now: float) -> list[ProcedureOutput]:
        """The step that is due once there is a plan."""
        outputs: list[ProcedureOutput] = []
        if not self._cleared_for_board:
            outputs = self._want(GroundStep.CHECK, BEFORE_BOARD)
        elif not self._on_board:
            outputs = self._upload(now)
        elif not self._confirmation_asked:
            self._confirmation_asked = True
            outputs = [ConfirmationWanted(plan)]
        elif not self._allowed_by:
            self._compared = False
        elif not self._compared:
            outputs = self._want(GroundStep.COMPARE)
        elif not self._cleared_to_arm:
            outputs = self._want(GroundStep.CHECK, BEFORE_ARMING)
        else:
            outputs = self._start(now)
        return outputs

    def _done(self, step: GroundStep) -> bool:
        """Whether `step` was asked for; it is not any more."""
        if self._pending is not step:
            return False
        self._pending = None
        return True

    def _want(self, step: GroundStep, why: Message | None = None) -> list[ProcedureOutput]:
        self._pending = step
        timeout_s = self._timeouts.connect_s
        if self._memory.state in IN_THE_AIR:  # as long as for one that falls silent there
            timeout_s = self._timeouts.give_up_s
        return [StepWanted(step, why, self._memory.plan, self._memory.last_said, timeout_s)]

    def _heard(self, event: StateHeard, now: float) -> list[ProcedureOutput]:
        said = event.said
        self._memory.last_said = said
        outputs: list[ProcedureOutput] = []
        if said.gps_ok and not self._located:
            self._located = True
        if now - self._recorded_at >= self._timeouts.record_every_s:
            self._recorded_at = now
            outputs.append(PointWanted(said, on_track=False, items_reached=0))
        return outputs

    def _wait_for_place(self, now: float, since: float) -> list[ProcedureOutput]:
        if now - since >= self._timeouts.ready_s:
            waited = f"{self._timeouts.ready_s:g} s"
            if self._memory.last_said is None:
                why = Message("flights.place_not_told", waited=waited)
            else:
                why = Message("flights.place_not_known", waited=waited)
            return self._memory.end(FlightOutcome.REFUSED, why)
        if self._memory.last_said is None:
            return []
        return self._waits(Message("flights.waits_for_place"), logged=False)

    def _read_back(self, difference: Message | None) -> list[ProcedureOutput]:
        self._unread_since = None
        self._compared = difference is None
        if difference is None:
            return []
        why = Message("flights.plans_differ", difference=difference)
        return self._memory.end(FlightOutcome.REFUSED, why)

    def _checked(self, event: ChecksRun, now: float) -> list[ProcedureOutput]:
        outputs: list[ProcedureOutput] = []
        if event.particulars and event.particulars != self._checks_told:
            self._checks_told = event.particulars
            outputs.append(self._memory.record("checks", particulars=event.particulars))
        if not event.blocked:
            if self._cleared_for_board:
                self._cleared_to_arm = True
            self._cleared_for_board = True
            return outputs
        if not event.may_clear:
            return outputs + self._memory.end(FlightOutcome.REFUSED, event.blocked)
        self._compared = False
        self._next_at = now + self._timeouts.check_every_s
        return outputs + self._waits(Message("flights.blocked", why=event.blocked))

    def _upload(self, now: float) -> list[ProcedureOutput]:
        outputs: list[ProcedureOutput] = []
        if self._upload_began_at is None:
            self._upload_began_at = now
            if self._memory.state is not FlightState.UPLOADING:
                outputs.append(self._memory.record("", Message("flights.goes_on_board"), state=FlightState.UPLOADING))
        return [*outputs, *self._want(GroundStep.UPLOAD)]

    def _uploaded(self, event: UploadDone, now: float) -> list[ProcedureOutput]:
        outputs: list[ProcedureOutput] = []
        for kind, outcome in event.outcome.outcomes.items():
            told = {
                "what": kind.name.lower(),
                "on_board": outcome.on_board.value,
                "attempts": outcome.attempts,
                "why": outcome.why,
            }
            outputs.append(self._memory.record("uploaded", particulars=told))
        if event.outcome.complete:
            self._on_board = True
            why = event.outcome.outcomes[PlanKind.MISSION].why
            return [*outputs, self._memory.record("", why, state=FlightState.READY)]
        began = self._upload_began_at
        if began is None:
            began = now
        if not event.outcome.silent or now - began >= self._timeouts.upload_s:
            return outputs + self._memory.end(FlightOutcome.REFUSED, event.outcome.why)
        self._next_at = now + self._timeouts.ask_again_s
        return outputs + self._waits(Message("flights.trying_again", why=event.outcome.why))

    def _start(self, now: float) -> list[ProcedureOutput]:
        """The checks were clear just now; a vehicle that others have armed is left to them."""
        self._cleared_to_arm = False
        said = self._memory.last_said
        if said is not None and (said.armed or said.in_air):
            self._compared = False
            self._next_at = now + self._timeouts.ask_again_s
            return self._waits(Message("flights.armed_by_somebody_else"))
        self._first_start_at = self._first_start_at or now
        self.starting = True
        return [OrderWanted(VehicleOrder.START)]

    def _refused(self, why: Message, now: float) -> list[ProcedureOutput]:
        self.starting = False
        self._compared = False
        self._next_at = now + self._timeouts.ask_again_s
        began = self._first_start_at
        if began is None:
            began = now
        if now - began >= self._timeouts.ready_s:
            return self._memory.end(FlightOutcome.REFUSED, why)
        return self._waits(Message("flights.not_started_yet", why=why))

    def _failed(self, event: StepFailed, now: float) -> list[ProcedureOutput]:
        """Reading back is asked for again while the vehicle is silent; nothing else is."""
        step = self._pending
        self._pending = None
        began = self._unread_since
        if began is None:
            began = now
        if self._memory.state in IN_THE_AIR:
            return self._memory.end(FlightOutcome.LOST, event.why)
        if step is not GroundStep.COMPARE or not event.silent or now - began >= self._timeouts.ready_s:
            return self._memory.end(FlightOutcome.REFUSED, event.why)
        self._unread_since = began
        self._next_at = now + self._timeouts.ask_again_s
        return self._waits(Message("flights.trying_again", why=event.why))

    def _waits(self, why: Message, *, logged: bool = True) -> list[ProcedureOutput]:
        """Said once for as long as it stays the same; `logged` says whether on the flight's log too."""
        if why == self._told:
            return []
        self._told = why
        return [RecordWanted("waiting", why if logged else None, {"why": why})]
