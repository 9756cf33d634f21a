"""Check 3: height over the terrain, everywhere."""

import pytest

from mission.checks.inputs import Obstacle
from mission.checks.policy import Policy
from mission.checks.verdict import Level
from telemetry.transfer.mission_items import AltitudeFrame
from tests.mission.checks.builders import HOME, RETURN, at, level, profile, run, said, take_off
from tests.mission.checks.test_profile import Slope


@pytest.mark.parametrize(("height", "expected"), [(120, Level.PASS), (121, Level.BLOCK)])
def test_120_m_above_ground_is_the_limit(height: float, expected: Level) -> None:
    assert level("height", profile=profile([take_off(height), at(0, 100, height), RETURN])) is expected


def test_a_way_down_the_valley_gets_too_high_over_it() -> None:
    flown = profile([take_off(100), at(0, -400, 100), RETURN], terrain=Slope())
    assert "140 m above ground on a transit leg" in said("height", profile=flown)


def test_the_return_is_measured_like_every_leg() -> None:
    flown = profile([take_off(110), at(0, -150, 100), RETURN], terrain=Slope())
    assert level("height", profile=flown) is Level.PASS
    climbs_to_return = profile([take_off(20), at(0, -200, 20), at(0, -300, -20), RETURN], terrain=Slope())
    assert "at most 60 m above ground" in said("height", profile=climbs_to_return)


def test_a_path_into_the_hill_blocks_and_a_low_one_warns() -> None:
    into = profile([take_off(20), at(0, 300, 20), RETURN], terrain=Slope())
    assert "goes into the ground" in said("height", profile=into)
    low = profile([take_off(20), at(0, 140, 20), RETURN], terrain=Slope())
    assert [verdict.level for verdict in run("height", profile=low)] == [Level.PASS, Level.WARN]


def test_beside_a_tall_mast_its_owner_may_have_more() -> None:
    flown = profile([take_off(100), at(0, 100, 150, AltitudeFrame.RELATIVE), at(0, 100, 100), RETURN])
    assert level("height", profile=flown) is Level.BLOCK
    mast = Obstacle(*_place(0, 100), height_m=140)
    steep = profile([take_off(100), at(0, 100, 100), at(0, 100, 150), at(0, 100, 100), RETURN])
    assert level("height", profile=steep, obstacles=(mast,)) is Level.PASS
    assert level("height", profile=steep, obstacles=(Obstacle(*_place(0, 100), height_m=100),)) is Level.BLOCK


def test_a_towns_own_limit_is_kept() -> None:
    assert level("height", policy=Policy(max_height_m=50)) is Level.BLOCK


def test_what_cannot_be_followed_blocks() -> None:
    flown = profile([take_off(), at(0, 100, 50, 7), RETURN])
    assert "frame 7, which is not known" in said("height", profile=flown)


def _place(east_m: float, north_m: float) -> tuple[float, float]:
    item = at(east_m, north_m)
    assert HOME.alt_m
    return item.lat, item.lon
