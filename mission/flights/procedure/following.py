"""A flight from its start to its end: followed, brought back where a person wants that, landed, lost.

Never orders the start. What the vehicle does by itself is followed; what came of an order is believed once it says so.
"""

from mission.flights.onboard_items import items_done
from mission.flights.orders import AFTERWARDS, Order
from mission.flights.procedure.events import (
    BoardCompared,
    CalledOff,
    FlightInput,
    OrderAnswered,
    PilotOrdered,
    PilotOrderFailed,
    PilotStopped,
    StateHeard,
    Ticked,
)
from mission.flights.procedure.memory import FlightMemory
from mission.flights.procedure.modes import ModeFollower
from mission.flights.procedure.outputs import FlightOutcome, PointWanted, ProcedureOutput
from mission.flights.procedure.recall import Recall
from mission.flights.states import OVER, FlightState
from telemetry.messages import Message
from telemetry.vehicles import VehicleState

CALLED_OFF = Message("flights.called_off")


class FlightFollowing:
    """From the moment at which the vehicle may be in the air."""

    def __init__(self, memory: FlightMemory, now: float, *, in_air: bool) -> None:
        """`in_air`: it is known to have taken off."""
        self._memory = memory
        self._timeouts = memory.timeouts
        self._modes = ModeFollower(memory.timeouts.settle_s)
        self._began_at = now
        self._heard_at = now
        self._recorded_at = float("-inf")
        self._flying_at = now
        self._mode = ""
        self._motors_told = False
        self._stops = 0
        self._back: Recall | None = None
        memory.seen_in_air = memory.seen_in_air or in_air

    def bring_back(self, why: Message, words: Message | None, now: float) -> list[ProcedureOutput]:
        """Have it on the ground again: `why` is the flight's outcome, `words` are said once it has taken the order."""
        if self._back is not None:
            return []
        self._back = Recall(why, words, ask_again_s=self._timeouts.ask_again_s)
        return self._back.ask(now, in_air=self._memory.seen_in_air)

    def take(self, event: FlightInput, now: float) -> list[ProcedureOutput]:
        """What follows from `event`."""
        outputs: list[ProcedureOutput] = []
        match event:
            case StateHeard(said):
                outputs = self._heard(said, now)
            case Ticked():
                outputs = self._ticked(now)
            case PilotOrdered(order, by):
                outputs = self._ordered(order, by, now)
            case PilotOrderFailed(order, by, why):
                words = Message("flights.not_done", kind=order.kind, why=why)
                outputs = [self._memory.record("", words, who=by)]
            case PilotStopped():
                outputs = self._stopped(now)
            case CalledOff():
                self._memory.state = FlightState.ABORTED
                words = Message("flights.stopped_or_brought_home", why=CALLED_OFF)
                outputs = self.bring_back(CALLED_OFF, words, now)
            case OrderAnswered() if self._back is not None:
                outputs = [self._memory.record(*said) for said in self._back.answered(event, now)]
                outputs += self._back.next(now)
            case BoardCompared(difference) if difference is not None:
                outputs = self._mission_changed(difference)
        return outputs

    def _ordered(self, order: Order, by: str, now: float) -> list[ProcedureOutput]:
        self._modes.ordered(now)
        then: FlightState | None = AFTERWARDS.get(order.kind)
        if then is self._memory.state or self._memory.state in OVER:
            then = None
        return [self._memory.record("order", order.words, state=then, who=by)]

    def _heard(self, said: VehicleState, now: float) -> list[ProcedureOutput]:
        memory = self._memory
        memory.last_said = said
        self._heard_at = now
        outputs: list[ProcedureOutput] = []
        if said.in_air and not memory.seen_in_air:
            memory.seen_in_air = True
            memory.homes = memory.homes or [said.position]
            outputs.append(memory.record("took off"))
        if said.in_air:
            self._flying_at = now
        if said.mode != self._mode:
            self._mode = said.mode
            outputs.append(memory.record("mode", particulars={"mode": said.mode}))
        if said.mission_changed is not None:
            outputs += self._mission_changed(said.mission_changed)
        outputs += self._count(said)
        down = self._is_down(said, now)
        if not down:
            follows = self._modes.follow(said, memory.state, now)
            if follows is not None:
                outputs.append(memory.record("", follows[1], state=follows[0], particulars={}))
        if down or now - self._recorded_at >= self._timeouts.record_every_s:
            self._recorded_at = now
            outputs.append(PointWanted(said, on_track=True, items_reached=memory.reached))
        if down:
            return outputs + self._stands(said)
        return outputs + self._waits_on_the_ground(said, now)

    def _is_down(self, said: VehicleState, now: float) -> bool:
        """Whether it stands with its motors off after the flight, or after it was called back."""
        if said.in_air or said.armed:
            return False
        if self._memory.seen_in_air:
            return True
        if self._back is None or self._back.taken_at is None:
            return False
        return now - self._back.taken_at >= self._timeouts.settle_s

    def _count(self, said: VehicleState) -> list[ProcedureOutput]:
        """Progress of this mission, which begins in the air: what is said before may be that of the one before."""
        memory = self._memory
        done = min(said.mission_current, memory.total)
        if not memory.seen_in_air or memory.mission_changed or done <= memory.reached:
            return []
        memory.reached = done
        return [memory.record("item", particulars={"items_reached": done, "items": memory.total})]

    def _waits_on_the_ground(self, said: VehicleState, now: float) -> list[ProcedureOutput]:
        memory = self._memory
        if said.in_air:
            return []
        if memory.seen_in_air:
            if now - self._flying_at <= self._timeouts.motors_off_s or self._motors_told:
                return []
            self._motors_told = True
            return [memory.record("waiting", Message("flights.disarm_it"))]
        if self._back is not None or now - self._began_at <= self._timeouts.take_off_s:
            return []
        why = Message("flights.did_not_take_off", within_s=self._timeouts.take_off_s)
        if said.armed:
            return self.bring_back(why, Message("flights.stopped_or_brought_home", why=why), now)
        return memory.end(FlightOutcome.ABORTED, why, on_ground=True)

    def _ticked(self, now: float) -> list[ProcedureOutput]:
        silent_s = now - self._heard_at
        if silent_s >= self._timeouts.give_up_s:
            why = Message("flights.lost", silent_s=silent_s, last_seen=self._last_seen())
            return self._memory.end(FlightOutcome.LOST, why)
        if self._back is None:
            return []
        return self._back.next(now)

    def _last_seen(self) -> Message:
        said = self._memory.last_said
        if said is None:
            return Message("flights.never_told")
        at = said.position
        lat = f"{at.lat:.6f}"
        lon = f"{at.lon:.6f}"
        place = Message("flights.place", lat=lat, lon=lon, height_m=said.relative_alt_m)
        return Message("flights.last_seen", place=place)

    def _stands(self, said: VehicleState) -> list[ProcedureOutput]:
        """On the ground with its motors off."""
        memory = self._memory
        if self._back is not None:
            return self._came_back(self._back)
        if memory.state in OVER:  # its motors were stopped in the air
            return memory.end(FlightOutcome.ABORTED, Message("flights.fell"), on_ground=True)
        if memory.plan is None:
            return memory.end(FlightOutcome.LANDED, Message("flights.landed_not_known"))
        if memory.mission_changed:
            return memory.end(
                FlightOutcome.LANDED,
                Message("flights.landed_mission_changed", reached=memory.reached, items=memory.total),
            )
        homes = [*memory.homes, *memory.plan.places]
        memory.reached = items_done(memory.plan.mission, memory.reached, stands=said.position, homes=homes)
        done = Message("flights.some_items", reached=memory.reached, items=memory.total)
        if memory.reached >= memory.total:
            done = Message("flights.all_items", items=memory.total)
        return memory.end(FlightOutcome.LANDED, Message("flights.landed", items=done))

    def _came_back(self, back: Recall) -> list[ProcedureOutput]:
        memory = self._memory
        if not memory.seen_in_air:
            return memory.end(
                FlightOutcome.NOT_STARTED, Message("flights.motors_are_stopped", why=back.why), on_ground=True
            )
        return memory.end(FlightOutcome.ABORTED, Message("flights.has_landed", why=back.why), on_ground=True)

    def _stopped(self, now: float) -> list[ProcedureOutput]:
        self._stops += 1
        if self._stops > 1:
            why = Message("flights.let_go")
            return self._memory.end(FlightOutcome.ABORTED, why)
        why = Message("flights.stopped_before_take_off")
        if self._memory.seen_in_air:
            why = Message("flights.brought_home")
        told = self._memory.record("coming home", particulars={"why": Message("flights.stopped_by_pilot")})
        return [told, *self.bring_back(why, None, now)]

    def _mission_changed(self, why: Message) -> list[ProcedureOutput]:
        """Somebody else has put another mission on board: from now on nothing of it is counted as ours."""
        if self._memory.mission_changed:
            return []
        self._memory.mission_changed = True
        words = Message("flights.mission_changed", why=why)
        return [self._memory.record("mission changed", words)]
