"""What a flight in the air should warn of: battery, leaving its fence, coming near another own drone. Each once.

Pure: states in, warnings out. Whether they become observations is the caller's to say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely import MultiPoint, Point

from mission.checks.policy import Policy
from mission.flights.states import FlightState
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.vehicles import VehicleState

FENCE_M = 30.0
"""Beside the flight, as in the fence that plan files carry."""


@dataclass(frozen=True)
class FlightWarning:
    """One warning of one flight."""

    flight_id: str
    unit_id: str
    city: str
    kind: str
    """battery, geofence, separation with the other's id, or the vehicle's own words; a flight warns of each once."""
    at: datetime
    position: Position
    words: Message


OnWarning = Callable[[FlightWarning], None]


@dataclass(frozen=True)
class Neighbour:
    """Another own drone in the air."""

    unit_id: str
    name: str
    position: Position


class FlightWatch:
    """Watches one flight."""

    def __init__(self, route: dict[str, Any], policy: Policy) -> None:
        """`route` is the plan's route, a GeoJSON LineString."""
        self._policy = policy
        self._warned: set[str] = set()
        corners = route["coordinates"]
        self._frame = LocalFrame(corners[0][1], corners[0][0])
        flown = MultiPoint([tuple(self._frame.to_metres(corner[1], corner[0])) for corner in corners])
        self._fence = flown.convex_hull.buffer(FENCE_M)

    def look(self, said: VehicleState, state: FlightState, others: Sequence[Neighbour]) -> list[tuple[str, Message]]:
        """(kind, sentence) of each warning that is new with what the vehicle says now."""
        found = [*self._battery(said), *self._left(said, state), *self._near(said, others)]
        new = [(kind, words) for kind, words in found if kind not in self._warned]
        self._warned |= {kind for kind, _ in new}
        return new

    def _battery(self, said: VehicleState) -> list[tuple[str, Message]]:
        if said.battery is None or said.battery >= self._policy.reserve:
            return []
        reserve = self._policy.reserve
        return [("battery", Message("warnings.battery", battery=said.battery, reserve=reserve))]

    def _left(self, said: VehicleState, state: FlightState) -> list[tuple[str, Message]]:
        if state is FlightState.DIVERTED:  # its pilot sent it there
            return []
        away = self._fence.distance(Point(*self._frame.to_metres(said.position.lat, said.position.lon)))
        if away == 0:
            return []
        return [("geofence", Message("warnings.geofence", out_m=away))]

    def _near(self, said: VehicleState, others: Sequence[Neighbour]) -> list[tuple[str, Message]]:
        found = []
        for other in others:
            aside = distance_m(said.position, other.position)
            above = abs((said.position.alt_m or 0.0) - (other.position.alt_m or 0.0))
            if aside < self._policy.separation_m and above < self._policy.separation_height_m:
                words = Message("warnings.separation", aside_m=aside, above_m=above, other=other.name)
                found.append((f"separation {other.unit_id}", words))
        return found
