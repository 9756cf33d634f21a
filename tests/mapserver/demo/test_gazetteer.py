"""The demo's gazetteer: its streets lie where the invented map has them, and every name says that it is simulated."""

from pathlib import Path

from shapely.geometry import Point, shape

from mapserver.basemap.synthetic import town
from mapserver.demo.gazetteer import write_gazetteer
from telemetry.cities import City, all_towns
from telemetry.gazetteer import gazetteer_file


def test_every_name_can_be_used_and_says_that_it_is_simulated(tmp_path: Path) -> None:
    read = gazetteer_file(write_gazetteer(tmp_path / "gazetteer.csv"))
    assert read.refused == ()
    assert all(place.kind.startswith("simulated") for place in read.gazetteer.places)
    assert {place.city for place in read.gazetteer.places} == set(all_towns())


def test_an_address_lies_on_a_main_street_of_the_invented_map(tmp_path: Path) -> None:
    gazetteer = gazetteer_file(write_gazetteer(tmp_path / "gazetteer.csv")).gazetteer
    (found, *_) = gazetteer.search("starku 20")
    assert found.place.name == "Stārķu iela 20"
    main = next(
        shape(one["geometry"]) for one in town(City("dobele"))["features"] if one["properties"]["kind"] == "main"
    )
    assert main.distance(Point(found.place.lon, found.place.lat)) < 0.0001
