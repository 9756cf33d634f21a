"""How long somebody takes to a place. Pure. The towns' streets are not known: on the ground it is an estimate.

Vehicles and walkers: the straight line times `detour`, at a mean speed that the town sets. Drones: up, then straight
there against the wind, by what the airframe can do (`mission.routes.energy`).
"""

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from mission.routes.energy import Effort, Wind, effort
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.vehicles import Airframe

CLIMBS_TO_M = 60.0
"""Metres above its start at which a drone is taken to fly there."""
FLIES_AT_M_S = 10.0
"""Over ground, as an overwatch is flown (`OverwatchRequest`)."""
KMH = 3.6
"""Kilometres an hour in a metre a second."""
_Speed = Annotated[float, Field(gt=0, le=130)]


class TravelPolicy(BaseModel):
    """How fast people and towers come through a town."""

    model_config = ConfigDict(extra="forbid")

    patrol_kmh: _Speed = 30.0
    """A patrol in a car, from one place in town to another, stops included."""
    walking_kmh: _Speed = 5.0
    tower_kmh: _Speed = 25.0
    """A camera tower behind a car; putting it up is not counted."""
    detour: Annotated[float, Field(ge=1, le=3)] = 1.3
    """How much longer than the straight line the way along the streets is."""


@dataclass(frozen=True)
class Travel:
    """A way to a place."""

    away_m: float
    """Straight."""
    seconds: float
    walking_s: float | None = None
    """On foot, for people."""


def by_patrol(policy: TravelPolicy, start: Position, place: Position) -> Travel:
    """Somebody with a car."""
    away_m = distance_m(start, place)
    way_m = away_m * policy.detour
    return Travel(away_m, way_m / policy.patrol_kmh * KMH, way_m / policy.walking_kmh * KMH)


def by_tower(policy: TravelPolicy, start: Position, place: Position) -> Travel:
    """A camera tower that is towed there."""
    away_m = distance_m(start, place)
    return Travel(away_m, away_m * policy.detour / policy.tower_kmh * KMH)


@dataclass(frozen=True)
class DroneState:
    """What of a drone decides whether it gets there."""

    airframe: Airframe
    battery: float | None
    """Fraction left; None: it has not said."""
    reserve: float
    """Fraction that must be left at the end."""
    wind_m_s: float | None
    """Mean wind at CLIMBS_TO_M, taken to blow against it both ways; None: no weather is known."""


def by_drone(drone: DroneState, start: Position, place: Position) -> tuple[Travel, Message | None]:
    """A drone: up and straight there. Beside it why it should not be sent, None when nothing is known against it."""
    away_m = distance_m(start, place)
    wind_m_s = drone.wind_m_s or 0.0
    east_m, north_m = LocalFrame(start.lat, start.lon).to_metres(place.lat, place.lon)
    bearing_deg = math.degrees(math.atan2(east_m, north_m)) % 360
    try:
        there = _flown(drone.airframe, east_m, north_m, Wind(bearing_deg, wind_m_s))
        back = _flown(drone.airframe, -east_m, -north_m, Wind((bearing_deg + 180) % 360, wind_m_s))
    except BadPlan as error:
        return Travel(away_m, math.inf), error.told
    travel = Travel(away_m, there.total_s)
    return travel, _against(drone, away_m, there, back)


def _against(drone: DroneState, away_m: float, there: Effort, back: Effort) -> Message | None:
    airframe = drone.airframe
    if drone.wind_m_s is not None and drone.wind_m_s > airframe.max_wind_m_s:
        return Message("responders.too_windy", wind_m_s=drone.wind_m_s, limit_m_s=airframe.max_wind_m_s)
    if away_m > airframe.link_range_m:
        return Message("responders.beyond_link", limit_m=airframe.link_range_m)
    if drone.battery is not None:
        left = drone.battery - (there.total_j + back.total_j) / (airframe.battery_wh * 3_600)
        if left < drone.reserve:
            return Message("responders.beyond_battery", left=max(left, 0.0), reserve=drone.reserve)
    return None


def _flown(airframe: Airframe, east_m: float, north_m: float, wind: Wind) -> Effort:
    corners = np.array([[0, 0, 0], [0, 0, CLIMBS_TO_M], [east_m, north_m, CLIMBS_TO_M]])
    return effort(corners, airframe, speed_m_s=FLIES_AT_M_S, wind=wind)
