"""Whatever comes in whatever order: one start, never past a check or without a confirmation, one outcome, in order."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mission.flights.orders import Order, OrderKind
from mission.flights.procedure import FlightInput, FlightOutcome, FlightProcedure, FlightResult, ProcedureStart
from mission.flights.procedure.events import (
    BoardCompared,
    CalledOff,
    ChecksRun,
    LinkHeard,
    NoticeHeard,
    OrderAnswer,
    OrderAnswered,
    PilotOrdered,
    PilotOrderFailed,
    PilotStopped,
    PlanPrepared,
    StartAllowed,
    StartOverdue,
    StartWithheld,
    StateHeard,
    StepFailed,
    Ticked,
    VehicleConnected,
)
from mission.flights.procedure.outputs import (
    FlightEnded,
    GroundStep,
    OrderWanted,
    PointWanted,
    ProcedureOutput,
    RecordWanted,
    StepWanted,
    VehicleOrder,
)
from mission.flights.states import ALLOWED, IN_THE_AIR, OVER, FlightState
from telemetry.links.link_monitor import LinkStatus
from telemetry.links.watch import LinkState
from telemetry.messages import written
from telemetry.vehicles.notices import Notice, Severity
from tests.mission.flights.procedure.said import PLAN, said, upload_failed, uploaded

ANSWERS = st.sampled_from(list(OrderAnswer))
ORDERS = st.sampled_from([kind for kind in OrderKind if kind is not OrderKind.LOOK])


class EveryOrderOfEvents(RuleBasedStateMachine):
    """The world round one procedure, which keeps a small picture of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.wanted: list[StepWanted | OrderWanted] = []
        """What was asked for and not answered yet."""
        self.outputs: list[ProcedureOutput] = []
        self.confirmed = self.blocked = False
        self.checked_since_confirmed = self.compared = False
        self.may_fly = False
        """Whether a start was taken, or may have been."""
        self.starts = 0
        self.results: list[FlightResult] = []
        self.foreign_change = False
        self.abandoned = False
        self.seen_in_air = False

    @initialize(state=st.sampled_from([FlightState.SCHEDULED, FlightState.READY]), prepared=st.booleans())
    def a_flight_begins(self, state: FlightState, prepared: bool) -> None:
        self.state = state
        self.flight = FlightProcedure(ProcedureStart(state=state, plan=PLAN if prepared else None))
        self.keep(self.flight.begin(self.now))

    def feed(self, event: FlightInput) -> None:
        ended = self.flight.ended
        outputs = self.flight.take(event, self.now)
        assert not (ended and outputs), "something came after the outcome"
        self.keep(outputs)

    def keep(self, outputs: list[ProcedureOutput]) -> None:
        for output in outputs:
            assert not self.results, "something came after the outcome"
            self.outputs.append(output)
            match output:
                case OrderWanted(VehicleOrder.START):
                    self.starts += 1
                    assert not self.may_fly, "a start was ordered that may have been taken already"
                    assert self.confirmed, "armed without a confirmation"
                    assert self.checked_since_confirmed, "armed without checks just before"
                    assert not self.blocked, "armed while a check blocks"
                    assert self.compared, "armed without reading back"
                    self.checked_since_confirmed = self.compared = False
                    self.wanted.append(output)
                case OrderWanted() | StepWanted():
                    self.wanted.append(output)
                case RecordWanted(state=FlightState() as state):
                    allowed = ALLOWED[self.state] | {self.state}
                    assert state in allowed or self.abandoned, f"{state} after {self.state}"
                    self.state = state
                case FlightEnded(result):
                    self.results.append(result)
                case PointWanted(on_track=True):
                    assert (
                        self.may_fly
                        or self.abandoned
                        or any(
                            isinstance(wanted, OrderWanted) and wanted.order is VehicleOrder.START
                            for wanted in self.wanted
                        )
                        or self.state in IN_THE_AIR
                    )

    def asked(self, step: GroundStep) -> bool:
        for wanted in self.wanted:
            if isinstance(wanted, StepWanted) and wanted.step is step:
                self.wanted.remove(wanted)
                return True
        return False

    def waits_for(self, step: GroundStep) -> bool:
        return any(isinstance(wanted, StepWanted) and wanted.step is step for wanted in self.wanted)

    @rule(times=st.integers(1, 8), confirmed=st.booleans())
    def all_goes_well_for_a_while(self, times: int, confirmed: bool) -> None:
        """What was asked for is answered, and what a start waits for is given."""
        for _ in range(times):
            if self.waits_for(GroundStep.CONNECT):
                self.the_vehicle_answers()
                self.feed(StateHeard(said()))
            elif self.waits_for(GroundStep.PREPARE):
                self.the_plan_is_prepared()
            elif self.waits_for(GroundStep.CHECK):
                self.the_checks_are_run(blocked=False, may_clear=True)
            elif self.waits_for(GroundStep.UPLOAD):
                self.the_upload_ends(on_board=True, silent=False)
            elif self.waits_for(GroundStep.COMPARE):
                self.the_plan_is_read_back(same=True)
            elif not self.wanted:
                self.now += 6
                self.the_confirmation_changes(confirmed)

    @rule(seconds=st.sampled_from([0.1, 1.0, 3.0, 6.0, 31.0, 95.0, 185.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.feed(Ticked())

    @precondition(lambda self: self.waits_for(GroundStep.CONNECT))
    @rule()
    def the_vehicle_answers(self) -> None:
        self.asked(GroundStep.CONNECT)
        self.feed(VehicleConnected())

    @precondition(lambda self: self.waits_for(GroundStep.PREPARE))
    @rule()
    def the_plan_is_prepared(self) -> None:
        if self.asked(GroundStep.PREPARE):
            self.feed(PlanPrepared(PLAN))

    @precondition(lambda self: self.waits_for(GroundStep.CHECK))
    @rule(blocked=st.booleans(), may_clear=st.booleans())
    def the_checks_are_run(self, blocked: bool, may_clear: bool) -> None:
        if self.asked(GroundStep.CHECK):
            self.blocked = blocked
            self.checked_since_confirmed = self.confirmed
            self.feed(ChecksRun(written("wind" if blocked else ""), may_clear=may_clear))

    @precondition(lambda self: self.waits_for(GroundStep.UPLOAD))
    @rule(on_board=st.booleans(), silent=st.booleans())
    def the_upload_ends(self, on_board: bool, silent: bool) -> None:
        if self.asked(GroundStep.UPLOAD):
            self.feed(uploaded() if on_board else upload_failed(silent=silent))

    @precondition(lambda self: self.waits_for(GroundStep.COMPARE))
    @rule(same=st.booleans())
    def the_plan_is_read_back(self, same: bool) -> None:
        if self.asked(GroundStep.COMPARE):
            self.compared = same
            self.feed(BoardCompared(None if same else written("item 1 was sent as take-off and is land on board")))

    @precondition(lambda self: any(isinstance(wanted, StepWanted) for wanted in self.wanted))
    @rule(silent=st.booleans(), rarely=st.integers(0, 4))
    def a_step_fails(self, silent: bool, rarely: int) -> None:
        steps = [wanted for wanted in self.wanted if isinstance(wanted, StepWanted)]
        if steps and rarely == 0:
            self.wanted.remove(steps[0])
            self.feed(StepFailed(written("no answer"), silent=silent))

    @rule(stale=st.sampled_from([ChecksRun(), uploaded(), BoardCompared(None), PlanPrepared(PLAN)]))
    def an_answer_comes_that_nobody_asked_for(self, stale: FlightInput) -> None:
        if not any(isinstance(wanted, StepWanted) for wanted in self.wanted):
            self.feed(stale)

    @rule(confirmed=st.booleans())
    def the_confirmation_changes(self, confirmed: bool) -> None:
        self.confirmed = confirmed
        self.checked_since_confirmed = self.checked_since_confirmed and confirmed
        self.feed(StartAllowed("pilot") if confirmed else StartWithheld())

    @precondition(lambda self: any(isinstance(wanted, OrderWanted) for wanted in self.wanted))
    @rule(answer=ANSWERS)
    def an_order_is_answered(self, answer: OrderAnswer) -> None:
        orders = [wanted for wanted in self.wanted if isinstance(wanted, OrderWanted)]
        if orders:
            self.wanted.remove(orders[0])
            if orders[0].order is VehicleOrder.START and answer is not OrderAnswer.REFUSED:
                self.may_fly = True
            self.feed(OrderAnswered(orders[0].order, answer, written("why")))

    @rule(
        armed=st.booleans(),
        in_air=st.booleans(),
        done=st.integers(0, 5),
        mode=st.sampled_from(["mission", "hold", "return"]),
    )
    def the_vehicle_tells(self, armed: bool, in_air: bool, done: int, mode: str) -> None:
        changed = "another count" if self.foreign_change else None
        if in_air and any(isinstance(w, OrderWanted) and w.order is VehicleOrder.START for w in self.wanted):
            self.may_fly = True
        self.feed(StateHeard(said(done=done, armed=armed, in_air=in_air, mode=mode, changed=changed)))

    @precondition(lambda self: self.flight.started)
    @rule()
    def somebody_else_changes_the_mission(self) -> None:
        self.foreign_change = True

    @rule(state=st.sampled_from(list(LinkState)))
    def the_link_changes(self, state: LinkState) -> None:
        self.feed(LinkHeard(LinkStatus(state, silent_s=3.0)))

    @rule(severity=st.sampled_from(list(Severity)))
    def the_vehicle_warns(self, severity: Severity) -> None:
        self.feed(NoticeHeard(Notice(severity, "Failsafe")))

    @precondition(lambda self: self.flight.state in IN_THE_AIR)
    @rule(kind=ORDERS, taken=st.booleans())
    def a_pilot_orders(self, kind: OrderKind, taken: bool) -> None:
        order = Order(kind)
        if self.flight.state is FlightState.RETURNING and kind is OrderKind.RESUME:
            return
        self.abandoned = self.abandoned or (taken and kind is OrderKind.STOP)
        self.feed(PilotOrdered(order, "pilot") if taken else PilotOrderFailed(order, "pilot", written("no")))

    @rule(
        event=st.sampled_from([CalledOff(written("rain")), PilotStopped(), StartOverdue(written("late"))]),
        rarely=st.integers(0, 4),
    )
    def somebody_ends_it(self, event: FlightInput, rarely: int) -> None:
        if rarely:
            return
        if isinstance(event, CalledOff):
            self.abandoned = True
        self.feed(event)

    @invariant()
    def there_is_at_most_one_outcome_and_it_is_the_last_word(self) -> None:
        assert len(self.results) <= 1
        assert bool(self.results) == (hasattr(self, "flight") and self.flight.ended)
        for result in self.results:
            assert 0 <= result.items_reached <= result.items or result.items == 0
            if self.starts == 0 and self.state not in IN_THE_AIR:
                assert result.outcome in (FlightOutcome.REFUSED, FlightOutcome.NOT_STARTED)
            if result.mission_changed:
                assert not result.complete
            if not self.abandoned:
                assert self.state in OVER or result.outcome is FlightOutcome.NOT_STARTED

    def teardown(self) -> None:
        """It always ends: once nothing is heard any more it is given up."""
        if not hasattr(self, "flight"):
            return
        for _ in range(40):
            if self.flight.ended:
                break
            self.now += 200
            for event in (StartOverdue(written("late")), StepFailed(written("gone")), Ticked()):
                self.feed(event)
            if any(isinstance(w, OrderWanted) and w.order is VehicleOrder.START for w in self.wanted):
                self.may_fly = True
                self.feed(OrderAnswered(VehicleOrder.START, OrderAnswer.SILENT, written("gone")))
        assert len(self.results) == 1


TestEveryOrderOfEvents = EveryOrderOfEvents.TestCase
TestEveryOrderOfEvents.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
