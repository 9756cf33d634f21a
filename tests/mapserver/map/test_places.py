"""Searching places by name over HTTP."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City, known_towns

Headers = Callable[..., dict[str, str]]
PLACES = """name,lat,lon,aliases,lang,kind
Parks,55.93,23.31,,lt,park
Parks,56.62,23.28,Zaļā birzs,lv,park
Skolas iela 3,56.621,23.281,,lv,address
Bad row,north,east,,,
"""


@pytest.fixture(autouse=True)
def gazetteer(parts: Services, tmp_path: Path) -> Path:
    parts.settings.gazetteer = tmp_path / "places.csv"
    parts.settings.gazetteer.write_text(PLACES)
    return parts.settings.gazetteer


@pytest.mark.parametrize("city", known_towns())
def test_places_of_the_caller_s_town_come_first(client: TestClient, as_role: Headers, city: City) -> None:
    answer = client.get("/api/v1/places?q=parks", headers=as_role(Role.COORDINATOR, city)).json()
    assert (answer["total"], answer["places"][0]["city"]) == (2, city)
    other = next(other for other in known_towns() if other != city)
    asked = client.get(f"/api/v1/places?q=parks&city={other}", headers=as_role(Role.COORDINATOR, city)).json()
    assert asked["places"][0]["city"] == other


def test_the_limit_is_kept_and_how_many_there_are_is_said(client: TestClient, as_role: Headers) -> None:
    answer = client.get("/api/v1/places?q=parks&limit=1", headers=as_role(Role.INSPECTOR)).json()
    assert (len(answer["places"]), answer["total"]) == (1, 2)


def test_an_alias_a_misspelling_and_an_unknown_number_are_told(client: TestClient, as_role: Headers) -> None:
    def first(query: str) -> dict[str, object]:
        found: dict[str, object] = client.get(f"/api/v1/places?q={query}", headers=as_role(Role.PILOT)).json()[
            "places"
        ][0]
        return found

    assert (first("zala birzs")["name"], first("zala birzs")["alias"]) == ("Parks", "Zaļā birzs")
    assert first("skulas")["misspelt"] is True


def test_nobody_is_answered_without_signing_in(client: TestClient, as_role: Headers) -> None:
    assert client.get("/api/v1/places?q=parks").status_code == 401
    assert client.get("/api/v1/places?q=parks", headers=as_role(Role.DEVICE)).status_code == 403


def test_without_a_gazetteer_or_with_one_that_is_gone_there_is_a_sentence(
    client: TestClient, parts: Services, as_role: Headers, gazetteer: Path
) -> None:
    gazetteer.unlink()
    gone = client.get("/api/v1/places?q=parks", headers=as_role(Role.PILOT))
    assert (gone.status_code, "cannot be read" in gone.json()["message"]) == (503, True)
    parts.settings.gazetteer = None
    unset = client.get("/api/v1/places?q=parks", headers=as_role(Role.PILOT))
    assert (unset.status_code, "sets a gazetteer" in unset.json()["message"]) == (404, True)
