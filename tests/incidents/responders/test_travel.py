"""How long the way to an incident takes: along streets by a stated factor, through the air against the wind."""

import math

import pytest

from incidents.responders.travel import DroneState, TravelPolicy, by_drone, by_patrol, by_tower
from telemetry.messages import Message
from telemetry.vehicles import Airframe
from tests.builders import place

POLICY = TravelPolicy()


def drone(*, wind_m_s: float | None = None, battery: float | None = 1.0) -> DroneState:
    return DroneState(Airframe(), battery, 0.25, wind_m_s)


def code_of(problem: Message | None) -> str:
    assert problem is not None
    return problem.code


def test_a_patrol_takes_the_straight_line_times_the_detour_at_its_speed() -> None:
    way = by_patrol(POLICY, place(), place(east_m=1_000))
    assert way.away_m == pytest.approx(1_000, rel=0.01)
    assert way.seconds == pytest.approx(1_300 / (30 / 3.6), rel=0.01)
    assert way.walking_s == pytest.approx(1_300 / (5 / 3.6), rel=0.01)


def test_a_tower_is_slower_than_a_patrol() -> None:
    start = place()
    there = place(east_m=1_000)
    assert by_tower(POLICY, start, there).seconds > by_patrol(POLICY, start, there).seconds


def test_a_drone_climbs_first_and_flies_straight() -> None:
    way, problem = by_drone(drone(), place(), place(east_m=1_000))
    climb_s = 60 / Airframe().climb_m_s
    assert problem is None
    assert climb_s + 100 < way.seconds < climb_s + 110


def test_a_drone_is_held_up_by_the_wind() -> None:
    calm, _ = by_drone(drone(), place(), place(east_m=1_000))
    windy, problem = by_drone(drone(wind_m_s=9), place(), place(east_m=1_000))
    assert problem is None
    assert windy.seconds > calm.seconds + 50


@pytest.mark.parametrize(
    ("state", "east_m", "expected"),
    [
        (drone(wind_m_s=13), 500, "responders.too_windy"),
        (drone(), 4_500, "responders.beyond_link"),
        (drone(battery=0.3), 2_000, "responders.beyond_battery"),
    ],
)
def test_a_drone_that_would_not_come_back_says_why(state: DroneState, east_m: float, expected: str) -> None:
    assert code_of(by_drone(state, place(), place(east_m=east_m))[1]) == expected


def test_a_drone_that_makes_no_way_against_the_wind_never_arrives() -> None:
    way, problem = by_drone(drone(wind_m_s=16), place(), place(east_m=500))
    assert math.isinf(way.seconds)
    assert code_of(problem) == "routes.wind_too_strong"
