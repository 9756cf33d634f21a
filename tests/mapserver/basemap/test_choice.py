"""Which ground a server's maps lie on: tiles where they are set, invented streets in the demo only, else a grid."""

from pathlib import Path

from mapserver.basemap import basemap_of, lines_of
from mapserver.core.services import Services
from mapserver.core.settings import Settings, new_secret
from mapserver.faults import Amiss, Sound
from mapserver.inspections.files import file_inspections
from telemetry.cities import City
from tests.mapserver.basemap.making import tile_map


def settings(basemap: Path | None = None, *, demo: bool = False) -> Settings:
    return Settings(secret_key=new_secret(), basemap=basemap, demo=demo)


def kinds(settings: Settings) -> set[str]:
    return {feature["properties"]["kind"] for feature in lines_of(settings)["features"]}


def looked_at(parts: Services) -> Sound | Amiss:
    found = {one.part: one for one in file_inspections(parts.settings, parts.keyring)}
    return found["basemap"].look()


def test_outside_the_demo_no_street_is_invented() -> None:
    assert basemap_of(settings())["kind"] == "grid"
    assert kinds(settings()) == {"grid", "fine_grid"}


def test_the_demo_has_its_invented_streets_and_says_so() -> None:
    shown = basemap_of(settings(demo=True))
    assert (shown["kind"], "not a real map" in shown["attribution"]) == ("synthetic", True)
    assert "street" in kinds(settings(demo=True))


def test_a_map_that_is_set_is_shown_with_whose_data_it_is(tmp_path: Path) -> None:
    shown = basemap_of(settings(tile_map(tmp_path / "towns.pmtiles"), demo=True))
    assert (shown["kind"], shown["attribution"], shown["max_zoom"]) == ("tiles", "© Surveyors of Dobele", 14)


def test_a_map_that_cannot_be_read_is_a_grid_that_says_so(tmp_path: Path) -> None:
    shown = basemap_of(settings(tmp_path / "gone.pmtiles"))
    assert (shown["kind"], "cannot be read" in shown["attribution"]) == ("grid", True)


def test_the_grid_names_the_coordinates_of_its_lines() -> None:
    facts = City("dobele").facts
    names = {feature["properties"]["name"] for feature in lines_of(settings())["features"]}
    assert f"{round(facts.lat, 2):.3f}° N" in names
    assert all(name.endswith(("° N", "° E")) for name in names)


def test_the_doctor_says_that_no_map_is_set(parts: Services) -> None:
    found = looked_at(parts)
    assert isinstance(found, Sound)
    assert (found.doubt, "grid of coordinates" in str(found.words)) == (True, True)


def test_a_map_that_is_gone_is_a_fault_with_what_to_do(parts: Services, tmp_path: Path) -> None:
    parts.settings.basemap = tmp_path / "gone.pmtiles"
    found = looked_at(parts)
    assert isinstance(found, Amiss)
    assert "correct basemap in the settings" in str(found.remedy)


def test_a_map_of_both_towns_is_sound(parts: Services, tmp_path: Path) -> None:
    parts.settings.basemap = tile_map(tmp_path / "towns.pmtiles")
    found = looked_at(parts)
    assert isinstance(found, Sound)
    assert "© Surveyors of Dobele" in str(found.words)
