"""What the simulated autopilot does by itself when something goes wrong, as its parameters say, in its own words.

Texts and severities: ArduCopter 4.7 tells a fence breach at NOTICE and the loss of the ground station as a warning.
"""

from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.positions import LocalFrame
from telemetry.simulator.fences import outside_fence
from telemetry.simulator.state import AutopilotState
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles.failsafe_parameters import failsafes_of
from telemetry.vehicles.failsafes import Cause, Reaction
from telemetry.vehicles.kinematics import Fault, Mode

LOW = 0.25
CRITICAL = 0.10
"""Battery at which it says so; the thresholds of its parameters are these."""
_HOMEWARD = (Mode.RETURN, Mode.LAND)
_MODES = {
    Reaction.HOLDS: Mode.HOLD,
    Reaction.BRAKES: Mode.HOLD,
    Reaction.RETURNS: Mode.RETURN,
    Reaction.RETRACES: Mode.RETURN,
    Reaction.LANDS: Mode.LAND,
}


@dataclass(frozen=True)
class _Text:
    severity: int
    words: str
    over: str = ""
    """Said when the trouble is over."""


_PX4_TEXTS = {
    Cause.LINK_LOSS: _Text(mavlink.MAV_SEVERITY_CRITICAL, "Failsafe: ground station lost"),
    Cause.LOW_BATTERY: _Text(mavlink.MAV_SEVERITY_WARNING, "Failsafe: battery low"),
    Cause.CRITICAL_BATTERY: _Text(mavlink.MAV_SEVERITY_CRITICAL, "Failsafe: battery critical"),
    Cause.POSITION_LOSS: _Text(mavlink.MAV_SEVERITY_CRITICAL, "Failsafe: GPS lost"),
    Cause.FENCE_BREACH: _Text(mavlink.MAV_SEVERITY_CRITICAL, "Geofence violation"),
}
_ARDUPILOT_TEXTS = {
    Cause.LINK_LOSS: _Text(mavlink.MAV_SEVERITY_WARNING, "GCS Failsafe", "GCS Failsafe Cleared"),
    Cause.LOW_BATTERY: _Text(mavlink.MAV_SEVERITY_WARNING, "Battery 1 is low"),
    Cause.CRITICAL_BATTERY: _Text(mavlink.MAV_SEVERITY_CRITICAL, "Battery 1 is critical"),
    Cause.POSITION_LOSS: _Text(mavlink.MAV_SEVERITY_CRITICAL, "EKF Failsafe: changed to LAND Mode"),
    Cause.FENCE_BREACH: _Text(mavlink.MAV_SEVERITY_NOTICE, "Polygon fence breached", "Fence breach cleared"),
}
_TEXTS = {AutopilotName.PX4: _PX4_TEXTS, AutopilotName.ARDUPILOT: _ARDUPILOT_TEXTS}


class Safety:
    """Watches, says what it found once, and acts."""

    def __init__(self, pilot: AutopilotState) -> None:
        self._pilot = pilot
        self._begun: set[Cause] = set()
        self._texts = _TEXTS[pilot.flavour.name]

    def look(self) -> None:
        """Once a tick."""
        model = self._pilot.model
        failsafes = failsafes_of(self._pilot.flavour.name, self._pilot.parameters.values)
        model.return_height_m = failsafes.return_height_m or 0.0
        if not model.in_air:
            self._begun.clear()
            return
        heard_at = self._pilot.heard_ground_at
        link = failsafes.on(Cause.LINK_LOSS)
        lost = heard_at is not None and self._pilot.now - heard_at > (link.after_s or 0.0)
        troubles = {
            Cause.LINK_LOSS: lost,
            Cause.LOW_BATTERY: model.battery <= LOW,
            Cause.CRITICAL_BATTERY: model.battery <= CRITICAL,
            Cause.POSITION_LOSS: Fault.GPS in model.faults,
            Cause.FENCE_BREACH: failsafes.fence_enforced is not False and self._outside(),
        }
        for cause, trouble in troubles.items():
            self._mind(cause, failsafes.on(cause).reaction, trouble=trouble)

    def _mind(self, cause: Cause, reaction: Reaction, *, trouble: bool) -> None:
        if trouble == (cause in self._begun):
            return
        text = self._texts[cause]
        if not trouble:
            self._begun.discard(cause)
            if text.over:
                self._pilot.text(mavlink.MAV_SEVERITY_NOTICE, text.over)
            return
        self._begun.add(cause)
        if reaction is Reaction.NOTHING:
            return
        self._pilot.text(text.severity, text.words)
        self._act(reaction)

    def _act(self, reaction: Reaction) -> None:
        model = self._pilot.model
        if reaction is Reaction.STOPS_MOTORS:
            model.fail(Fault.MOTOR)
        mode = _MODES.get(reaction)
        if mode is None or model.mode is Mode.LAND or (model.mode in _HOMEWARD and mode is not Mode.LAND):
            return
        model.turn_to(mode)

    def _outside(self) -> bool:
        home = self._pilot.model.home
        frame = LocalFrame(home.lat, home.lon)
        items = self._pilot.plans[PlanKind.FENCE].items
        return outside_fence(items, frame, self._pilot.model.east, self._pilot.model.north)
