"""Checks 9, 10, 11 and 16: battery, weather, daylight, the pilot's hours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.checks.inputs import PilotDuty
from mission.checks.policy import Policy
from mission.checks.verdict import Level
from telemetry.vehicles import Airframe
from tests.mission.checks.builders import NOON, RETURN, at, level, papers, profile, run, said, take_off, weather


def left(**changes: Any) -> tuple[float, float]:
    numbers = run("energy", **changes)[0].numbers
    return numbers["left_after_landing"], numbers["left_after_breaking_off"]


def test_a_long_hold_far_away_uses_the_reserve_up() -> None:
    short, long = (profile([take_off(), at(0, 400, hold_s=s), RETURN]) for s in (60, 1500))
    assert (level("energy", profile=short), level("energy", profile=long)) == (Level.PASS, Level.BLOCK)
    assert "25 % must be" in said("energy", profile=long)


def test_breaking_off_is_worst_where_the_plan_itself_lands_elsewhere() -> None:
    away = profile([take_off(), at(0, 2500), at(0, 2500, 1)])
    lands = profile([take_off(), at(0, 2500), _land_at(0, 2500)])
    for flown in (away, lands):
        after, broken = left(profile=flown)
        assert broken <= after + 1e-9
    after, broken = left(profile=lands)
    assert broken < after - 0.05


@given(st.floats(0, 6), st.floats(0.5, 3))
@settings(max_examples=25, deadline=None)
def test_more_wind_never_leaves_more(wind: float, more: float) -> None:
    calm, windy = left(weather=weather(wind_m_s=wind)), left(weather=weather(wind_m_s=wind + more))
    assert windy[0] <= calm[0] + 1e-9
    assert windy[1] <= calm[1] + 1e-9


def test_a_wind_that_cannot_be_flown_against_blocks() -> None:
    assert "cannot be flown against" in said("energy", weather=weather(wind_m_s=20))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wind_m_s": 9}, "block wind of 12.9 m/s at flying height"),
        ({"wind_m_s": 4, "wind_aloft_m_s": 12.5}, "block wind of 12.5 m/s"),
        ({"gust_m_s": 15.5}, "block gusts of 15.5 m/s"),
        ({"gust_m_s": None}, "warn not known here: gusts"),
        ({"rain_mm_h": 0.3}, "block rain of 0.3 mm/h"),
        ({"visibility_m": 1000}, "block visibility of 1,000 m"),
        ({"visibility_m": None}, "warn not known here: visibility"),
        ({"temperature_c": -12}, "block -12 to -12 °C"),
        ({"temperature_c": None}, "warn not known here: temperature"),
        ({"temperature_c": 1, "weather_code": 45}, "block icing: 1 °C"),
        ({"weather_code": 66}, "block freezing rain"),
        ({"weather_code": 95}, "block a thunderstorm"),
        ({"kp": 5}, "warn Kp 5"),
        ({"kp": 7}, "block Kp 7"),
        ({"age_h": 8}, "block the weather is 7.5 h old"),
    ],
)
def test_each_limit_of_the_weather(changes: dict[str, Any], words: str) -> None:
    now = NOON - timedelta(minutes=30)
    assert words in said("weather", weather=weather(**changes), now=now)


def test_a_drone_made_for_rain_flies_in_a_little() -> None:
    rain_proof = Airframe(rain_proof=True)
    assert level("weather", weather=weather(rain_mm_h=1), airframe=rain_proof) is Level.PASS
    assert level("weather", weather=weather(rain_mm_h=4), airframe=rain_proof) is Level.BLOCK


def test_weather_that_does_not_reach_to_the_landing_is_not_known() -> None:
    ends_soon = weather(begins=NOON - timedelta(hours=6) + timedelta(minutes=1))
    assert "for all of" in said("weather", weather=ends_soon)


MIDNIGHT = datetime(2026, 11, 25, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 11, 25, 6, 0, tzinfo=UTC), Level.PASS),  # dawn in Dobele is at 5:43
        (datetime(2026, 11, 25, 5, 35, tzinfo=UTC), Level.BLOCK),
        (datetime(2026, 11, 25, 14, 40, tzinfo=UTC), Level.PASS),
        (datetime(2026, 11, 25, 14, 58, tzinfo=UTC), Level.BLOCK),
        (MIDNIGHT, Level.BLOCK),
        (datetime(2026, 6, 22, 20, 0, tzinfo=UTC), Level.PASS),
        (datetime(2026, 6, 22, 22, 30, tzinfo=UTC), Level.BLOCK),
        (datetime(2026, 6, 22, 0, 40, tzinfo=UTC), Level.PASS),
    ],
)
def test_day_is_from_civil_dawn_to_civil_dusk(start: datetime, expected: Level) -> None:
    assert level("daylight", at=start, papers=papers(drone={"green_light": False})) is expected


def test_by_night_the_green_light_and_perhaps_an_authorisation_are_wanted() -> None:
    assert level("daylight", at=MIDNIGHT) is Level.PASS
    strict = Policy(night_needs_authorisation=True)
    assert level("daylight", at=MIDNIGHT, policy=strict) is Level.BLOCK


def flights(*starts_h: float, lasting_h: float = 0.5) -> tuple[PilotDuty, ...]:
    begins = [NOON + timedelta(hours=h) for h in starts_h]
    return tuple(PilotDuty(f"F{n}", b, b + timedelta(hours=lasting_h)) for n, b in enumerate(begins))


@pytest.mark.parametrize(
    ("duties", "expected"),
    [
        (flights(), Level.PASS),
        (flights(-4, 2), Level.PASS),
        (flights(-5, 4), Level.BLOCK),
        (flights(-20, 12), Level.PASS),
        (flights(-9, -5, 3), Level.BLOCK),
        (flights(-3, 1, lasting_h=2), Level.BLOCK),
        (flights(-3, lasting_h=2.5), Level.PASS),
    ],
)
def test_duty_and_flying_hours_are_counted_on_both_sides(duties: tuple[PilotDuty, ...], expected: Level) -> None:
    assert level("crew_duty", duties=duties) is expected


def _land_at(east_m: float, north_m: float) -> Any:
    item = at(east_m, north_m, 0)
    return type(item)(21, lat=item.lat, lon=item.lon)
