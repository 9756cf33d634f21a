"""What flying takes: time and energy of segments, in still air, in wind, up and down."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.routes.energy import CALM, Wind, effort
from telemetry.errors import BadPlan
from telemetry.vehicles import Airframe

FRAME = Airframe()
OUT_AND_BACK = [(0, 0, 50), (800, 300, 50), (0, 0, 50)]
corners = st.lists(st.tuples(*[st.floats(-500, 500)] * 2, st.floats(0, 120)), min_size=2, max_size=8)


@given(corners, st.floats(1, 15))
def test_in_still_air_level_segments_take_what_the_airframe_says(points: list[tuple[float, ...]], speed: float) -> None:
    level = np.array(points) * [1, 1, 0]
    took = effort(level, FRAME, speed_m_s=speed)
    lengths = np.linalg.norm(np.diff(level, axis=0), axis=1)
    assert took.seconds == pytest.approx([FRAME.leg_seconds(length, speed) for length in lengths], abs=1e-6)
    assert (took.joules >= FRAME.hover_w * took.seconds * (1 - 1e-9)).all()


@given(st.floats(0, 360), st.floats(0, 11), st.floats(0, 1), st.floats(2, 13))
def test_out_and_back_never_takes_less_for_more_wind(
    from_deg: float, stronger: float, part: float, speed: float
) -> None:
    weak = effort(OUT_AND_BACK, FRAME, speed_m_s=speed, wind=Wind(from_deg, stronger * part))
    strong = effort(OUT_AND_BACK, FRAME, speed_m_s=speed, wind=Wind(from_deg, stronger))
    assert strong.total_j >= weak.total_j * (1 - 1e-9)
    assert strong.total_s >= weak.total_s * (1 - 1e-9)


def test_headwind_costs_more_than_tailwind_and_slows_a_fast_leg() -> None:
    out, back = effort(OUT_AND_BACK, FRAME, speed_m_s=12, wind=Wind(math.degrees(math.atan2(800, 300)), 6)).joules
    assert out > 1.5 * back
    slowed = effort([(0, 0, 0), (0, 900, 0)], FRAME, speed_m_s=12, wind=Wind(0, 6))
    assert slowed.total_s == pytest.approx(FRAME.leg_seconds(900, 15 - 6))


@given(corners, st.floats(0, 9), st.floats(0, 360))
def test_segments_add_up(points: list[tuple[float, ...]], wind: float, from_deg: float) -> None:
    air = Wind(from_deg, wind)
    whole = effort(points, FRAME, speed_m_s=8, wind=air)
    parts = [effort(points[i : i + 2], FRAME, speed_m_s=8, wind=air).total_j for i in range(len(points) - 1)]
    assert whole.total_j == pytest.approx(sum(parts))
    assert (np.isfinite(whole.joules)).all()


def test_up_and_down_take_their_rates_and_a_stay_its_seconds() -> None:
    took = effort([(0, 0, 0), (0, 0, 60), (0, 0, 60), (0, 0, 0)], FRAME, speed_m_s=8, holds_s=[0, 120, 0])
    assert took.seconds == pytest.approx([60 / FRAME.climb_m_s, 120, 60 / FRAME.descent_m_s])
    height_j = 60 * FRAME.mass_kg * 9.81 / FRAME.climb_efficiency
    assert took.joules[0] == pytest.approx(15 * FRAME.hover_w + height_j)
    assert took.joules[1:] == pytest.approx([120 * FRAME.hover_w, 20 * FRAME.hover_w])


def test_a_steep_slope_is_flown_at_the_climb_rate() -> None:
    took = effort([(0, 0, 0), (40, 0, 80)], FRAME, speed_m_s=8)
    assert took.total_s == pytest.approx(80 / FRAME.climb_m_s)
    assert took.total_j > took.total_s * FRAME.hover_w + 80 * FRAME.climb_j_m


def test_a_wind_that_cannot_be_beaten_is_named_with_the_direction() -> None:
    with pytest.raises(BadPlan, match=r"14\.5 m/s from 270° cannot be flown against towards 270° with Mavic 3"):
        effort([(0, 0, 50), (-100, 0, 50)], FRAME, speed_m_s=8, wind=Wind(270, 14.5))
    with pytest.raises(BadPlan, match="towards 0°"):
        effort([(0, 0, 50), (0, 100, 50)], FRAME, speed_m_s=8, wind=Wind(270, 20))
    assert effort([(0, 0, 50), (100, 0, 50)], FRAME, speed_m_s=8, wind=Wind(270, 14.5)).total_s > 0


@pytest.mark.parametrize(("from_deg", "speed"), [(math.nan, 3), (0, -1), (0, math.inf), (0, 200)])
def test_what_is_no_wind_is_refused(from_deg: float, speed: float) -> None:
    with pytest.raises(BadPlan, match="no wind"):
        Wind(from_deg, speed)
    assert CALM.east_north == (0, 0)
