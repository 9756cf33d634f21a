"""What will be flown: heights of all frames, times, holds, jumps, ways home, and what cannot be followed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from mission.checks.profile import profile_of
from mission.checks.segments import SegmentKind
from mission.checks.volumes import operational_volumes, samples_of
from mission.routes.mission_items import items_of
from mission.routes.survey import SurveyRequest, plan_survey
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.vehicles import Airframe
from tests.mission.areas import RECTANGLE, area
from tests.mission.checks.builders import FRAME, HOME, NOON, OUT_AND_BACK, RETURN, at, inputs, profile, take_off

NAN = math.nan


class Slope:
    """Ground that rises one metre in ten to the north, 60 m above the sea at home."""

    version = "a slope"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        north = (np.asarray(lats) - HOME.lat) * FRAME.to_metres(HOME.lat + 1, HOME.lon).north_m
        return np.asarray(60 + north / 10, dtype=np.float64)


def test_a_survey_takes_the_time_and_pictures_its_planner_says() -> None:
    route = plan_survey(area(RECTANGLE), SurveyRequest(altitude_m=60, spacing_m=30), home=HOME)
    flown = profile(items_of(route))
    assert flown.duration_s == pytest.approx(route.summary.duration_s, rel=0.01)
    assert flown.photos == route.summary.photos
    assert (flown.unclear, flown.assumed) == ((), ())
    assert {segment.kind for segment in flown.segments} == set(SegmentKind) - {SegmentKind.HOLD}


@pytest.mark.parametrize(
    ("frame", "amsl"),
    [(AltitudeFrame.AMSL, 160.0), (5, 160.0), (AltitudeFrame.RELATIVE, 220.0), (6, 220.0), (10, 240.0), (11, 240.0)],
)
def test_heights_are_understood_in_every_frame(frame: int, amsl: float) -> None:
    flown = profile([take_off(), at(0, 200, 160, frame), RETURN], terrain=Slope())
    assert flown.segments[1].ends.amsl_m == pytest.approx(amsl, abs=0.1)


def test_an_unknown_frame_or_command_is_named() -> None:
    flown = profile([take_off(), at(0, 100, 50, 7), MissionItem(94), MissionItem(211), RETURN])
    assert [str(sentence)[:6] for sentence in flown.unclear] == ["item 2", "item 3", "item 4"]


def test_a_plan_without_take_off_landing_or_home_says_what_was_assumed() -> None:
    flown = profile([at(0, 100)], home=None)
    assert len(flown.assumed) == 3
    assert flown.segments[0].kind is SegmentKind.TAKE_OFF
    assert flown.segments[-1].kind is SegmentKind.LANDING
    assert flown.segments[-1].ends.amsl_m == 0


def test_holds_and_loiters_take_their_time() -> None:
    plain = profile(OUT_AND_BACK).duration_s
    held = profile([take_off(), at(0, 200, hold_s=30), MissionItem(93, param1=20), at(100, 200), RETURN])
    assert held.duration_s == pytest.approx(plain + 50)
    turns = profile(
        [take_off(), at(0, 200), MissionItem(18, param1=2, param3=30, lat=HOME.lat, lon=HOME.lon, alt_m=60)]
    )
    assert turns.duration_s > plain + 2 * 2 * math.pi * 30 / 8


def test_a_jump_is_followed_as_often_as_it_says() -> None:
    items = [take_off(), at(0, 100), at(0, 200), MissionItem(177, AltitudeFrame.NO_POSITION, 1, 3), RETURN]
    assert sum(segment.length_m > 50 for segment in profile(items).segments) == 2 + 3 * 2 + 1


@pytest.mark.parametrize("jump", [(1, -1), (9, 2), (NAN, 2), (1, NAN)])
def test_a_jump_without_end_or_aim_is_refused(jump: tuple[float, float]) -> None:
    with pytest.raises(BadPlan, match="item 3 jumps"):
        profile([take_off(), at(0, 100), MissionItem(177, AltitudeFrame.NO_POSITION, *jump)])


def test_jumps_in_jumps_end_quickly() -> None:
    items = [take_off(), at(0, 100), *[MissionItem(177, AltitudeFrame.NO_POSITION, 1, 1000)] * 5]
    with pytest.raises(BadPlan, match="divide"):
        profile(items)


def test_it_returns_at_its_return_height_or_higher() -> None:
    low, high = (profile([take_off(h), at(0, 100, h), RETURN]) for h in (20, 60))
    tops = [max(s.ends.amsl_m for s in flown.segments if s.kind is SegmentKind.RETURN) for flown in (low, high)]
    assert tops == [90, 120]


def test_nothing_to_fly_is_refused() -> None:
    for items in ([], [MissionItem(Command.CHANGE_SPEED, AltitudeFrame.NO_POSITION, 1, 5, -1)]):
        with pytest.raises(BadPlan, match="flies nowhere"):
            profile(items, home=None)


anything = st.builds(
    MissionItem, st.integers(0, 2600), st.integers(0, 21), *[st.floats(-1e4, 1e4) | st.just(NAN)] * 4,
    lat=st.floats(56.5, 56.7) | st.just(0.0), lon=st.floats(23.1, 23.4) | st.just(0.0), alt_m=st.floats(-100, 500),
)  # fmt: skip


@given(st.lists(anything, max_size=12))
def test_any_items_are_flown_in_unbroken_time_and_space_or_refused(items: list[MissionItem]) -> None:
    try:
        flown = profile_of(items, home=HOME, airframe=Airframe(), terrain=None, return_height_m=30)
    except BadPlan:
        return
    for before, after in zip(flown.segments, flown.segments[1:], strict=False):
        assert (before.ends, before.end_s) == (after.begins, after.start_s)
    assert flown.segments[0].begins == flown.home
    assert flown.segments[-1].ends.amsl_m == flown.home.amsl_m


def test_volumes_hold_the_path_with_its_buffer_in_place_height_and_time() -> None:
    good = inputs(profile=profile(terrain=Slope()))
    samples = samples_of(good.profile)
    volumes = operational_volumes(good.profile, samples, at=NOON, policy=good.policy)
    assert np.diff(samples.lat[samples.segment == 1]).max() * 111_300 <= 10
    for number, (volume, segment) in enumerate(zip(volumes, good.profile.segments, strict=True)):
        mine = samples.segment == number
        assert volume.lower_m <= max(samples.amsl_m[mine].min() - 3.9, samples.ground_m[mine].min() + 0.1)
        assert volume.upper_m >= samples.amsl_m[mine].max() + 3.9
        assert volume.ground_low_m <= samples.ground_m[mine].min()
        assert volume.ground_high_m >= samples.ground_m[mine].max()
        assert (volume.begins - NOON).total_seconds() == pytest.approx(segment.start_s, abs=1e-3)
    west, south, _, north = volumes[1].footprint.bounds
    assert FRAME.to_metres(south, west).north_m == pytest.approx(-15, abs=0.1)
    assert FRAME.to_metres(north, west).north_m == pytest.approx(215, abs=0.1)


def test_a_home_that_is_set_in_flight_is_where_heights_count_from_and_where_it_returns() -> None:
    home = Position(lat=56.62, lon=23.28, alt_m=50)
    items = (
        MissionItem(22, alt_m=40, lat=home.lat, lon=home.lon),
        MissionItem(179, AltitudeFrame.AMSL, lat=56.63, lon=23.28, alt_m=80),
        MissionItem(16, lat=56.625, lon=23.28, alt_m=40),
        MissionItem(20, 2),
    )
    flown = profile_of(items, home=home, airframe=Airframe(), terrain=None, return_height_m=30.0)
    assert max(segment.ends.amsl_m for segment in flown.segments) == 120
    assert flown.segments[-1].ends.lat == pytest.approx(56.63)
    assert any("item 2 sets home to 56.630000, 23.280000" in str(said) for said in flown.assumed)
