"""Heights that nobody has told are bands: what lies within them blocks or asks."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mission.airspace.heights import HeightReference, Limit
from mission.airspace.zones import Restriction
from mission.checks.inputs import OtherFlight
from mission.checks.offline import airspace_in, inputs_of
from mission.checks.profile import profile_of
from mission.checks.registry import run_checks
from mission.checks.segments import Profile, SegmentKind
from mission.checks.verdict import Level
from mission.formats import load
from mission.ground import Terrain
from mission.heights import AboveSea, Band
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from tests.mission.checks.builders import (
    AIRFRAME,
    HOME,
    RETURN,
    airspace,
    at,
    inputs,
    level,
    run,
    said,
    square,
    take_off,
    zone,
)
from tests.mission.checks.test_profile import Slope

CASES = Path(__file__).parents[4] / "shared/samples/cases/planning"
TOWN: Band[AboveSea] = Band(50.0, 90.0)
SOMEWHERE = HOME.model_copy(update={"alt_m": None})
AREA = square(0, 200, 50)


def above_sea(metres: float) -> Limit:
    return Limit(metres, HeightReference.AMSL)


def flown(
    *items: MissionItem,
    home: Position = SOMEWHERE,
    ground: Band[AboveSea] | None = None,
    terrain: Terrain | None = None,
) -> Profile:
    asked = items or (take_off(), at(0, 200), at(100, 200), RETURN)
    return profile_of(
        asked, home=home, airframe=AIRFRAME, terrain=terrain, return_height_m=30, speed_m_s=8, ground=ground
    )


@pytest.mark.parametrize("floor", [90, 150, 300])
def test_a_prohibited_floor_above_the_sea_blocks_while_homes_height_is_not_known(floor: float) -> None:
    air = airspace(zone("CTR", AREA, lower=above_sea(floor), upper=above_sea(900)))
    (verdict,) = [v for v in run("zones", airspace=air, profile=flown()) if v.level is Level.BLOCK]
    assert "home's height above the sea is not known (between -5 and 320 m)" in str(verdict.message)
    assert "--home LAT,LON,ALT" in str(verdict.clears)


def test_the_towns_own_ground_frees_a_flight_that_stays_below_the_floor_wherever_home_lies() -> None:
    air = airspace(zone("CTR", AREA, lower=above_sea(200), upper=above_sea(900)))
    assert level("zones", airspace=air, profile=flown(ground=TOWN)) is Level.PASS
    assert level("zones", airspace=air, profile=flown()) is Level.BLOCK


def test_homes_height_decides_when_it_is_known() -> None:
    air = airspace(zone("CTR", AREA, lower=above_sea(150), upper=above_sea(900)))
    low, high = (flown(home=HOME.model_copy(update={"alt_m": alt})) for alt in (60.0, 110.0))
    assert level("zones", airspace=air, profile=low) is Level.PASS
    assert "counts as" not in said("zones", airspace=air, profile=high)
    assert level("zones", airspace=air, profile=high) is Level.BLOCK


def test_a_zone_that_is_met_wherever_home_lies_is_simply_met() -> None:
    air = airspace(zone("CTR", AREA, upper=above_sea(900)))
    assert "counts as" not in said("zones", airspace=air, profile=flown())


def test_limits_above_the_ground_do_not_need_homes_height() -> None:
    air = airspace(zone("LOW", AREA, lower=Limit(80), upper=Limit(120)))
    assert level("zones", airspace=air, profile=flown()) is Level.PASS
    assert level("zones", airspace=air, profile=flown(take_off(90), at(0, 200, 90), RETURN)) is Level.BLOCK


def test_a_ceiling_below_the_least_height_is_free_and_one_within_the_band_is_not() -> None:
    zones = [zone(f"Z{top}", AREA, Restriction.CONDITIONAL, lower=above_sea(1), upper=above_sea(top))
             for top in (40, 120)]  # fmt: skip
    told = said("zones", airspace=airspace(*zones), profile=flown(ground=TOWN))
    assert "Z120" in told
    assert "Z40" not in told


def test_a_height_above_the_sea_over_unknown_ground_asks() -> None:
    sea = (take_off(40), at(0, 200, 110, 0), RETURN)
    asked = [v for v in run("height", profile=flown(*sea)) if v.level is Level.ACKNOWLEDGE]
    assert [v.subject for v in asked] == ["ground"]
    assert "the ground may be as high as the path" in str(asked[0].message)


def test_the_towns_ground_asks_when_it_may_break_the_limit() -> None:
    high = flown(take_off(100), at(0, 200, 100), RETURN, home=HOME, ground=TOWN)
    assert level("height", profile=high) is Level.PASS
    higher = flown(take_off(115), at(0, 200, 115), RETURN, home=HOME, ground=TOWN)
    assert "it may be up to 125 m above ground, where the limit is 120 m" in said("height", profile=higher)


def test_a_terrain_file_leaves_nothing_open() -> None:
    surveyed = flown(home=HOME, terrain=Slope(), ground=TOWN)
    assert surveyed.anchor.surveyed
    assert surveyed.anchor.words is None
    assert not inputs(profile=surveyed).samples.off_ground_m.any()


def test_terrain_following_over_unknown_ground_is_a_band_above_the_sea() -> None:
    items = (take_off(40), at(0, 200, 40, 10), RETURN)
    air = airspace(zone("CTR", AREA, lower=above_sea(125), upper=above_sea(900)))
    assert level("zones", airspace=air, profile=flown(*items, home=HOME, ground=TOWN)) is Level.BLOCK
    assert level("zones", airspace=air, profile=flown(*items, home=HOME)) is Level.PASS


@pytest.mark.parametrize(("name", "words"), [("home_no_alt", "counts as met"), ("home110", "met on")])
def test_a_drone_under_a_floor_above_the_sea_is_not_told_that_it_is_clear(name: str, words: str) -> None:
    if not CASES.exists():
        pytest.skip("the samples are not here")
    noon = datetime(2027, 6, 1, 10, tzinfo=UTC)
    air = airspace_in([CASES / "ed269_amsl_floor_150.json"], now=noon)
    found = run_checks(inputs_of(load(CASES / f"{name}.plan"), at=noon, now=noon, airspace=air))
    (zones,) = [verdict for verdict in found if verdict.check == "zones"]
    assert zones.level is Level.BLOCK
    assert words in str(zones.message)
    assert json.dumps(zones.as_json())


def test_two_flights_from_unknown_homes_are_kept_apart_by_what_they_are_reckoned_from() -> None:
    mine = inputs(profile=flown())
    for lift, expected in ((0, Level.BLOCK), (60, Level.PASS)):
        theirs = tuple(replace(v, lower_m=v.lower_m + lift, upper_m=v.upper_m + lift) for v in mine.volumes)
        work = tuple(v for v, s in zip(theirs, mine.profile.segments, strict=True) if s.kind is SegmentKind.WORK)
        other = OtherFlight("other", "Drone 2", False, False, mine.at, mine.ends, work)
        assert level("overlap", profile=flown(), others=(other,)) is expected
