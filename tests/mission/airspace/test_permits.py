"""A permit covers a finding only where it covers place, height and time of every leg, ground and geoid counted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from shapely import box

from mission.airspace.evaluate import Airspace
from mission.airspace.heights import HeightReference, LengthUnit, Limit
from mission.airspace.permits import Permit, covers
from mission.airspace.zones import Restriction
from telemetry.cities import City
from tests.mission.airspace.builders import LAT, LON, NOON, volume, zone

RIGA = City("dobele").facts.zone
AGL, AMSL, WGS84 = HeightReference
LEGS = [volume(ground=(65, 75)), volume(0.005, 0.005, ground=(65, 75), begins=NOON + timedelta(minutes=10))]
FINDING = Airspace([zone(restriction=Restriction.REQ_AUTHORISATION)]).findings(LEGS)[0]


def permit(**more: Any) -> Permit:
    given = {"begins": NOON, "ends": NOON + timedelta(minutes=20), "zones": ("LVX1",), "upper": Limit(120)}
    return Permit(id="p", reference="CAA-7", **{**given, **more})


def test_a_permit_for_the_zone_the_height_and_the_time_covers() -> None:
    assert covers(permit(), FINDING, LEGS, RIGA)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zones": ("LVX2",)}, "is for LVX2, not for LVX1"),
        ({"zones": ()}, "names neither a zone nor an area"),
        ({"area": box(LON, LAT, LON + 0.004, LAT + 0.004)}, r"whole of the area flown.*\(leg 2\)"),
        ({"begins": NOON + timedelta(seconds=1)}, r"the flight is there from .* (EET|EEST) \(.* UTC\) \(leg 1\)"),
        ({"ends": NOON + timedelta(minutes=19)}, r"\(leg 2\)"),
        ({"upper": Limit(84)}, "allows up to 149 m above the sea there; the flight reaches 150 m"),
        ({"upper": Limit(275, AGL, LengthUnit.FT)}, "allows up to 149 m"),
        ({"upper": Limit(184, WGS84)}, "allows up to 149 m"),
        ({"lower": Limit(56)}, "allows from 131 m above the sea there; the flight is as low as 130 m"),
        ({"withdrawn_at": NOON}, "was withdrawn"),
    ],
)
def test_what_it_lacks_is_said(changes: dict[str, Any], words: str) -> None:
    answer = covers(permit(**changes), FINDING, LEGS, RIGA)
    assert not answer
    assert re.search(words, str(answer.why_not)), answer.why_not


@pytest.mark.parametrize(
    "changes",
    [
        {"zones": (), "area": box(LON, LAT, LON + 0.01, LAT + 0.01)},
        {"upper": Limit(85)},
        {"upper": Limit(185, WGS84)},
        {"lower": Limit(130, AMSL), "upper": Limit(150, AMSL)},
    ],
)
def test_just_enough_is_enough(changes: dict[str, Any]) -> None:
    assert covers(permit(**changes), FINDING, LEGS, RIGA)
