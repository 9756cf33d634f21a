"""What people do through the API: draw, deploy, lend, plan, report, close."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.builders import live
from tests.mission.flights.builders import in_order, zones_known

Headers = Callable[..., dict[str, str]]
LON, LAT = City("dobele").facts.lon, City("dobele").facts.lat


def square(size: float = 0.002) -> dict[str, Any]:
    ring = [[LON, LAT], [LON + size, LAT], [LON + size, LAT + size / 2], [LON, LAT + size / 2], [LON, LAT]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(autouse=True)
def units(parts: Services) -> None:
    with parts.store.write() as work:
        for unit_id, kind, city in (
            ("TWR-1", UnitKind.TOWER, City("siauliai")),
            ("BC-1", UnitKind.BODY_CAMERA, City("dobele")),
            ("BC-2", UnitKind.BODY_CAMERA, City("dobele")),
            ("DRN-1", UnitKind.DRONE, City("dobele")),
        ):
            link = "udpin://127.0.0.1:1" if kind is UnitKind.DRONE else None
            work.session.add(
                UnitRow(
                    id=unit_id,
                    city=city,
                    kind=kind,
                    name=unit_id,
                    link=link,
                    lat=LAT,
                    lon=LON,
                    accuracy_m=2.0,
                    scope=LIVE,
                )
            )


@pytest.fixture
def zone_id(client: TestClient, as_role: Headers) -> str:
    made = client.post(
        "/api/v1/zones",
        json={"city": "dobele", "name": "Square", "polygon": square()},
        headers=as_role(Role.COORDINATOR),
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        ({"type": "Polygon", "coordinates": []}, "Square"),
        ({"type": "Point", "coordinates": [23, 56]}, "Square"),
        ({"type": "Polygon", "coordinates": [[[LON, LAT], [LON + 0.002, LAT + 0.002], [LON + 0.002, LAT],
                                              [LON, LAT + 0.002], [LON, LAT]]]}, "cross"),
        ({"type": "Polygon", "coordinates": [[[LON, 95], [LON + 0.1, 95], [LON, 95.1], [LON, 95]]]}, "Square"),
    ],
)  # fmt: skip
def test_an_outline_that_is_no_zone_is_refused_in_words(
    client: TestClient, as_role: Headers, polygon: dict[str, Any], words: str
) -> None:
    body = {"city": "dobele", "name": "Square", "polygon": polygon}
    answer = client.post("/api/v1/zones", json=body, headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, words in answer.json()["message"]) == (422, True), answer.text


def test_a_zone_of_the_other_town_cannot_be_drawn(client: TestClient, as_role: Headers) -> None:
    body = {"city": "siauliai", "name": "Square", "polygon": square()}
    assert client.post("/api/v1/zones", json=body, headers=as_role(Role.COORDINATOR)).status_code == 404


def test_a_body_camera_is_handed_to_an_inspector_and_taken_back(
    client: TestClient, as_role: Headers, zone_id: str
) -> None:
    as_role(Role.INSPECTOR)
    headers = as_role(Role.COORDINATOR)
    body = {"unit_id": "BC-1", "zone_id": zone_id, "holder": "inspector.dobele", "purpose": "Patrol"}
    made = client.post("/api/v1/assignments", json=body, headers=headers)
    assert (made.status_code, made.json()["holder"]) == (201, "inspector.dobele")
    again = client.post("/api/v1/assignments", json={**body, "unit_id": "BC-2"}, headers=headers)
    assert (again.status_code, "already carries BC-1" in again.json()["message"]) == (409, True)
    client.post(f"/api/v1/assignments/{made.json()['id']}/end", headers=headers)
    assert client.get("/api/v1/assignments", headers=headers).json() == []


def test_a_body_camera_is_handed_only_to_an_inspector_of_the_town(
    client: TestClient, as_role: Headers, zone_id: str
) -> None:
    body = {"unit_id": "BC-1", "zone_id": zone_id, "holder": "coordinator.dobele", "purpose": "Patrol"}
    answer = client.post("/api/v1/assignments", json=body, headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, "no inspector of Dobele" in answer.json()["message"]) == (422, True)


def test_a_tower_works_for_the_other_town_only_while_it_is_lent(
    client: TestClient, as_role: Headers, zone_id: str
) -> None:
    body = {"unit_id": "TWR-1", "zone_id": zone_id, "purpose": "Fair"}
    borrower, owner = as_role(Role.COORDINATOR), as_role(Role.COORDINATOR, City("siauliai"))
    assert client.post("/api/v1/assignments", json=body, headers=borrower).status_code == 404
    assert client.post("/api/v1/units/TWR-1/loan", json={"to": "dobele"}, headers=owner).status_code == 200
    assert client.post("/api/v1/assignments", json=body, headers=borrower).status_code == 201
    shown = client.get("/api/v1/units/TWR-1", headers=owner).json()
    assert (shown["status"], shown["lent_to"]) == ("deployed", "dobele")


def test_the_borrower_cannot_lend_on(client: TestClient, as_role: Headers) -> None:
    owner = as_role(Role.COORDINATOR, City("siauliai"))
    client.post("/api/v1/units/TWR-1/loan", json={"to": "dobele"}, headers=owner)
    refused = client.post("/api/v1/units/TWR-1/loan", json={"to": None}, headers=as_role(Role.COORDINATOR))
    assert refused.status_code == 404


def test_a_plan_gives_its_numbers_and_goes_to_the_pilots_own_ground_station(
    client: TestClient, as_role: Headers, zone_id: str
) -> None:
    body = {"zone_id": zone_id, "unit_id": "DRN-1", "survey": {"altitude_m": 60}}
    plan = client.post("/api/v1/plans", json=body, headers=as_role(Role.PILOT)).json()
    assert plan["summary"]["covered_fraction"] > 0.99
    assert plan["summary"]["outside_m"] == 0
    document = client.get(f"/api/v1/plans/{plan['id']}/export?format=plan", headers=as_role(Role.PILOT)).json()
    items = [
        item
        for entry in document["mission"]["items"]
        for item in entry.get("TransectStyleComplexItem", {"Items": [entry]})["Items"]
    ]
    assert (document["fileType"], len(items)) == ("Plan", len(plan["items"]))


@pytest.mark.parametrize(("key", "begin"), [("waypoints", b"QGC WPL 110"), ("kmz", b"PK"), ("gpx", b"<?xml")])
def test_a_plan_goes_out_in_any_format_with_what_that_cannot_hold(
    client: TestClient, as_role: Headers, zone_id: str, key: str, begin: bytes
) -> None:
    pilot = as_role(Role.PILOT)
    body = {"zone_id": zone_id, "unit_id": "DRN-1", "survey": {"altitude_m": 60}}
    plan = client.post("/api/v1/plans", json=body, headers=pilot).json()
    answer = client.get(f"/api/v1/plans/{plan['id']}/export?format={key}", headers=pilot)
    assert answer.content.startswith(begin)
    assert answer.headers["content-disposition"].endswith(f"Square%20%E2%80%93%20laukuma%20uz%C5%86em%C5%A1ana.{key}")
    assert json.loads(answer.headers["x-plan-lost"])
    refused = client.get(f"/api/v1/plans/{plan['id']}/export?format=doc", headers=pilot)
    assert (refused.status_code, "known are .plan" in refused.json()["message"]) == (422, True)


@pytest.mark.parametrize(
    ("survey", "words"),
    [({"altitude_m": -5}, "altitude_m"), ({"camera": "box brownie"}, "box brownie"), ({"colour": "red"}, "colour")],
)
def test_a_wish_that_cannot_be_flown_is_refused(
    client: TestClient, as_role: Headers, zone_id: str, survey: dict[str, Any], words: str
) -> None:
    body = {"zone_id": zone_id, "unit_id": "DRN-1", "survey": survey}
    answer = client.post("/api/v1/plans", json=body, headers=as_role(Role.PILOT))
    assert (answer.status_code, words in answer.json()["message"]) == (422, True), answer.text


def test_a_flight_waits_for_the_pilots_word_and_two_cannot_overlap(
    client: TestClient, parts: Services, as_role: Headers, zone_id: str
) -> None:
    headers = as_role(Role.PILOT)
    body = {"zone_id": zone_id, "unit_id": "DRN-1", "survey": {"altitude_m": 60}}
    plan = client.post("/api/v1/plans", json=body, headers=headers).json()
    in_order(parts.store, "DRN-1")
    zones_known(parts.store, at=parts.clock.now())
    wanted = {"plan_id": plan["id"], "unit_id": "DRN-1", "scheduled_at": "2099-01-01T10:00:00Z"}
    said = {"unit_id": "DRN-1", "at": wanted["scheduled_at"], "subjects": ["recording"]}
    client.post(f"/api/v1/plans/{plan['id']}/acknowledgements", json=said, headers=headers)
    flight = client.post("/api/v1/flights", json=wanted, headers=headers).json()
    assert (flight["state"], flight["confirmed_by"]) == ("scheduled", None)
    clash = client.post("/api/v1/flights", json=wanted, headers=headers)
    assert clash.status_code == 409
    confirmed = client.post(f"/api/v1/flights/{flight['id']}/confirm", headers=headers).json()
    assert confirmed["confirmed_by"] == "pilot.dobele"
    assert client.post(f"/api/v1/flights/{flight['id']}/confirm", headers=as_role(Role.COORDINATOR)).status_code == 403
    record = f"/api/v1/flights/{flight['id']}/tlog"
    missing = client.get(record, headers=headers)
    assert (missing.status_code, "no telemetry log" in missing.json()["message"]) == (404, True)
    parts.tlogs.mkdir()
    (parts.tlogs / f"{flight['id']}.tlog").write_bytes(b"frames")
    assert client.get(record, headers=headers).content == b"frames"
    assert client.get(record, headers=as_role(Role.PILOT, City("siauliai"))).status_code == 404
    with parts.store.read() as session:
        assert audit.latest(session, live(City("dobele")), limit=1)[0]["action"] == "download_tlog"


def test_a_report_sent_twice_by_a_nervous_thumb_is_one(client: TestClient, as_role: Headers) -> None:
    said = {"category": "noise", "position": {"lat": LAT, "lon": LON, "accuracy_m": 8}, "ref": "form-1"}
    first, second = (
        client.post("/api/v1/reports", json=said, headers=as_role(Role.INSPECTOR)).json() for _ in range(2)
    )
    assert (first["outcome"], second["outcome"]) == ("accepted", "duplicate")


def test_a_picture_that_is_none_is_refused_and_the_report_can_be_sent_again(
    client: TestClient, as_role: Headers
) -> None:
    form = {"category": "noise", "lat": str(LAT), "lon": str(LON)}
    files = {"photo": ("p.jpg", b"no picture", "image/jpeg")}
    headers = as_role(Role.INSPECTOR)
    refused = client.post("/report", data=form, files=files, headers=headers)
    assert (refused.status_code, "cannot be read" in refused.text) == (422, True)
    assert client.post("/report", data=form, headers=headers).status_code == 200


def test_a_refused_report_comes_back_filled_in(client: TestClient, as_role: Headers) -> None:
    form = {"category": "noise", "lat": str(LAT), "lon": str(LON), "note": "Loud music", "ref": "phone-1"}
    files = {"photo": ("p.jpg", b"no picture", "image/jpeg")}
    page = client.post("/report", data=form, files=files, headers=as_role(Role.INSPECTOR)).text
    assert all(said in page for said in ("Loud music", 'value="phone-1"', f'value="{LAT}"'))
    assert 'value="noise" required checked' in page


def test_a_report_sent_twice_by_the_page_is_one_sighting_as_old_as_it_is(client: TestClient, as_role: Headers) -> None:
    headers = {**as_role(Role.INSPECTOR), "Accept": "application/json"}
    form = {"category": "noise", "lat": str(LAT), "lon": str(LON), "ref": "phone-2", "age_s": "600"}
    first, second = (client.post("/report", data=form, headers=headers).json() for _ in range(2))
    assert first["observation_id"] == second["observation_id"]
    seen = client.get(f"/api/v1/observations/{first['observation_id']}", headers=headers).json()
    waited = datetime.fromisoformat(seen["received_at"]) - datetime.fromisoformat(seen["started_at"])
    assert timedelta(minutes=10) <= waited < timedelta(hours=1)
    incident = client.get(f"/api/v1/incidents/{first['incident_id']}", headers=headers).json()
    assert incident["observation_ids"] == [first["observation_id"]]


def test_a_page_whose_session_has_ended_is_told_so_as_json(client: TestClient) -> None:
    answer = client.post("/report", data={"category": "noise"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (401, "NotSignedIn")


def test_closing_an_incident_without_a_reason_is_refused_on_the_page(client: TestClient, as_role: Headers) -> None:
    said = {"category": "noise", "position": {"lat": LAT, "lon": LON, "accuracy_m": 8}}
    incident = client.post("/api/v1/reports", json=said, headers=as_role(Role.INSPECTOR)).json()["incident_id"]
    headers = as_role(Role.COORDINATOR)
    refused = client.post(f"/incidents/{incident}/transitions", data={"transition": "resolve"}, headers=headers)
    assert (refused.status_code, "needs a reason" in refused.text) == (422, True)
    done = client.post(
        f"/incidents/{incident}/transitions", data={"transition": "resolve", "reason": "Music is off"}, headers=headers
    )
    assert (done.status_code, "Music is off" in done.text) == (200, True)


def test_a_device_cannot_say_where_a_drone_is(client: TestClient, as_role: Headers) -> None:
    said = {"position": {"lat": 0, "lon": 0}}
    answer = client.post("/api/v1/units/DRN-1/report", json=said, headers=as_role(Role.DEVICE))
    assert (answer.status_code, "comes over its own link" in answer.json()["message"]) == (422, True)
    assert client.get("/api/v1/units/DRN-1", headers=as_role(Role.COORDINATOR)).json()["position"]["lat"] == LAT


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("zones", '{"city": "dobele", "name": "x", "polygon": {"type": "\\ud800"}}'),
        ("assignments", '{"unit_id": "\\ud800", "zone_id": "x", "purpose": "x"}'),
        ("reports", '{"category": "noise", "ref": "\\ud800"}'),
    ],
)
def test_half_a_character_is_refused_in_words(client: TestClient, as_role: Headers, address: str, body: str) -> None:
    headers = {**as_role(Role.COORDINATOR), "Content-Type": "application/json"}
    answer = client.post(f"/api/v1/{address}", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"][:3]) == (422, "Bad")
