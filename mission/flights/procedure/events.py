"""What a flight procedure is told: what the vehicle says, what came of what it asked for, what people want.

Plain values; their time is given beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mission.flights.orders import Order
from mission.flights.procedure.outputs import BoardPlan, VehicleOrder
from telemetry.links.link_monitor import LinkStatus
from telemetry.messages import Message
from telemetry.transfer.onboard_plan import PlanOutcome
from telemetry.vehicles import VehicleState
from telemetry.vehicles.notices import Notice


class OrderAnswer(StrEnum):
    """What came of an order to the vehicle."""

    TAKEN = "taken"
    REFUSED = "refused"
    SILENT = "silent"
    """No answer: it may have been taken all the same."""


@dataclass(frozen=True)
class VehicleConnected:
    """The vehicle answers."""


@dataclass(frozen=True)
class StepFailed:
    """What was asked for last on the ground cannot be done: the vehicle is silent, or the plan cannot be used."""

    why: Message
    silent: bool = False


@dataclass(frozen=True)
class StateHeard:
    """What the vehicle says of itself."""

    said: VehicleState


@dataclass(frozen=True)
class LinkHeard:
    """How the link is now."""

    status: LinkStatus


@dataclass(frozen=True)
class NoticeHeard:
    """A warning in the vehicle's own words."""

    notice: Notice


@dataclass(frozen=True)
class PlanPrepared:
    """The lists that go on board."""

    plan: BoardPlan


@dataclass(frozen=True)
class ChecksRun:
    """The checks were run."""

    blocked: Message | None = None
    """What stands in the way; None for nothing."""
    may_clear: bool = True
    """Whether waiting may clear it."""
    particulars: Mapping[str, Any] = field(default_factory=dict)
    """For a program that follows the flight."""


@dataclass(frozen=True)
class UploadDone:
    """What came of the upload of all three lists."""

    outcome: PlanOutcome


@dataclass(frozen=True)
class BoardCompared:
    """What is on board was read back."""

    difference: Message | None
    """The first thing in which it differs from the plan; None for nothing."""


@dataclass(frozen=True)
class StartAllowed:
    """The start is confirmed by `by`, who may give it, and its time has come."""

    by: str


@dataclass(frozen=True)
class StartWithheld:
    """The confirmation is not given, or not any more, or it is not yet time."""

    final: Message | None = None
    """Why there will be none; empty while there may be."""


@dataclass(frozen=True)
class CalledOff:
    """A person gave the flight up before its start."""

    why: Message | None


@dataclass(frozen=True)
class StartOverdue:
    """It was not started in time."""

    why: Message


@dataclass(frozen=True)
class OrderAnswered:
    """What came of an order of the procedure itself."""

    order: VehicleOrder
    answer: OrderAnswer
    why: Message | None = None


@dataclass(frozen=True)
class PilotOrdered:
    """The vehicle has taken a pilot's order."""

    order: Order
    by: str


@dataclass(frozen=True)
class PilotOrderFailed:
    """The vehicle has not taken a pilot's order."""

    order: Order
    by: str
    why: Message


@dataclass(frozen=True)
class PilotStopped:
    """The pilot at the terminal wants it to end; said again: lets go of it."""


@dataclass(frozen=True)
class Ticked:
    """Time has passed."""


FlightInput = (
    VehicleConnected
    | StepFailed
    | StateHeard
    | LinkHeard
    | NoticeHeard
    | PlanPrepared
    | ChecksRun
    | UploadDone
    | BoardCompared
    | StartAllowed
    | StartWithheld
    | CalledOff
    | StartOverdue
    | OrderAnswered
    | PilotOrdered
    | PilotOrderFailed
    | PilotStopped
    | Ticked
)
