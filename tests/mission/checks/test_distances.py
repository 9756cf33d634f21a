"""Checks 7, 8, 12 to 15: sight, people below, other flights, geofence, the way home, link and card."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from mission.airspace.heights import HeightReference, Limit
from mission.checks.inputs import OtherFlight, PeopleKind
from mission.checks.policy import Policy
from mission.checks.verdict import Level
from mission.formats.document import FenceArea
from mission.registry.values import LinkLoss
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from telemetry.vehicles import Airframe
from tests.mission.checks.builders import (
    FRAME,
    HOME,
    NOON,
    RETURN,
    airspace,
    at,
    fence,
    inputs,
    level,
    papers,
    people,
    profile,
    run,
    said,
    square,
    take_off,
    weather,
    zone,
)

FAR = profile([take_off(), at(0, 900), RETURN])
NO_BVLOS = papers(pilot={"bvlos_until": None})


def test_beyond_sight_wants_both_operator_and_pilot_authorised() -> None:
    assert level("sight", profile=FAR) is Level.PASS
    assert level("sight", profile=FAR, papers=NO_BVLOS) is Level.BLOCK
    assert level("sight", profile=FAR, papers=papers(operator={"authorisation": None})) is Level.BLOCK
    assert level("sight", profile=FAR, papers=None, bvlos=True) is Level.PASS


def test_a_pilot_who_stands_nearer_sees_it() -> None:
    lat, lon = FRAME.to_degrees(0, 450)
    assert level("sight", profile=FAR, papers=NO_BVLOS, pilot_at=Position(lat=lat, lon=lon)) is Level.WARN


def test_haze_shortens_sight() -> None:
    hazy = weather(visibility_m=600)
    assert "beyond 180 m (0.3 of a visibility of 600 m)" in said("sight", weather=hazy, papers=NO_BVLOS)


@pytest.mark.parametrize(
    ("kind", "east_m", "expected"),
    [
        (PeopleKind.GATHERING, 180, Level.BLOCK),
        (PeopleKind.ROAD, 180, Level.WARN),
        (PeopleKind.BUILT_UP, 180, Level.WARN),
        (PeopleKind.GATHERING, 200, Level.PASS),
    ],
)
def test_the_buffer_is_as_wide_as_the_drone_is_high(kind: PeopleKind, east_m: float, expected: Level) -> None:
    assert level("ground_risk", people=people(kind, square(east_m, 200, 20))) is expected


def other(**changes: Any) -> OtherFlight:
    lat, lon = FRAME.to_degrees(0, 40)
    there = inputs(profile=profile(home=Position(lat=lat, lon=lon, alt_m=60)))
    good = OtherFlight("Other", "Drone 1", False, False, NOON, NOON + timedelta(minutes=5), there.volumes)
    return replace(good, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"same_drone": True}, "block Drone 1 is taken by Other from 22 Jun 2026 13:00 to 13:05 EEST (10:00"),
        ({"same_pilot": True}, "block the pilot flies Other"),
        ({}, "block comes within 10 m of Other"),
        ({"volumes": ()}, "block comes within 0 m of Other"),
        (
            {"begins": NOON + timedelta(hours=1), "ends": NOON + timedelta(hours=2), "same_drone": True},
            "pass clear of all 1",
        ),
    ],
)
def test_one_drone_one_pilot_one_piece_of_air_at_a_time(changes: dict[str, Any], words: str) -> None:
    assert said("overlap", others=(other(**changes),)).startswith(words)


def test_flights_apart_in_height_or_place_do_not_overlap() -> None:
    mine = inputs().volumes
    above = tuple(replace(v, lower_m=v.upper_m + 60, upper_m=v.upper_m + 90) for v in mine)
    assert level("overlap", others=(other(volumes=above),)) is Level.PASS
    lat, lon = FRAME.to_degrees(300, 0)
    aside = profile([take_off(), at(300, 200), at(400, 200), RETURN], home=Position(lat=lat, lon=lon, alt_m=60))
    assert level("overlap", others=(other(volumes=inputs(profile=aside).volumes),)) is Level.PASS


@pytest.mark.parametrize(
    ("areas", "words"),
    [
        ((), "warn the plan carries no geofence"),
        ((fence(210),), "block the path with its buffer reaches 5 m out of part 1"),
        ((fence(), FenceArea(((56.6212, 23.2803),), inclusion=False, radius_m=20)), "straight way home touches"),
        ((FenceArea(((HOME.lat, HOME.lon),), radius_m=300),), "pass all 1 parts"),
        ((FenceArea(((HOME.lat, HOME.lon),), radius_m=230),), "block the path with its buffer reaches"),
        ((FenceArea(((56.6, 23.2), (56.7, 23.4), (56.7, 23.2), (56.6, 23.4))),), "crosses itself"),
    ],
)
def test_the_geofence_holds_path_buffer_and_returns(areas: tuple[FenceArea, ...], words: str) -> None:
    assert words in said("geofence", fence=areas)


def test_the_straight_way_home_may_not_cross_a_zone_that_the_path_goes_round() -> None:
    round_it = profile([take_off(), at(-200, 0), at(-200, 300), at(0, 300), at(-200, 300), at(-200, 0), RETURN])
    air = airspace(zone("P1", square(0, 150, 50)))
    assert level("zones", profile=round_it, airspace=air) is Level.PASS
    assert "it would fly home through zone P1" in said("return_path", profile=round_it, airspace=air)
    low = airspace(zone("P1", square(0, 150, 50), upper=Limit(110.0, HeightReference.AMSL)))
    assert "through zone" not in said("return_path", profile=round_it, airspace=low)


class Ridge:
    """A wall of a hill, 55 m high, across the way home but not round the west of it."""

    version = "a ridge"

    def heights_m(self, lats: ArrayLike, lons: ArrayLike) -> NDArray[np.float64]:
        lat, lon = np.asarray(lats), np.asarray(lons)
        east, north = FRAME.to_metres(lat, lon)  # type: ignore[arg-type]  # arrays too
        return np.where((np.abs(north - 150) < 30) & (east > -150), 115.0, 60.0)


def test_a_return_into_the_hillside_is_seen() -> None:
    round_it = profile([take_off(40), *(at(e, n, 40) for e, n in ((-250, 0), (-250, 300), (0, 300))), RETURN])
    assert "block" not in said("return_path", profile=round_it)
    hidden = replace(round_it, terrain=Ridge())
    assert "on the way home it passes -15 m above ground" in said("return_path", profile=hidden)


def test_no_place_to_land_in_need_is_named() -> None:
    assert "no emergency landing" in said("return_path", rally=())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"airframe": Airframe(link_range_m=200)}, Level.BLOCK),
        ({"airframe": Airframe(photo_storage=10), "profile": profile(
            [take_off(), MissionItem(206, 2, 10.0, 0, 1), at(0, 200), RETURN])}, Level.BLOCK),
        ({"papers": papers(drone={"link_loss": LinkLoss.CONTINUE})}, Level.BLOCK),
        ({"papers": papers(drone={"link_loss": LinkLoss.HOVER})}, Level.WARN),
        ({}, Level.PASS),
    ],
)  # fmt: skip
def test_link_card_and_link_loss(changes: dict[str, Any], expected: Level) -> None:
    assert level("link", **changes) is expected


def test_recording_wants_a_notice_or_the_pilots_word() -> None:
    pictures = profile([take_off(), MissionItem(206, 2, 10.0, 0, 1), at(0, 200), RETURN])
    asked = run("link", profile=pictures, policy=Policy())[-1]
    assert (asked.level, asked.subject) == (Level.ACKNOWLEDGE, "recording")
    assert level("link", profile=pictures) is Level.PASS
