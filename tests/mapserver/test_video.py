"""When a drone's video is analysed: over its zone, and nowhere on the way."""

from mapserver.video import over_zone
from telemetry.cities import City
from tests.builders import place

LON, LAT = City.DOBELE.facts.lon, City.DOBELE.facts.lat
ZONE = {
    "type": "Polygon",
    "coordinates": [[[LON, LAT], [LON + 0.002, LAT], [LON + 0.002, LAT + 0.001], [LON, LAT + 0.001], [LON, LAT]]],
}


def test_a_drone_over_its_zone_is_on_duty() -> None:
    assert over_zone(ZONE, place(east_m=50, north_m=50), margin_m=0)


def test_a_drone_on_the_way_is_not() -> None:
    assert not over_zone(ZONE, place(east_m=-5, north_m=50), margin_m=0)


def test_a_turn_just_outside_does_not_switch_it_off() -> None:
    assert over_zone(ZONE, place(east_m=-5, north_m=50), margin_m=25)
    assert not over_zone(ZONE, place(east_m=-30, north_m=50), margin_m=25)
