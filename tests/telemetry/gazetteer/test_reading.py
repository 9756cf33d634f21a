"""Gazetteers as towns save them: what is used, and what is left out with line and reason."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.cities import City, CityFacts, read_initial, use_towns
from telemetry.errors import BadInput
from telemetry.gazetteer import gazetteer_file
from telemetry.gazetteer.reading import read_gazetteer

JONISKIS = CityFacts("Joniškis", "LT", 56.24, 23.61, ZoneInfo("Europe/Vilnius"), ("lt",))
HEADING = "name,lat,lon,aliases,lang,kind\n"
BRIVIBAS = 'Brīvības iela 5,56.6221,23.2801,Town hall|"Rātsnams",lv,address\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "places.csv"
    path.write_bytes(text.encode())
    return path


def test_every_column_is_read(tmp_path: Path) -> None:
    (place,) = gazetteer_file(write(tmp_path, f"{HEADING}{BRIVIBAS}")).gazetteer.places
    assert (place.name, place.lat, place.lon, place.city) == ("Brīvības iela 5", 56.6221, 23.2801, City("dobele"))
    assert (place.lang, place.kind, place.aliases[0]) == ("lv", "address", "Town hall")


def test_a_spreadsheet_s_semicolons_decimal_commas_and_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = "\ufeffName;Lat;Lon\r\nVilniaus gatvė;55,9301;23,3102\r\n\r\n"
    (place,) = gazetteer_file(write(tmp_path, text)).gazetteer.places
    assert (place.name, place.lat, place.city) == ("Vilniaus gatvė", 55.9301, City("siauliai"))


def test_a_place_is_given_to_a_town_that_was_added_since(tmp_path: Path) -> None:
    file = write(tmp_path, f"{HEADING}Turgaus aikštė,56.24,23.61,,lt,place\n")
    assert gazetteer_file(file).gazetteer.places[0].city == "siauliai"
    use_towns({**read_initial(), "joniskis": JONISKIS})
    assert gazetteer_file(file).gazetteer.places[0].city == "joniskis"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",56.6,23.2", "it has no name"),
        ("Park,fifty,23.2", "lat 'fifty' is no number of degrees"),
        ("Park", "lat '' is no number of degrees"),
        ("Park,nan,23.2", "latitude –, longitude 23.2 is nowhere on earth"),
        ("Park,23.28,56.62", "it lies 4,532 km from Šiauliai: latitude and longitude are exchanged"),
        ("Park,48.85,2.35", "it lies 1,617 km from Šiauliai: correct latitude and longitude"),
        ('"Park,56.6,23.2', "it is no line of a CSV file (unexpected end of data)"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_rest_is_used(tmp_path: Path, row: str, reason: str) -> None:
    read = gazetteer_file(write(tmp_path, f"{HEADING}{BRIVIBAS}{row}\n{BRIVIBAS}"))
    assert [(row.line, row.reason.text()) for row in read.refused] == [(3, reason)]
    assert len(read.gazetteer.places) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column name, lat, lon; its first line names them"),
        ("name,lat\nPark,56", "no column lon"),
        (HEADING, "no place in it"),
        (f"{HEADING}Park,1,2\n", "no place that can be used: line 2, it lies"),
    ],
)
def test_a_file_without_places_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        gazetteer_file(write(tmp_path, text))


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes(f"{HEADING}Vilniaus gatvė,55.93,23.31\n".encode("cp1257"))
    with pytest.raises(BadInput, match=r"places\.csv is not UTF-8 \(byte \d+\); save it as CSV in UTF-8"):
        gazetteer_file(path)


def test_a_file_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADING}{BRIVIBAS}")
    first = gazetteer_file(path)
    assert gazetteer_file(path) is first
    write(tmp_path, f"{HEADING}{BRIVIBAS}{BRIVIBAS}")
    assert len(gazetteer_file(path).gazetteer.places) == 2


@given(text=st.text(max_size=80))
def test_whatever_stands_in_a_row_spoils_no_other(text: str) -> None:
    read = read_gazetteer(f"{HEADING}{BRIVIBAS}{text}\n{BRIVIBAS}", "places.csv")
    assert [place.name for place in read.gazetteer.places].count("Brīvības iela 5") == 2
