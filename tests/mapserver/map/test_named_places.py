"""Places on the command line by name, and what the doctor says of the gazetteer they are looked up in."""

from pathlib import Path

import pytest

from mapserver.cli.options import place
from mapserver.core.services import Services
from mapserver.faults import Amiss, Sound
from mapserver.inspections.files import file_inspections
from telemetry.errors import BadInput

PLACES = """name,lat,lon
Vilniaus gatvė 12,55.931,23.311
Parks,55.93,23.31
Parks,56.62,23.28
"""


@pytest.fixture
def gazetteer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(PLACES)
    monkeypatch.setenv("VANAGAS_GAZETTEER", str(path))
    return path


def looked_at(parts: Services, path: Path) -> Sound | Amiss:
    parts.settings.gazetteer = path
    found = {one.part: one for one in file_inspections(parts.settings, parts.keyring)}
    return found["gazetteer"].look()


def test_a_name_stands_for_the_place_and_what_was_taken_is_said(
    gazetteer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = place("vilniaus gatve 12", "--home")
    assert (taken.lat, taken.lon) == (55.931, 23.311)
    assert capsys.readouterr().err == "--home: Vilniaus gatvė 12, Šiauliai, 55.93100,23.31100\n"


def test_a_name_of_two_places_takes_the_town(gazetteer: Path) -> None:
    assert place("Parks, Dobele", "--home").lat == 56.62
    with pytest.raises(BadInput, match=r"may be Parks, (Dobele|Šiauliai) or Parks, (Dobele|Šiauliai); write one"):
        place("parks", "--home")


def test_nothing_starts_at_a_place_that_was_only_likely_to_be_meant(gazetteer: Path) -> None:
    with pytest.raises(BadInput, match="may be Vilniaus gatvė 12, Šiauliai; write one of them"):
        place("vilnaus 12", "--home")
    with pytest.raises(BadInput, match=r"is in places\.csv under no such name"):
        place("nowhere", "--home")


def test_without_a_gazetteer_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VANAGAS_GAZETTEER", raising=False)
    with pytest.raises(BadInput, match="set a gazetteer"):
        place("Parks", "--home")


def test_the_doctor_tells_each_line_that_is_left_out(parts: Services, gazetteer: Path) -> None:
    assert isinstance(looked_at(parts, gazetteer), Sound)
    gazetteer.write_text(f"{PLACES}Nowhere,north,23\n")
    found = looked_at(parts, gazetteer)
    assert isinstance(found, Amiss)
    assert str(found.what) == "1 of the lines of places.csv cannot be used"
    assert "line 5, lat 'north' is no number of degrees" in str(found.remedy)
    gazetteer.unlink()
    gone = looked_at(parts, gazetteer)
    assert isinstance(gone, Amiss)
    assert "correct gazetteer in the settings" in str(gone.remedy)
