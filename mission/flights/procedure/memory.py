"""What a flight procedure keeps of its flight while it runs. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mission.flights.procedure.outputs import (
    BoardPlan,
    FlightEnded,
    FlightOutcome,
    FlightResult,
    ProcedureOutput,
    RecordWanted,
)
from mission.flights.procedure.timeouts import FlightTimeouts
from mission.flights.states import IN_THE_AIR, OVER, SYSTEM, FlightState
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles import VehicleState


@dataclass
class FlightMemory:
    """Shared by the parts of one procedure."""

    timeouts: FlightTimeouts
    state: FlightState
    plan: BoardPlan | None
    homes: list[Position]
    """Where it took off."""
    reached: int
    """Mission items done; never more than there are."""
    had_link: bool = True
    last_said: VehicleState | None = None
    seen_in_air: bool = False
    mission_changed: bool = False
    """Whether somebody else changed the mission on board."""
    ended: bool = False

    @property
    def total(self) -> int:
        """Items of the mission."""
        if self.plan is None:
            return 0
        return len(self.plan.mission)

    def record(
        self,
        event: str,
        words: Message | None = None,
        *,
        state: FlightState | None = None,
        who: str = SYSTEM,
        unit_status: str | None = None,
        landed: bool = False,
        particulars: Mapping[str, Any] | None = None,
    ) -> RecordWanted:
        """A record, and the flight's state as it says."""
        if state is not None:
            self.state = state
        said: dict[str, Any] = dict(particulars or {})
        if particulars is None and words is not None:
            said["why"] = words
        done = None
        if state in OVER:
            done = self.reached
        return RecordWanted(event, words, said, state, who, unit_status, landed, done)

    def end(self, outcome: FlightOutcome, why: Message, *, on_ground: bool = False) -> list[ProcedureOutput]:
        """The flight is over. One that is not landed, nor over for a person's word, is aborted; one in the air whose
        vehicle this server never heard stays as it is.

        `on_ground`: it stands there by its own word.
        """
        outputs: list[ProcedureOutput] = []
        if outcome is FlightOutcome.LOST and not self.had_link and self.last_said is None:
            self.ended = True
            words = Message("flights.nobody_has_its_link", why=why)
            told = self.record("", words, unit_status="lost", particulars={})
            return [told, FlightEnded(FlightResult(outcome, self.reached, self.total, why))]
        landed = on_ground and self.seen_in_air
        if outcome is FlightOutcome.LANDED:
            outputs.append(
                self.record("", why, state=FlightState.LANDED, unit_status="idle", landed=True, particulars={})
            )
        elif self.state not in OVER:
            unit_status = "idle"
            if self.state in IN_THE_AIR and not on_ground:
                unit_status = "lost"
            outputs.append(
                self.record("", why, state=FlightState.ABORTED, unit_status=unit_status, landed=landed, particulars={})
            )
        elif on_ground:
            outputs.append(
                self.record("", Message("flights.on_ground"), unit_status="idle", landed=landed, particulars={})
            )
        elif outcome is FlightOutcome.LOST:
            outputs.append(self.record("", why, unit_status="lost", particulars={}))
        self.ended = True
        result = FlightResult(outcome, self.reached, self.total, why, self.mission_changed, self.last_said)
        return [*outputs, FlightEnded(result)]
