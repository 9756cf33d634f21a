"""Commands without a server know the towns of the database in the data folder, else those that ship."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mapserver import migrations
from mapserver.cli.listed_towns import know_towns, town_given
from telemetry.access import Principal, Role
from telemetry.cities import City, UnknownTown, known_towns
from telemetry.errors import BadInput
from telemetry.store import Store
from telemetry.towns import service

JONISKIS = {
    "name": "Joniškis",
    "country": "LT",
    "law": "EU",
    "languages": ["lt"],
    "zone": "Europe/Vilnius",
    "lat": 56.24,
    "lon": 23.61,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose database lists a third town."""
    with closing(Store(f"sqlite:///{tmp_path / 'vanagas.db'}")) as store:
        migrations.upgrade(store)
        with store.write() as work:
            by = Principal("admin", Role.ADMIN, None)
            service.add(work, "joniskis", JONISKIS, by=by, at=datetime(2026, 12, 1, tzinfo=UTC))
    return tmp_path


def test_a_town_of_the_database_is_taken(folder: Path) -> None:
    assert town_given("joniskis", folder).facts.name == "Joniškis"
    assert City("joniskis") in known_towns()


def test_a_town_that_the_database_does_not_list_is_refused_with_those_it_does(folder: Path) -> None:
    with pytest.raises(UnknownTown, match="there are siauliai, dobele, joniskis"):
        town_given("riga", folder)


def test_without_a_database_the_towns_that_ship_are_known(tmp_path: Path) -> None:
    assert town_given("dobele", tmp_path) == "dobele"


def test_a_town_that_does_not_ship_is_refused_with_the_folder_that_was_looked_in(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        town_given("joniskis", tmp_path)
    assert "(siauliai, dobele)" in refused.value.message
    assert f"no database in {tmp_path}" in refused.value.message


def test_a_database_that_cannot_be_read_leaves_the_towns_that_ship(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vanagas.db").write_bytes(b"no database, " * 400)
    assert not know_towns(tmp_path)
    assert "the towns of the database cannot be read" in capsys.readouterr().err
    assert [str(town) for town in known_towns()] == ["siauliai", "dobele"]
