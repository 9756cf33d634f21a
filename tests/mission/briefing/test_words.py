"""What a pilot reads in need: zones in words, places to land, weather."""

from dataclasses import replace
from datetime import UTC, datetime, time

from mission.airspace.applicability import Applicability, DailyPeriod, SunEvent
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.zones import Circle, Restriction, ZoneVolume
from mission.briefing.conditions import weather_words
from mission.briefing.contingency import procedures, refuges
from mission.briefing.restrictions import restriction_of, restrictions_near
from mission.briefing.track import BriefingTrack
from mission.registry.values import DronePapers, Papers
from mission.zones.attention import Weekday
from telemetry.cities import City
from tests.mission.areas import U_SHAPE, area
from tests.mission.briefing.builders import MADE, at, briefing, inputs, plan, track, zone

RIGA = City("dobele").facts.zone


def test_heights_and_hours_of_a_zone_keep_their_units_and_references() -> None:
    hours = DailyPeriod(frozenset({Weekday.MON, Weekday.FRI}), time(6, tzinfo=UTC), SunEvent.SS)
    applies = Applicability(begins=datetime(2026, 3, 1, tzinfo=UTC), schedule=(hours,))
    volume = ZoneVolume(
        Circle(56.62, 23.28, 500),
        lower=Limit(500, HeightReference.AMSL, LengthUnit.FT),
        upper=Limit(None),
    )
    printed = restriction_of(replace(zone(), volumes=(volume,), applicability=(applies,)), RIGA)
    assert str(printed.heights) == "500 ft above sea level to no limit"
    assert str(printed.when) == "from 01 Mar 2026 02:00 EET (00:00 UTC), MON, FRI 06:00+0000 to sunset"


def test_only_zones_that_are_near_and_ask_something_are_printed_gravest_first() -> None:
    far = replace(zone(), identifier="FAR", volumes=(ZoneVolume(Circle(57.5, 23.28, 500)),))
    told = replace(zone(), identifier="TOLD", restriction=Restriction.NO_RESTRICTION)
    shut = replace(zone(), identifier="SHUT", restriction=Restriction.PROHIBITED)
    found = restrictions_near([zone(), far, told, shut], area(U_SHAPE), RIGA)
    assert [one.identifier for one in found] == ["SHUT", "SYN1"]


def test_each_place_to_land_names_the_waypoints_that_it_is_nearest_to() -> None:
    made = briefing()
    found = refuges(made, BriefingTrack(made.inputs.profile, made.plan.items))
    assert [str(one.name) for one in found] == ["Home", "R1", "R2"]
    assert found[1].from_home == "429 m E"
    assert found[2].nearest_to == "2–3, 6–7"


def test_link_loss_and_turning_back_speak_of_this_flight_and_this_drone() -> None:
    papers = DronePapers(
        maintenance_due=MADE.date(), firmware="1", firmware_approved=True, return_height_m=70, link_loss="land"
    )
    flown = plan()
    known = replace(inputs(flown), papers=Papers(drone=papers))
    made = briefing(plan=flown, inputs=known)
    link, battery = procedures(made, track(flown))[:2]
    assert "it lands where it is. Return height 70 m above home" in str(link.steps[0])
    assert "farthest waypoint (5" in str(battery.steps[0])
    assert made.return_height_set


def test_a_flight_without_rally_points_is_sent_home_in_need() -> None:
    flown = plan(rally=())
    made = briefing(plan=flown, inputs=inputs(flown))
    assert "home; no rally points" in str(procedures(made, track(flown))[1].steps[1])
    assert [str(one.name) for one in refuges(made, track(flown))] == ["Home"]


def test_weather_that_nobody_knows_is_left_out() -> None:
    outlook = inputs(plan()).weather
    assert outlook is not None
    words = weather_words(replace(outlook, gust_m_s=None, coldest_c=3.2, warmest_c=3.4))
    assert "gusts" not in words
    assert str(words["temperature"]) == "3 °C"
    assert weather_words(None) == {}


def test_a_home_far_from_the_rally_point_gives_distance_and_direction() -> None:
    flown = plan(rally=(at(-60, -1_080),))
    found = refuges(briefing(plan=flown, inputs=inputs(flown)), track(flown))
    assert found[1].from_home == "999 m S"
