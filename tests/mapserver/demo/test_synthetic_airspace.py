"""The shipped zones are invented and say so everywhere, are read like a real file, and leave the demo its flight."""

from datetime import UTC, datetime

import pytest
from shapely import LineString, box
from shapely.geometry import shape

from mapserver.demo import places, synthetic_airspace
from mission.airspace.evaluate import Airspace
from mission.airspace.files import ZoneFile, read_zones
from mission.airspace.volume import Volume
from mission.airspace.zones import Restriction
from telemetry.cities import City, known_towns
from telemetry.positions import LocalFrame
from tests.mission.airspace.builders import NOON


def shipped(city: City) -> ZoneFile:
    return read_zones(synthetic_airspace.content(city), "synthetic.json")


@pytest.mark.parametrize("city", known_towns())
def test_every_zone_says_that_it_is_invented(city: City) -> None:
    file = shipped(city)
    assert file.synthetic
    assert file.remarks == ()
    assert "invented" in file.title
    for zone in file.zones:
        assert zone.name.startswith("Synthetic: ")
        assert "Invented" in zone.message
        assert "SYN" in zone.identifier


def test_the_aerodrome_has_steps_of_height_outward() -> None:
    frame = LocalFrame(City("siauliai").facts.lat, City("siauliai").facts.lon)
    airspace = Airspace(shipped(City("siauliai")).zones)

    def greatest(north_m: float) -> int:
        lat, lon = frame.to_degrees(synthetic_airspace.AERODROME[0], synthetic_airspace.AERODROME[1] - north_m)
        place = box(lon, lat, lon + 1e-5, lat + 1e-5)
        free = [h for h in range(0, 125, 5) if not airspace.findings([Volume(place, 0, h, 0, 0, NOON, NOON)])]
        return max(free, default=0)

    assert [greatest(north) for north in (1_000, 4_000, 6_000, 10_000, 13_000)] == [0, 45, 95, 115, 120]


@pytest.mark.parametrize("month", [2, 6, 12])
def test_the_demos_flight_over_the_fair_meets_nothing_at_any_hour(month: int) -> None:
    fair = next(zone for zone in places.ZONES if zone.id == places.FAIR)
    lat, lon = places.HOME
    middle = shape(fair.polygon()).centroid
    way = LineString([(lon, lat), (middle.x, middle.y)])
    flown = way.union(shape(fair.polygon())).convex_hull.buffer(0.002)  # more than 120 m to each side
    day = datetime(2026, month, 6, tzinfo=UTC)
    volume = Volume(flown, 70, 200, 65, 75, day, day.replace(day=13))
    assert Airspace(shipped(City("dobele")).zones).findings([volume]) == []


def test_every_restriction_can_be_met_in_the_demo() -> None:
    met = {zone.restriction for city in known_towns() for zone in shipped(city).zones}
    assert met >= {Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL}
