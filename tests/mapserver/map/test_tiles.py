"""Tiles of the towns' map over HTTP: for who may see the map, packed as they are stored, and kept by the browser."""

from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from tests.mapserver.basemap.making import MAX_ZOOM, column_and_row, tile_map
from tests.mapserver.basemap.photos import a_picture, mbtiles

Headers = Callable[..., dict[str, str]]
COLUMN, ROW = column_and_row(City("dobele").facts.lat, City("dobele").facts.lon, MAX_ZOOM)
TILE = f"/api/v1/map/tiles/{MAX_ZOOM}/{COLUMN}/{ROW}"
PHOTO = f"/api/v1/map/orthophotos/dobele/{MAX_ZOOM}/{COLUMN}/{ROW}"


def test_a_tile_is_sent_packed_and_kept(client: TestClient, parts: Services, as_role: Headers, tmp_path: Path) -> None:
    parts.settings.basemap = tile_map(tmp_path / "towns.pmtiles")
    answer = client.get(TILE, headers=as_role(Role.INSPECTOR))
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "roads" in mapbox_vector_tile.decode(answer.content)
    nowhere = client.get(f"/api/v1/map/tiles/{MAX_ZOOM}/0/0", headers=as_role(Role.INSPECTOR))
    assert (nowhere.status_code, nowhere.content) == (204, b"")
    beyond = client.get("/api/v1/map/tiles/3/9/0", headers=as_role(Role.INSPECTOR))
    assert beyond.status_code == 422


def test_nobody_is_nobody_here_either(client: TestClient, parts: Services, as_role: Headers, tmp_path: Path) -> None:
    parts.settings.basemap = tile_map(tmp_path / "towns.pmtiles")
    assert client.get(TILE).status_code == 401
    assert client.get(TILE, headers=as_role(Role.DEVICE)).status_code == 403


def test_without_a_map_there_is_a_sentence(client: TestClient, as_role: Headers) -> None:
    answer = client.get(TILE, headers=as_role(Role.COORDINATOR))
    assert answer.status_code == 404
    assert "an administrator sets one" in answer.json()["message"]


def test_a_map_that_is_gone_is_the_server_s_fault(
    client: TestClient, parts: Services, as_role: Headers, tmp_path: Path
) -> None:
    parts.settings.basemap = tmp_path / "gone.pmtiles"
    answer = client.get(TILE, headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, "cannot be read" in answer.json()["message"]) == (503, True)


def test_a_tile_of_the_orthophoto_is_sent_as_it_is_and_kept(
    client: TestClient, parts: Services, as_role: Headers, tmp_path: Path
) -> None:
    parts.settings.orthophotos = {City("dobele"): mbtiles(tmp_path / "photo.mbtiles")}
    answer = client.get(PHOTO, headers=as_role(Role.INSPECTOR))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert (answer.content, "immutable" in answer.headers["Cache-Control"]) == (a_picture(MAX_ZOOM), True)
    assert client.get(PHOTO.replace("dobele", "siauliai"), headers=as_role(Role.INSPECTOR)).status_code == 404
    assert client.get(PHOTO).status_code == 401
    parts.settings.orthophotos = {City("dobele"): tmp_path / "gone.mbtiles"}
    assert client.get(PHOTO, headers=as_role(Role.INSPECTOR)).status_code == 503
