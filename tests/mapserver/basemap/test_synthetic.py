"""The synthetic street map: what is promised of it to the page and to whoever might mistake it for a real one."""

import json

import pytest
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from mapserver.basemap.synthetic import streets, town
from telemetry.cities import City, all_towns, known_towns
from telemetry.positions import LocalFrame

EXTENT_M = {City("siauliai"): 4_000.0, City("dobele"): 2_000.0}


def shapes(city: City, kind: str) -> list[BaseGeometry]:
    return [shape(f["geometry"]) for f in town(city)["features"] if f["properties"]["kind"] == kind]


@pytest.mark.parametrize("city", known_towns())
def test_the_same_town_is_drawn_the_same_every_time(city: City) -> None:
    first = json.dumps(town(city))
    town.cache_clear()
    assert json.dumps(town(city)) == first


def test_the_whole_map_says_that_it_is_synthetic_and_names_each_feature_s_town() -> None:
    collection = streets()
    assert collection["synthetic"] is True
    assert {f["properties"]["city"] for f in collection["features"]} == set(all_towns())


@pytest.mark.parametrize("city", known_towns())
def test_a_town_has_streets_water_and_parks_and_every_shape_is_valid(city: City) -> None:
    for kind in ("town", "main", "street", "park", "water"):
        (found,) = shapes(city, kind)
        assert found.is_valid, kind
        assert not found.is_empty, kind


@pytest.mark.parametrize("city", known_towns())
def test_the_built_up_area_reaches_the_town_s_extent(city: City) -> None:
    frame = LocalFrame(city.facts.lat, city.facts.lon)
    (area,) = shapes(city, "town")
    reach = [max(map(abs, frame.to_metres(lat, lon))) for lon, lat in area.exterior.coords]  # type: ignore[attr-defined]
    assert EXTENT_M[city] * 0.85 < max(reach) < EXTENT_M[city] * 1.25
    assert area.contains(Point(city.facts.lon, city.facts.lat))


@pytest.mark.parametrize("city", known_towns())
def test_side_streets_do_not_run_through_water_or_parks(city: City) -> None:
    (streets,), (water,), (parks,) = shapes(city, "street"), shapes(city, "water"), shapes(city, "park")
    assert streets.intersection(water).length == 0
    assert streets.intersection(parks).length < 0.02 * streets.length


def test_the_map_is_small_enough_to_send_to_a_phone() -> None:
    assert len(json.dumps(streets())) < 500_000
