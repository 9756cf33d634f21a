"""What the simulated autopilot does by itself when something goes wrong: link, battery, fence."""

from typing import TYPE_CHECKING

import shapely
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from shapely.geometry.base import BaseGeometry

from telemetry.positions import LocalFrame
from telemetry.transfer.messages import PlanKind
from telemetry.vehicles.kinematics import Fault, Mode
from telemetry.vehicles.protocol import MissionItem

if TYPE_CHECKING:
    from telemetry.simulator.autopilot import Autopilot

LINK_LOST_S = 10.0
"""PX4's COM_DL_LOSS_T."""
LOW, CRITICAL = 0.25, 0.10
"""Battery at which it returns, and at which it lands where it is."""
_HOMEWARD = (Mode.RETURN, Mode.LAND)


class Safety:
    """Watches, says what it found once, and acts."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._said: set[str] = set()

    def look(self) -> None:
        """Once a tick."""
        model = self._pilot.model
        if not model.in_air:
            self._said.clear()
            return
        heard_at = self._pilot.heard_ground_at
        if heard_at is not None and self._pilot.now - heard_at > LINK_LOST_S:
            self._act("Failsafe: ground station lost", Mode.RETURN)
        elif heard_at is not None:
            self._said.discard("Failsafe: ground station lost")
        if model.battery <= CRITICAL:
            self._act("Failsafe: battery critical", Mode.LAND)
        elif model.battery <= LOW:
            self._act("Failsafe: battery low", Mode.RETURN)
        if Fault.GPS in model.faults:
            self._act("Failsafe: GPS lost", Mode.LAND)
        if self._outside():
            self._act("Geofence breached", Mode.RETURN)

    def _act(self, why: str, mode: Mode) -> None:
        if why in self._said:
            return
        self._said.add(why)
        self._pilot.text(mavlink.MAV_SEVERITY_CRITICAL, why)
        model = self._pilot.model
        if model.mode not in _HOMEWARD or (mode is Mode.LAND and model.mode is Mode.RETURN):
            model.turn_to(mode)

    def _outside(self) -> bool:
        inside, outside = fence(self._pilot.plans[PlanKind.FENCE].items, self._frame)
        here = shapely.Point(self._pilot.model.east, self._pilot.model.north)
        return (bool(inside) and not all(area.covers(here) for area in inside)) or any(a.covers(here) for a in outside)

    @property
    def _frame(self) -> LocalFrame:
        home = self._pilot.model.home
        return LocalFrame(home.lat, home.lon)


def fence(items: list[MissionItem], frame: LocalFrame) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The areas to stay in and to stay out of, in metres of `frame`, of MAV_CMD_NAV_FENCE items."""
    inside: list[BaseGeometry] = []
    outside: list[BaseGeometry] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.command in (5003, 5004):  # circle: inclusion, exclusion; param 1 is the radius
            circle = shapely.Point(frame.to_metres(item.lat, item.lon)).buffer(item.param1)
            (inside if item.command == 5003 else outside).append(circle)
            at += 1
        elif item.command in (5001, 5002):  # polygon vertex: param 1 is how many there are
            count = max(int(item.param1), 1)
            ring = [frame.to_metres(corner.lat, corner.lon) for corner in items[at : at + count]]
            if len(ring) >= 3:
                (inside if item.command == 5001 else outside).append(shapely.Polygon(ring))
            at += count
        else:
            at += 1
    return inside, outside
