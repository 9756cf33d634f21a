"""One flight as a state machine: events in, what is to be done out. Sends nothing, waits for nothing, keeps no clock.

Every event is legal at every moment; after the outcome nothing comes any more.
"""

from dataclasses import dataclass, field

from mission.flights.procedure.events import (
    CalledOff,
    FlightInput,
    LinkHeard,
    NoticeHeard,
    OrderAnswer,
    OrderAnswered,
    PilotStopped,
    StartOverdue,
    StateHeard,
)
from mission.flights.procedure.following import FlightFollowing
from mission.flights.procedure.memory import FlightMemory
from mission.flights.procedure.outputs import (
    BoardPlan,
    FlightOutcome,
    GraveNotice,
    GroundStep,
    ProcedureOutput,
    StepWanted,
    VehicleOrder,
)
from mission.flights.procedure.preflight import FlightPreflight
from mission.flights.procedure.timeouts import FlightTimeouts
from mission.flights.states import IN_THE_AIR, FlightState
from telemetry.links.link_monitor import LinkStatus
from telemetry.links.watch import LinkState
from telemetry.messages import Message, as_message
from telemetry.positions import Position
from telemetry.vehicles import VehicleState
from telemetry.vehicles.notices import Notice

IN_OTHER_HANDS = Message("flights.in_other_hands")


@dataclass(frozen=True)
class ProcedureStart:
    """How a flight is when its procedure begins."""

    state: FlightState = FlightState.SCHEDULED
    plan: BoardPlan | None = None
    """None where it can only be made once the vehicle tells where it stands."""
    confirmed: bool = False
    homes: tuple[Position, ...] = ()
    """Where it took off, when it is in the air."""
    reached: int = 0
    """Items that were done then."""
    had_link: bool = True
    """Whether this server heard the vehicle before, or nobody did; if not, it gives up none that it never hears."""
    taken_up: Message | None = None
    """Words for a flight that is found in the air."""
    timeouts: FlightTimeouts = field(default_factory=FlightTimeouts)


class FlightProcedure:
    """One flight. Times are seconds of any steady clock."""

    def __init__(self, start: ProcedureStart) -> None:
        self._start = start
        homes = list(start.homes)
        self._memory = FlightMemory(start.timeouts, start.state, start.plan, homes, start.reached, start.had_link)
        self._preflight = FlightPreflight(self._memory)
        self._following: FlightFollowing | None = None
        self._found = False
        self._called_off = False
        self._stopped = False
        self._link_lost = False
        self._unrecorded = False

    @property
    def state(self) -> FlightState:
        """The flight's state."""
        return self._memory.state

    @property
    def ended(self) -> bool:
        """Whether its outcome is known."""
        return self._memory.ended

    @property
    def started(self) -> bool:
        """Whether the vehicle may be in the air: the start was taken, or may have been."""
        return self._following is not None or self._preflight.starting

    @property
    def last_said(self) -> VehicleState | None:
        """What the vehicle said last."""
        return self._memory.last_said

    def begin(self, now: float) -> list[ProcedureOutput]:
        """The first step."""
        return self._preflight.next(now)

    def take(self, event: FlightInput, now: float) -> list[ProcedureOutput]:
        """What is to be done after `event`."""
        if self._memory.ended:
            return []
        match event:
            case LinkHeard(status):
                return self._link(status)
            case NoticeHeard(notice):
                return self._notice(notice)
        if self._following is not None:
            return self._following.take(event, now)
        return self._before_start(event, now)

    def _before_start(self, event: FlightInput, now: float) -> list[ProcedureOutput]:
        starting = self._preflight.starting
        outputs: list[ProcedureOutput] | None = None
        match event:
            case CalledOff(why):
                outputs = self._call_off(why)
            case PilotStopped():
                outputs = self._stop()
            case StartOverdue(why):
                outputs = [] if starting else self._memory.end(FlightOutcome.REFUSED, why)
            case OrderAnswered(VehicleOrder.START, answer, why) if starting:
                outputs = self._start_answered(answer, why, now)
            case StateHeard(said) if not self._found:
                self._found = True
                if said.armed or said.in_air or self.state in IN_THE_AIR:
                    outputs = self._found_flying(said, now)
            case StateHeard(said) if starting and said.in_air:
                outputs = [*self._started(OrderAnswer.TAKEN, None, now), *self.take(event, now)]
        if outputs is None:
            outputs = self._preflight.take(event, now)
            outputs += self._preflight.next(now)
        return outputs

    def _start_answered(self, answer: OrderAnswer, why: Message | None, now: float) -> list[ProcedureOutput] | None:
        """What follows from the vehicle's answer; None where it is asked again later."""
        if answer is not OrderAnswer.REFUSED:
            return self._started(answer, why, now)
        if self._called_off or self._stopped:
            return self._memory.end(FlightOutcome.NOT_STARTED, Message("flights.stopped_before_start_because", why=why))
        return None

    def _found_flying(self, said: VehicleState, now: float) -> list[ProcedureOutput]:
        """Follow a flight found in the air; one that was never to start is somebody else's."""
        self._memory.last_said = said
        flies = said.armed or said.in_air
        if not flies:
            why = Message("flights.found_on_ground")
            return self._memory.end(FlightOutcome.ABORTED, why, on_ground=True)
        if self.state in IN_THE_AIR:
            told = self._memory.record("", self._start.taken_up, particulars={})
        elif self.state is FlightState.READY and self._start.confirmed:
            told = self._memory.record("", self._start.taken_up, state=FlightState.FLYING, particulars={})
        else:
            return self._memory.end(FlightOutcome.REFUSED, IN_OTHER_HANDS)
        self._following = FlightFollowing(self._memory, now, in_air=True)
        compare = StepWanted(GroundStep.COMPARE_MISSION, plan=self._memory.plan, where=said)
        return [told, compare, *self._following.take(StateHeard(said), now)]

    def _started(self, answer: OrderAnswer, why: Message | None, now: float) -> list[ProcedureOutput]:
        """It flies, or may: from here on it is followed, and the start is never ordered again."""
        words = Message("flights.started")
        if answer is OrderAnswer.SILENT:
            words = Message("flights.may_have_taken_off", why=why)
        stands = self._memory.last_said
        if stands is not None and not stands.in_air:
            self._memory.homes = [stands.position]
        self._following = FlightFollowing(self._memory, now, in_air=False)
        if self._called_off:
            return self._following.take(CalledOff(words), now)
        state = FlightState.FLYING
        who = self._preflight.allowed_by
        outputs: list[ProcedureOutput] = [self._memory.record("started", words, state=state, who=who)]
        if self._stopped:
            outputs += self._following.take(PilotStopped(), now)
        return outputs

    def _call_off(self, why: Message | None) -> list[ProcedureOutput]:
        self._called_off = True
        self._memory.state = FlightState.ABORTED
        if self._preflight.starting:
            return []
        return self._memory.end(FlightOutcome.NOT_STARTED, why or Message("flights.called_off"))

    def _stop(self) -> list[ProcedureOutput]:
        self._stopped = True
        if self._preflight.starting:
            return []
        return self._memory.end(FlightOutcome.NOT_STARTED, Message("flights.stopped_before_start"))

    def _link(self, status: LinkStatus) -> list[ProcedureOutput]:
        outputs: list[ProcedureOutput] = []
        if status.unrecorded is not None and not self._unrecorded:
            self._unrecorded = True
            outputs.append(self._memory.record("not recorded", as_message(status.unrecorded)))
        lost = status.state is LinkState.LOST
        if lost == self._link_lost:
            return outputs
        self._link_lost = lost
        if lost:
            words = Message("flights.link_lost", silent_s=status.silent_s)
            if self.state in IN_THE_AIR:
                words = Message("flights.link_lost_in_air", silent_s=status.silent_s)
            told = {"silent_s": round(status.silent_s, 2)}
            outputs.append(self._memory.record("link lost", words, unit_status="link lost", particulars=told))
        else:
            words = Message("flights.link_back", outage_s=status.outage_s)
            told = {"outage_s": round(status.outage_s, 2)}
            outputs.append(self._memory.record("link back", words, particulars=told))
        return outputs

    def _notice(self, notice: Notice) -> list[ProcedureOutput]:
        told = {"severity": notice.severity.name.lower(), "text": notice.text}
        words = Message("flights.vehicle_says", text=notice.text)
        outputs: list[ProcedureOutput] = [self._memory.record("warning", words, particulars=told)]
        said = self._memory.last_said
        if said is not None and said.in_air and notice.grave:
            outputs.append(GraveNotice(notice.text, said))
        return outputs
