"""Large files of zones, airspace and plans: read in another process, outside the turn to write, refused in words."""

import json
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.mission.airspace.builders import LAT, LON, ed269, file_of
from tests.mission.areas import RECTANGLE, geojson

Headers = Callable[..., dict[str, str]]
SIZE = 12_000_000
ZONES = 4
CORNERS = 4_000
ZONE_ADDRESS = "/api/v1/zones/import?city=dobele&filename=zones.geojson"
PLAN_ADDRESS = "/api/v1/plans/import?unit_id=D&filename=far.plan&zone_id="


def circle(west: float) -> list[list[float]]:
    angles = [2 * math.pi * number / CORNERS for number in range(CORNERS)]
    corners = [[LON + west + 0.01 * math.cos(angle), LAT + 0.01 * math.sin(angle)] for angle in angles]
    return [*corners, corners[0]]


@pytest.fixture(scope="module")
def country() -> bytes:
    """A file of zones of 12 MB, of which most is a remark, since the suite has to be quick."""
    zones = []
    for number in range(ZONES):
        outline = {"type": "Polygon", "coordinates": [circle(number / 1_000)]}
        zones.append(ed269(outline=outline, identifier=f"LVX{number}"))
    document = json.loads(file_of(*zones))
    document["remark"] = "x" * SIZE
    return json.dumps(document).encode()


@pytest.fixture
def zone_id(parts: Services, client: TestClient, as_role: Headers) -> Iterator[str]:
    """Of a kept zone, with a drone to fly over it."""
    with parts.store.write() as work:
        work.session.add(UnitRow(id="D", kind=UnitKind.DRONE, city=City("dobele"), name="D", scope=LIVE))
    zone = {"city": "dobele", "name": "Park", "polygon": geojson(RECTANGLE)}
    answer = client.post("/api/v1/zones", json=zone, headers=as_role(Role.PILOT))
    assert answer.status_code == 201, answer.text
    yield answer.json()["id"]


def test_a_country_of_zones_is_put_in_force_while_others_are_answered(
    client: TestClient, as_role: Headers, country: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_here(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("the file was read in the server's own process")

    monkeypatch.setattr("mission.airspace.files.read_zones", not_here)
    monkeypatch.setattr("mission.airspace.service.read_zones", not_here)
    pilot = as_role(Role.PILOT)
    address = "/api/v1/airspace/sets?city=dobele&file_name=country.json"
    with ThreadPoolExecutor(1) as others:
        taken = others.submit(client.post, address, content=country, headers=pilot)
        assert client.get("/api/v1/zones", headers=pilot).status_code == 200
        assert not taken.done()
        answer = taken.result()
    assert answer.status_code == 201, answer.text
    shown = client.get("/api/v1/airspace/zones?city=dobele", headers=pilot).json()
    assert len(shown["features"]) == answer.json()["zones"] == ZONES


def test_a_broken_country_of_zones_is_refused_naming_the_place(
    client: TestClient, as_role: Headers, country: bytes
) -> None:
    answer = client.post(
        "/api/v1/airspace/sets?city=dobele&file_name=country.json", content=country[:-3], headers=as_role(Role.PILOT)
    )
    assert answer.status_code == 422
    assert "country.json is not JSON: line 1, column" in answer.json()["message"]


def test_another_towns_airspace_is_refused_unread(client: TestClient, as_role: Headers) -> None:
    address = "/api/v1/airspace/sets?city=siauliai&file_name=country.json"
    answer = client.post(address, content=b"no JSON at all", headers=as_role(Role.PILOT))
    assert (answer.status_code, "JSON" in answer.json()["message"]) == (404, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"type": "FeatureCollection", "features": [' + b" " * 100_000, "zones.geojson is not JSON: line 1, column"),
        (b'{"type": "FeatureCollection", "features": [0]}' + b" " * 5_000_000, "zones.geojson is larger than 5 MB"),
    ],
)
def test_a_large_file_of_zones_is_refused_in_words_and_waits_for_no_writer(
    client: TestClient, parts: Services, as_role: Headers, content: bytes, message: str
) -> None:
    pilot = as_role(Role.PILOT)
    with parts.store.write():
        answer = client.post(ZONE_ADDRESS, content=content, headers=pilot)
    assert (answer.status_code, message in answer.json()["message"]) == (422, True), answer.text


def test_a_large_plan_is_refused_in_words_and_waits_for_no_writer(
    client: TestClient, parts: Services, as_role: Headers, zone_id: str
) -> None:
    pilot = as_role(Role.PILOT)
    content = json.dumps({"fileType": "Plan", "mission": {"items": [[]] * 300_000}}).encode()
    with parts.store.write():
        answer = client.post(PLAN_ADDRESS + zone_id, content=content, headers=pilot)
    assert (answer.status_code, answer.json()["error"]) == (422, "BadPlan"), answer.text
    assert "more lists and numbers than any plan has" in answer.json()["message"]


def test_an_archive_is_unpacked_in_the_worker(client: TestClient, as_role: Headers, zone_id: str) -> None:
    answer = client.post(
        f"/api/v1/plans/import?unit_id=D&filename=far.kmz&zone_id={zone_id}",
        content=b"PK\x03\x04 cut off",
        headers=as_role(Role.PILOT),
    )
    assert (answer.status_code, "not a whole ZIP archive" in answer.json()["message"]) == (422, True), answer.text
