"""The check of images per point: what it warns of, what it asks, and what it counts of items and sorties."""

from dataclasses import replace
from functools import cache

import pytest

from mission.checks.camera_trigger import CameraTrigger
from mission.checks.images import check
from mission.checks.inputs import Inputs, MappedArea
from mission.checks.registry import run_checks
from mission.checks.segments import AirPoint
from mission.checks.verdict import Level, Verdict
from mission.routes.cameras import camera_named
from mission.routes.mission_items import items_of
from mission.routes.pictures import Pictures, pictures_of_legs
from mission.routes.route import Route
from mission.routes.survey import SurveyRequest, plan_survey
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from tests.mission.checks.builders import HOME, RETURN, at, inputs, profile, square, take_off

CAMERA = camera_named("generic")
FIELD = square(0, 250, 60)


@cache
def flight(images: int | None = None) -> tuple[Inputs, Route]:
    route = plan_survey(FIELD, SurveyRequest(images_per_point=images), home=HOME)
    return inputs(profile=profile(items_of(route))), route


def verdict(flown: Inputs, mapped: MappedArea) -> Verdict:
    (found,) = check(replace(flown, mapped=mapped))
    return found


def trigger(every_m: float) -> MissionItem:
    return MissionItem(Command.CAMERA_TRIGGER_DISTANCE, AltitudeFrame.NO_POSITION, every_m, 0, 1)


def test_a_flight_that_maps_nothing_has_no_verdict() -> None:
    assert check(inputs()) == []


def test_nobody_asked_so_too_few_images_warn_and_say_where_and_what_helps() -> None:
    flown, _ = flight()
    found = verdict(flown, MappedArea(FIELD, CAMERA))
    assert found.level is Level.WARN
    assert found.numbers["least"] < 5
    assert "fewer than 5 pictures" in str(found.message)
    assert f"{found.numbers['worst_lat']:.5f}" in str(found.message)
    assert "5 images per point" in str(found.clears)


def test_a_number_that_was_asked_for_and_is_not_reached_is_asked_about() -> None:
    flown, _ = flight()
    found = verdict(flown, MappedArea(FIELD, CAMERA, 9, asked=True))
    assert (found.level, found.subject) == (Level.ACKNOWLEDGE, "images_per_point")
    assert run_checks(replace(flown, mapped=MappedArea(FIELD, CAMERA, 9, asked=True)))[-1] == found


def test_a_survey_that_was_planned_for_the_number_passes() -> None:
    flown, route = flight(7)
    found = verdict(flown, MappedArea(FIELD, CAMERA, 7, asked=True))
    assert found.level is Level.PASS
    assert found.numbers["least"] == route.summary.images_least


def test_pictures_follow_from_the_items_as_they_do_from_the_route() -> None:
    flown, route = flight()
    planned = pictures_of_legs(route.legs, route.summary.trigger_m or 0)
    assert len(flown.profile.pictures) == len(planned) == flown.profile.photos
    assert flown.profile.pictures.lat == pytest.approx(planned.lat, abs=2e-6)
    assert flown.profile.pictures.heading_deg == pytest.approx(planned.heading_deg, abs=0.5)


def test_the_pictures_of_other_sorties_count() -> None:
    flown, _ = flight(5)
    nothing = inputs(profile=profile([take_off(), at(0, 30), RETURN]))
    alone = verdict(nothing, MappedArea(FIELD, CAMERA))
    together = verdict(nothing, MappedArea(FIELD, CAMERA, others=(flown.profile.pictures,)))
    assert (alone.numbers["least"], alone.numbers["short_fraction"]) == (0, 1.0)
    assert together.level is Level.PASS
    assert "all sorties together" in str(together.message)


def test_pictures_of_a_region_of_interest_map_nothing() -> None:
    lat, lon = HOME.lat + 0.002, HOME.lon
    aim = MissionItem(Command.SET_ROI_LOCATION, lat=lat, lon=lon, alt_m=0)
    done = MissionItem(Command.SET_ROI_NONE, AltitudeFrame.NO_POSITION)
    flown = profile([take_off(), at(0, 100), aim, trigger(10), at(0, 200), done, at(0, 300), trigger(0), RETURN])
    assert flown.photos == 21
    assert len(flown.pictures) == 10


def test_the_gimbal_turns_the_pictures_that_follow() -> None:
    tilt = MissionItem(Command.MOUNT_CONTROL, AltitudeFrame.NO_POSITION, -60, alt_m=2.0)
    flown = profile([take_off(), at(0, 100), trigger(50), at(0, 200), tilt, at(0, 300), RETURN])
    assert sorted(set(flown.pictures.pitch_deg.tolist())) == [-90.0, -60.0]


def test_single_pictures_and_pictures_by_time_are_placed_too() -> None:
    camera = CameraTrigger()
    south, north = AirPoint(56.62, 23.28, 100), AirPoint(56.621, 23.28, 100)
    camera.fly(south, north, length_m=111, seconds=10)
    camera.follow(MissionItem(203, AltitudeFrame.NO_POSITION), north)
    camera.follow(MissionItem(214, AltitudeFrame.NO_POSITION, 4000), north)
    camera.fly(north, south, length_m=111, seconds=10)
    camera.follow(MissionItem(2001, AltitudeFrame.NO_POSITION), south)
    camera.fly(south, north, length_m=111, seconds=10)
    taken = camera.pictures()
    assert camera.photos == len(taken) == 4
    assert taken.lat.round(5).tolist() == [56.621, 56.621, 56.6206, 56.6202]
    assert taken.heading_deg.round().tolist() == [0, 180, 180, 180]


def test_no_pictures_show_nothing() -> None:
    assert len(Pictures.joined([Pictures.of_rows([])])) == 0
