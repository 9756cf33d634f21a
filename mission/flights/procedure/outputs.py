"""What a flight procedure asks for and tells: steps, orders to the vehicle, records, and the outcome. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mission.flights.states import SYSTEM, FlightState
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan
from telemetry.vehicles import VehicleState


@dataclass(frozen=True)
class BoardPlan:
    """What goes on board, as it is shown on the screen."""

    name: str
    lists: OnboardPlan
    added: tuple[Message, ...] = ()
    """Sentences on what was added to make the mission whole."""
    places: tuple[Position, ...] = ()
    """Its rally points as places: a return may end there."""

    @property
    def mission(self) -> tuple[MissionItem, ...]:
        """The items that are flown."""
        return self.lists.mission


class GroundStep(StrEnum):
    """What is done before the start, one at a time; each is answered by one event."""

    CONNECT = "connect"
    PREPARE = "prepare the plan"
    CHECK = "run the checks"
    UPLOAD = "put the plan on board"
    COMPARE = "read the plan back"
    COMPARE_MISSION = "read the mission back"
    """In the air: of a flight that was picked up."""


@dataclass(frozen=True)
class StepWanted:
    """Do this step now."""

    step: GroundStep
    why: Message | None = None
    """What the checks are run for."""
    plan: BoardPlan | None = None
    """For the upload, the comparison and the checks."""
    where: VehicleState | None = None
    """Where the vehicle stands."""
    timeout_s: float = 0.0
    """For the connection."""


class VehicleOrder(StrEnum):
    """What the procedure itself orders the vehicle."""

    START = "start"
    """Arm and fly the mission."""
    RETURN = "return"
    DISARM = "disarm"
    """Stop the motors on the ground."""


@dataclass(frozen=True)
class OrderWanted:
    """Send this to the vehicle now."""

    order: VehicleOrder


@dataclass(frozen=True)
class ConfirmationWanted:
    """The plan is on board and verified; its start may be confirmed from now on."""

    plan: BoardPlan


@dataclass(frozen=True)
class RecordWanted:
    """Something happened."""

    event: str
    """One or two words for programs that follow the flight; empty for what is for the log only."""
    words: Message | None
    """A sentence for the flight's log; None for what is not written there."""
    particulars: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready but for messages."""
    state: FlightState | None = None
    """The flight's state from now on; None when it stays as it is."""
    who: str = SYSTEM
    unit_status: str | None = None
    """What the drone is shown as; the state, when there is a new one and nothing is said here."""
    landed: bool = False
    """Whether it stands on the ground after its flight."""
    items_reached: int | None = None
    """Mission items done, where the flight has ended."""


@dataclass(frozen=True)
class PointWanted:
    """Keep what the vehicle says of itself."""

    said: VehicleState
    on_track: bool
    """Whether it is a point of the flight's track."""
    items_reached: int


@dataclass(frozen=True)
class GraveNotice:
    """The vehicle said something grave in the air."""

    text: str
    said: VehicleState


class FlightOutcome(StrEnum):
    """How a flight ended."""

    LANDED = "landed"
    ABORTED = "aborted"
    """Stopped by a person or by a fault after its start; it may have landed since."""
    REFUSED = "refused"
    """It was not started: something stood in its way."""
    NOT_STARTED = "not started"
    """A person called it off before it took off."""
    LOST = "lost"
    """Nothing is heard of the vehicle any more."""


@dataclass(frozen=True)
class FlightResult:
    """What came of a flight."""

    outcome: FlightOutcome
    items_reached: int
    items: int
    why: Message
    mission_changed: bool = False
    """Whether somebody else changed the mission in flight."""
    last_seen: VehicleState | None = None

    @property
    def complete(self) -> bool:
        """Whether it landed with the whole plan flown."""
        return (
            self.outcome is FlightOutcome.LANDED and not self.mission_changed and self.items_reached >= self.items > 0
        )


@dataclass(frozen=True)
class FlightEnded:
    """The last output: what came of it."""

    result: FlightResult


ProcedureOutput = StepWanted | OrderWanted | ConfirmationWanted | RecordWanted | PointWanted | GraveNotice | FlightEnded
