"""The evaluator: never free when blocked, by an oracle that shares no algorithm with it; and each edge by name."""

from datetime import timedelta

import numpy as np
import pytest
from shapely import Polygon, box

from mission.airspace.applicability import Applicability, DailyPeriod
from mission.airspace.evaluate import Airspace
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.volume import Volume
from mission.airspace.zones import Circle, Restriction, ZoneVolume
from telemetry.errors import BadGeometry
from telemetry.positions import LocalFrame
from tests.mission.airspace.builders import LAT, LON, NOON, SQUARE, meets, volume, zone
from tests.mission.airspace.oracle import distance_m
from tests.mission.airspace.scene import BALTIC, DATE_LINE, Region, answers

AGL, AMSL, WGS84 = HeightReference
HALF_OPEN = Applicability(NOON - timedelta(hours=2), NOON)


@pytest.mark.parametrize(("region", "seed"), [(BALTIC, 11), (DATE_LINE, 12)])
def test_no_blocked_point_is_called_free(region: Region, seed: int) -> None:
    said = answers(region, seed, 50_000)
    assert said.truth.any(axis=0).mean() > 0.2, "the questions hardly meet the zones"
    assert said.unsafe == 0
    assert (said.found & ~said.truth).sum() < 0.1 * said.found.sum()


def test_the_oracle_measures_as_far_as_a_published_line() -> None:
    # Flinders Peak to Buninyong, the test line of Geoscience Australia's GDA manual: 54 972.271 m on GRS 80.
    peak, hill = (-37.95103341666667, 144.42486788888888), (-37.65282113888889, 143.92649552777777)
    assert distance_m(np.array([hill[0]]), np.array([hill[1]]), *peak)[0] == pytest.approx(54_972.271, abs=0.01)


@pytest.mark.parametrize(("west", "expected"), [(0.01, True), (0.0100001, False), (-0.001, True), (-0.0010001, False)])
def test_touching_the_outline_is_meeting(west: float, expected: bool) -> None:
    corner = box(SQUARE.bounds[0] + west, LAT, SQUARE.bounds[0] + west + 0.001, LAT + 0.001)
    assert meets(zone(), volume(outline=Polygon(corner))) is expected


def test_a_hole_is_free_and_its_edge_is_not() -> None:
    ring = zone(ZoneVolume(SQUARE.difference(box(LON + 0.003, LAT + 0.003, LON + 0.007, LAT + 0.007))))
    assert not meets(ring, volume(0.004, 0.004))
    assert meets(ring, volume(0.0065, 0.004))


@pytest.mark.parametrize(
    ("lower", "upper", "band", "expected"),
    [
        (Limit(60), Limit(120), (100, 129.9), False),
        (Limit(60), Limit(120), (100, 130), True),
        (Limit(60), Limit(120), (190, 200), True),
        (Limit(60), Limit(120), (190.1, 200), False),
        (Limit(0), Limit(400, AGL, LengthUnit.FT), (191.9, 200), True),
        (Limit(0), Limit(400, AGL, LengthUnit.FT), (192, 200), False),
        (Limit(300, AMSL), Limit(None), (100, 299), False),
        (Limit(300, AMSL), Limit(99_999, AMSL), (100, 9_000), True),
        (Limit(170, WGS84), Limit(None), (100, 134), False),
        (Limit(170, WGS84), Limit(None), (100, 135), True),
        (Limit(0), Limit(170, WGS84), (155, 160), True),
        (Limit(0), Limit(170, WGS84), (155.1, 160), False),
        (Limit(None), Limit(10, AMSL), (9, 12), True),
        (Limit(0), Limit(50), (-20, -10), True),
        (Limit(60), Limit(120), (100, float("nan")), True),
    ],
)
def test_heights_meet_where_they_may(lower: Limit, upper: Limit, band: tuple[float, float], expected: bool) -> None:
    assert meets(zone(ZoneVolume(SQUARE, lower, upper)), volume(lower=band[0], upper=band[1])) is expected


def test_over_sloping_ground_a_limit_above_it_lies_between_its_lowest_and_its_highest() -> None:
    stepped = zone(ZoneVolume(SQUARE, Limit(60), Limit(120)))
    assert meets(stepped, volume(lower=140, upper=145, ground=(80, 100)))
    assert not meets(stepped, volume(lower=130, upper=139, ground=(80, 100)))
    assert meets(stepped, volume(lower=215, upper=230, ground=(80, 100)))


def test_a_zone_of_several_volumes_has_each_at_its_own_height() -> None:
    at = LAT + 0.005, LON + 0.005
    steps = zone(ZoneVolume(Circle(*at, 100)), ZoneVolume(Circle(*at, 3_000), Limit(50)))
    assert meets(steps, volume(0.0045, 0.0045, lower=75, upper=80))
    assert not meets(steps, volume(0.02, 0.005, lower=75, upper=80))
    assert meets(steps, volume(0.02, 0.005, lower=75, upper=120))


def test_a_circle_in_feet_is_as_large_as_in_feet() -> None:
    circle = zone(ZoneVolume(Circle(LAT, LON, 1_000, LengthUnit.FT)))
    _, near = LocalFrame(LAT, LON).to_degrees(304, 0)
    _, far = LocalFrame(LAT, LON).to_degrees(306, 0)
    assert meets(circle, volume(near - LON, 0, 1e-7))
    assert not meets(circle, volume(far - LON, 0, 1e-7))


@pytest.mark.parametrize(("minutes_after", "expected"), [(0, True), (0.1, False), (-200, False), (-130, True)])
def test_touching_the_time_is_meeting(minutes_after: float, expected: bool) -> None:
    begins = NOON + timedelta(minutes=minutes_after)
    assert meets(zone(applicability=(HALF_OPEN,)), volume(begins=begins)) is expected


def test_a_finding_says_which_legs_meet_when() -> None:
    busy = zone(identifier="B", applicability=(HALF_OPEN,), restriction=Restriction.CONDITIONAL)
    legs = [volume(begins=NOON - timedelta(minutes=m), minutes=5) for m in (30, 3, -60)]
    away = volume(west=1.0)
    prohibited, conditional = Airspace([busy, zone(identifier="Z")]).findings([*legs, away])
    assert (prohibited.zone.identifier, prohibited.volumes) == ("Z", (0, 1, 2))
    assert (conditional.zone.identifier, conditional.volumes) == ("B", (0, 1))
    assert (conditional.begins, conditional.ends) == (NOON - timedelta(minutes=30), NOON)


@pytest.mark.parametrize("lons", [(179.9, 180.1), (179.9, -179.9), (-180.1, -179.9)])
@pytest.mark.parametrize("place", [179.95, -179.95, 180.05])
def test_both_sides_of_the_180th_meridian_are_one_place(lons: tuple[float, float], place: float) -> None:
    west, east = lons
    pacific = zone(ZoneVolume(Polygon([(west, -1), (east, -1), (east, 1), (west, 1)])))
    assert meets(pacific, volume(outline=box(place - 0.01, 0, place + 0.01, 0.1)))
    assert not meets(pacific, volume(outline=box(place - 1, 0, place - 0.9, 0.1)))


def test_a_question_without_a_place_is_refused_and_one_that_crosses_itself_counts_whole() -> None:
    with pytest.raises(BadGeometry, match="leg 2 covers no place"):
        Airspace([zone()]).findings([volume(), volume(outline=Polygon())])
    bow_tie = Polygon([(LON - 0.004, LAT), (LON + 0.002, LAT + 0.002), (LON + 0.002, LAT), (LON - 0.004, LAT + 0.002)])
    assert meets(zone(), volume(outline=bow_tie))


def test_heights_and_times_given_the_wrong_way_round_count_with_all_between() -> None:
    plain = volume(lower=100, upper=300, minutes=60)
    turned = Volume(plain.footprint, 300, 100, 70, 70, plain.ends, plain.begins)
    layer = zone(
        ZoneVolume(SQUARE, Limit(80), Limit(90)), applicability=(Applicability(NOON, NOON + timedelta(minutes=9)),)
    )
    assert meets(layer, turned)


def test_nothing_asked_and_nothing_known_is_nothing_found() -> None:
    assert Airspace([]).findings([volume()]) == []
    assert Airspace([zone()]).findings([]) == []
    assert Airspace([zone()]).findings([volume(west=2)]) == []


def test_a_question_about_years_does_not_look_into_the_schedule() -> None:
    nights = zone(applicability=(Applicability(schedule=(DailyPeriod(),)),))
    assert meets(nights, volume(minutes=60 * 24 * 800))
