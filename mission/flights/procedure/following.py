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
from telemetry.vehicles import VehicleState

CALLED_OFF = "called off while it was starting"


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

    def bring_back(self, why: str, words: str, now: float) -> list[ProcedureOutput]:
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
                words = f"asked to {order.kind}, but not done: {why}"
                outputs = [self._memory.record("", words, who=by)]
            case PilotStopped():
                outputs = self._stopped(now)
            case CalledOff():
                self._memory.state = FlightState.ABORTED
                words = f"{CALLED_OFF}: its motors are stopped, or it is brought home"
                outputs = self.bring_back(CALLED_OFF, words, now)
            case OrderAnswered() if self._back is not None:
                outputs = [self._memory.record(*said) for said in self._back.answered(event, now)]
                outputs += self._back.next(now)
            case BoardCompared(difference) if difference is not None:
                outputs = self._mission_changed(difference)
        return outputs

    def _ordered(self, order: Order, by: str, now: float) -> list[ProcedureOutput]:
        self._modes.ordered(now)
        then = AFTERWARDS.get(order.kind, self._memory.state)
        moves = then is not self._memory.state and self._memory.state not in OVER
        return [self._memory.record("order", order.words, state=then if moves else None, who=by)]

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
        taken_at = None if self._back is None else self._back.taken_at
        return taken_at is not None and now - taken_at >= self._timeouts.settle_s

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
            return [memory.record("waiting", "it stands on the ground with its motors on; disarm it")]
        if self._back is not None or now - self._began_at <= self._timeouts.take_off_s:
            return []
        why = f"the vehicle did not take off within {self._timeouts.take_off_s:g} s of the start"
        if said.armed:
            return self.bring_back(why, f"{why}: its motors are stopped, or it is brought home", now)
        return memory.end(FlightOutcome.ABORTED, why, on_ground=True)

    def _ticked(self, now: float) -> list[ProcedureOutput]:
        silent_s = now - self._heard_at
        if silent_s >= self._timeouts.give_up_s:
            why = f"no word from the vehicle for {silent_s:.0f} s; {self._last_seen()}"
            return self._memory.end(FlightOutcome.LOST, why)
        return [] if self._back is None else self._back.next(now)

    def _last_seen(self) -> str:
        said = self._memory.last_said
        if said is None:
            return "it never told where it is: look for it where it started"
        place = f"{said.position.lat:.6f}, {said.position.lon:.6f}, {said.relative_alt_m:.0f} m above home"
        return f"it was last seen at {place}: look for it there"

    def _stands(self, said: VehicleState) -> list[ProcedureOutput]:
        """On the ground with its motors off."""
        memory = self._memory
        if self._back is not None:
            return self._came_back(self._back)
        if memory.state in OVER:  # its motors were stopped in the air
            return memory.end(
                FlightOutcome.ABORTED, "its motors were stopped in the air; on the ground", on_ground=True
            )
        if memory.plan is None:
            return memory.end(FlightOutcome.LANDED, "landed; how much of its plan it has flown is not known")
        if memory.mission_changed:
            return memory.end(
                FlightOutcome.LANDED,
                f"landed; somebody else changed its mission in flight after {memory.reached} of {memory.total} items",
            )
        homes = [*memory.homes, *memory.plan.places]
        memory.reached = items_done(memory.plan.mission, memory.reached, stands=said.position, homes=homes)
        done = f"all {memory.total}" if memory.reached >= memory.total else f"{memory.reached} of {memory.total}"
        return memory.end(FlightOutcome.LANDED, f"landed after {done} items")

    def _came_back(self, back: Recall) -> list[ProcedureOutput]:
        memory = self._memory
        if not memory.seen_in_air:
            return memory.end(FlightOutcome.NOT_STARTED, f"{back.why}; its motors are stopped", on_ground=True)
        return memory.end(FlightOutcome.ABORTED, f"{back.why}; it has landed", on_ground=True)

    def _stopped(self, now: float) -> list[ProcedureOutput]:
        self._stops += 1
        if self._stops > 1:
            why = "let go by the pilot; the vehicle goes on by itself"
            return self._memory.end(FlightOutcome.ABORTED, why)
        why = "brought home by the pilot" if self._memory.seen_in_air else "stopped by the pilot before it took off"
        told = self._memory.record("coming home", particulars={"why": "stopped by the pilot"})
        return [told, *self.bring_back(why, "", now)]

    def _mission_changed(self, why: str) -> list[ProcedureOutput]:
        """Somebody else has put another mission on board: from now on nothing of it is counted as ours."""
        if self._memory.mission_changed:
            return []
        self._memory.mission_changed = True
        words = f"the mission on board was changed by somebody else: {why}"
        return [self._memory.record("mission changed", words)]
