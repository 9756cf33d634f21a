"""What the parts of the simulated autopilot share of it: model, settings and voice. Holds nothing itself."""

from typing import Any, Protocol

from telemetry.simulator.flavour import Flavour
from telemetry.simulator.gimbal import Gimbal
from telemetry.simulator.parameters import Parameters
from telemetry.simulator.plans import PlanStore
from telemetry.transfer.messages import PlanKind
from telemetry.vehicles.kinematics import Multirotor


class AutopilotState(Protocol):
    """The autopilot as its reports, its failsafes and its commands see it."""

    model: Multirotor
    flavour: Flavour
    system: int
    """MAVLink system id."""
    now: float
    """Seconds of the model's clock."""
    plans: dict[PlanKind, PlanStore]
    parameters: Parameters
    gimbal: Gimbal
    unflyable: str | None
    """Why the mission on board is not flown; None where it may be."""
    heard_ground_at: float | None
    """When a ground station was last heard, seconds of the model's clock."""

    @property
    def wire_current(self) -> int:
        """The item being flown as MISSION_CURRENT counts."""

    def say(self, message: Any) -> None:
        """Send a MAVLink message at the next tick."""

    def text(self, severity: int, words: str) -> None:
        """Send a STATUSTEXT; `severity` is a MAV_SEVERITY."""
