"""The registry over the API: who may, what is checked, what is audited, and that no password ever comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlmodel import select

from mapserver.core.services import Services
from mapserver.core.videos import video_of
from telemetry.access import Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.observations.tables import ObservationRow
from telemetry.scopes import Scope
from tests.builders import live

Headers = Callable[..., dict[str, str]]
PASSWORD = "S3cr3t-Word"
GATE: dict[str, Any] = {
    "id": "G1", "city": "dobele", "name": "Gate", "lat": 56.62, "lon": 23.28, "azimuth_deg": 0, "hfov_deg": 60,
    "range_m": 50,
}  # fmt: skip
STREAMS = {
    "main": f"rtsp://operator:{PASSWORD}@127.0.0.1:9/main?channel=1",
    "sub": f"rtsp://operator:{PASSWORD}@127.0.0.1:9/sub",
}
FACTS = {
    "mast_m": 6.5, "make": "Axis P3245", "serial": "ACCC8E01", "watches": "the gate", "purpose": "entrances",
    "maintainer": "UAB Kameros, +370 600 00000", "device_names": ["gate"], "transport": "udp", "recorded": False,
}  # fmt: skip
ONE = "/api/v1/cameras/G1"


@pytest.fixture
def admin(client: TestClient, as_role: Headers) -> dict[str, str]:
    return as_role(Role.ADMIN, None)


def registered(client: TestClient, admin: dict[str, str], **more: Any) -> None:
    answer = client.post("/api/v1/cameras", json={**GATE, **more}, headers=admin)
    assert answer.status_code == 201, answer.text


def audited(parts: Services) -> list[tuple[str, str, str]]:
    with parts.store.read() as session:
        entries = audit.latest(session, live(City("dobele")), limit=20)
        return [(one["action"], one["subject"], one["detail"]) for one in entries]


def test_a_camera_is_added_with_all_that_is_known_of_it(client: TestClient, admin: dict[str, str]) -> None:
    registered(client, admin, **FACTS, **STREAMS)
    found = client.get(ONE, headers=admin).json()
    kept = {name: found[name] for name in FACTS if name in found}
    assert kept == {name: value for name, value in FACTS.items() if name not in ("transport", "recorded")}
    assert found["streams"] == {
        "main": "rtsp://127.0.0.1:9/main?channel=1",
        "sub": "rtsp://127.0.0.1:9/sub",
        "transport": "udp",
        "recorded": False,
    }
    assert found["health"]["last_heartbeat"] is None
    assert found["health"]["quarantined_share"] is None


def test_its_video_is_that_of_the_registry(client: TestClient, admin: dict[str, str], parts: Services) -> None:
    registered(client, admin, **FACTS, **STREAMS)
    with parts.store.read() as session:
        video = video_of(parts.settings, session, "G1")
    assert video is not None
    assert (video.source, video.sub_source) == (STREAMS["main"], STREAMS["sub"])
    assert (video.transport, video.recorded, video.purpose) == ("udp", False, "entrances")


def test_no_password_comes_back_or_lies_on_the_disk(
    client: TestClient,
    admin: dict[str, str],
    as_role: Headers,
    parts: Services,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    answers = [
        client.post("/api/v1/cameras", json={**GATE, **STREAMS}, headers=admin),
        client.post("/api/v1/cameras", json={**GATE, **STREAMS}, headers=admin),
        client.post("/api/v1/cameras", json={**STREAMS, "id": "G2"}, headers=admin),
        client.post("/api/v1/cameras", json={**GATE, "id": "G2", "main": f"rtsp:{PASSWORD}"}, headers=admin),
        client.post("/api/v1/cameras", json={**GATE, "id": "G2", "main": [f"rtsp://{PASSWORD}"]}, headers=admin),
        client.patch(ONE, json={"main": f"rtsp://new:{PASSWORD}@127.0.0.1:9/main"}, headers=admin),
        client.patch(ONE, json={"main": f"nothing://new:{PASSWORD}@127.0.0.1:9/main"}, headers=admin),
        client.get(ONE, headers=admin),
        client.get("/api/v1/cameras", headers=admin),
        client.get("/api/v1/cameras.csv", headers=admin),
        client.get("/api/v1/streams", headers=admin),
        client.get("/api/v1/snapshot", headers=admin),
        client.get("/api/v1/audit", headers=as_role(Role.SUPERVISOR)),
        client.get("/api/v1/faults", headers=admin),
        client.get("/cameras", headers=admin),
    ]
    assert answers[0].status_code == 201
    assert answers[5].status_code == 200
    for answer in answers:
        assert PASSWORD not in answer.text, answer.request.url
        assert "operator" not in answer.text, answer.request.url
    assert PASSWORD not in caplog.text
    parts.store.close()
    for file in parts.settings.data_dir.rglob("*"):
        if file.is_file():
            assert PASSWORD.encode() not in file.read_bytes(), file


def test_a_mistyped_position_is_corrected_and_that_is_audited(
    client: TestClient, admin: dict[str, str], parts: Services
) -> None:
    registered(client, admin)
    moved = client.patch(ONE, json={"lat": 56.63, "lon": 23.29}, headers=admin).json()
    assert moved["position"] == {"lat": 56.63, "lon": 23.29}
    assert audited(parts)[0] == ("move", "camera G1", "from 56.62, 23.28 to 56.63, 23.29")


def told_places(parts: Services) -> list[tuple[float | None, float | None]]:
    with parts.store.read() as session:
        told = [row.body["position"] for row in session.exec(select(ObservationRow))]
        return [(one["lat"], one["lon"]) for one in told]


def test_what_it_told_of_before_keeps_its_place(
    client: TestClient, admin: dict[str, str], as_role: Headers, parts: Services
) -> None:
    registered(client, admin)
    event = {"type": "new", "before": {}, "after": {"id": "e1", "camera": "G1", "label": "person", "score": 0.9,
              "top_score": 0.9, "start_time": 1_790_000_000.0, "end_time": None, "false_positive": False,
              "has_snapshot": False, "has_clip": False, "box": [0, 0, 9, 9], "entered_zones": [], "current_zones": [],
              "stationary": False}}  # fmt: skip
    receipt = client.post("/api/v1/intake/frigate", json=event, headers=as_role(Role.DEVICE)).json()
    assert receipt[0]["outcome"] == "accepted", receipt
    before = told_places(parts)
    client.patch(ONE, json={"lat": 56.65, "lon": 23.35}, headers=admin)
    assert before
    assert told_places(parts) == before


def test_a_rename_and_a_change_are_entries_of_their_own(
    client: TestClient, admin: dict[str, str], parts: Services
) -> None:
    registered(client, admin, **STREAMS)
    client.patch(ONE, json={"name": "North gate"}, headers=admin)
    client.patch(ONE, json={"range_m": 80, "make": "Bosch", "sub": None}, headers=admin)
    client.patch(ONE, json={"range_m": 80}, headers=admin)
    assert audited(parts)[:3] == [
        ("change", "camera G1", "make, range_m, sub"),
        ("rename", "camera G1", "North gate"),
        ("register", "camera G1", ""),
    ]
    assert client.get(ONE, headers=admin).json()["streams"]["sub"] is None


def test_null_leaves_what_has_to_be_known_as_it_is(client: TestClient, admin: dict[str, str]) -> None:
    registered(client, admin, make="Axis")
    found = client.patch(ONE, json={"name": None, "lat": None, "make": None}, headers=admin).json()
    assert (found["name"], found["position"]["lat"], found["make"]) == ("Gate", 56.62, None)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"lat": 23.28, "lon": 56.62}, "are exchanged: give latitude 56.62, longitude 23.28"),
        ({"lat": 56.62, "lon": 2.3}, "km from Dobele: correct the position"),
        ({"sub": "rtsp://127.0.0.1:9/sub"}, "give its address as `main`"),
        ({"main": "/srv/gate.mp4"}, "this is no address of a stream"),
        ({"rules": "mine"}, "no rule set is called mine"),
        ({"purpose": "Public Safety"}, "purpose"),
        ({"mast_m": -1}, "mast_m"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    client: TestClient, admin: dict[str, str], said: dict[str, Any], says: str
) -> None:
    added = client.post("/api/v1/cameras", json={**GATE, **said}, headers=admin)
    assert (added.status_code, says in added.json()["message"]) == (422, True), added.text
    registered(client, admin)
    changed = client.patch(ONE, json=said, headers=admin)
    assert (changed.status_code, says in changed.json()["message"]) == (422, True), changed.text


def test_the_id_of_a_unit_or_camera_is_taken(client: TestClient, admin: dict[str, str]) -> None:
    registered(client, admin)
    unit = {"id": "TWR-1", "city": "dobele", "kind": "tower", "name": "Tower", "lat": 56.62, "lon": 23.28}
    assert client.post("/api/v1/units", json=unit, headers=admin).status_code == 201
    for taken in ("G1", "TWR-1"):
        assert client.post("/api/v1/cameras", json={**GATE, "id": taken}, headers=admin).status_code == 409


def test_a_retired_camera_is_not_used_and_can_be_used_again(
    client: TestClient, admin: dict[str, str], parts: Services
) -> None:
    registered(client, admin, **STREAMS)
    assert client.patch(ONE, json={"retired": True}, headers=admin).json()["retired_at"] is not None
    assert client.get("/api/v1/cameras", headers=admin).json() == []
    assert [one["id"] for one in client.get("/api/v1/cameras?retired=true", headers=admin).json()] == ["G1"]
    with parts.store.read() as session:
        assert video_of(parts.settings, session, "G1") is None
    assert client.patch(ONE, json={"retired": False}, headers=admin).json()["retired_at"] is None
    assert [one["id"] for one in client.get("/api/v1/cameras", headers=admin).json()] == ["G1"]
    assert [one[0] for one in audited(parts)[:2]] == ["use_again", "retire"]


def test_a_camera_that_told_of_nothing_is_removed_and_one_that_did_is_not(
    client: TestClient, admin: dict[str, str], as_role: Headers
) -> None:
    registered(client, admin, **STREAMS)
    assert client.delete(ONE, headers=admin).status_code == 204
    assert client.get(ONE, headers=admin).status_code == 404
    registered(client, admin)
    told = {"city": "dobele", "source": {"kind": "fixed_camera", "id": "G1"}, "source_ref": "1",
            "category": "person_seen", "started_at": "2026-11-01T10:00:00Z"}  # fmt: skip
    assert client.post("/api/v1/observations", json=[told], headers=as_role(Role.DEVICE)).status_code == 200
    refused = client.delete(ONE, headers=admin)
    assert (refused.status_code, "can only be retired" in refused.json()["message"]) == (409, True)


@pytest.mark.parametrize("role", [Role.PILOT, Role.COORDINATOR, Role.SUPERVISOR, Role.INSPECTOR, Role.DEVICE])
def test_only_administrators_change_the_registry(
    client: TestClient, admin: dict[str, str], as_role: Headers, role: Role
) -> None:
    registered(client, admin)
    theirs = as_role(role)
    answers = [
        client.post("/api/v1/cameras", json={**GATE, "id": "G2"}, headers=theirs),
        client.patch(ONE, json={"name": "Mine"}, headers=theirs),
        client.delete(ONE, headers=theirs),
        client.get("/api/v1/cameras.csv", headers=theirs),
        client.post("/api/v1/cameras.csv", content=b"", headers=theirs),
        client.post("/api/v1/cameras/trial", json={"main": "rtsp://127.0.0.1:1/"}, headers=theirs),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6


def test_another_town_and_another_scope_do_not_learn_of_it(
    client: TestClient, admin: dict[str, str], as_role: Headers
) -> None:
    registered(client, admin)
    assert client.get(ONE, headers=as_role(Role.SUPERVISOR, City("siauliai"))).status_code == 404
    exercise = as_role(Role.ADMIN, None, scope=Scope("exercise/fair"))
    assert client.get(ONE, headers=exercise).status_code == 404
    assert client.patch(ONE, json={"name": "Mine"}, headers=exercise).status_code == 404
    assert client.delete(ONE, headers=exercise).status_code == 404
    assert "G1" not in client.get("/api/v1/cameras.csv", headers=exercise).text


def test_an_address_of_another_secret_key_is_entered_anew(
    client: TestClient, admin: dict[str, str], parts: Services
) -> None:
    registered(client, admin, **STREAMS)
    parts.settings.secret_key = SecretStr("another key of at least 32 characters")
    with parts.store.read() as session:
        assert video_of(parts.settings, session, "G1") is None
    assert client.patch(ONE, json=STREAMS, headers=admin).status_code == 200
    with parts.store.read() as session:
        assert video_of(parts.settings, session, "G1") is not None


def test_a_list_is_imported_whole_and_again_changes_nothing(
    client: TestClient, admin: dict[str, str], tmp_path: Path
) -> None:
    registered(client, admin, **FACTS, **STREAMS)
    registered(client, admin, id="G2")
    listed = client.get("/api/v1/cameras.csv?semicolons=true", headers=admin)
    assert listed.content.startswith(b"\xef\xbb\xbfid;city;name;lat;lon")
    again = client.post("/api/v1/cameras.csv", content=listed.content, headers=admin).json()
    assert again == {"imported": True, "added": [], "changed": [], "unchanged": ["G1", "G2"], "refused": []}
    text = listed.text.replace("G2;dobele;Gate", "G3;dobele;Yard").replace("6,5", "7,5")
    trial = client.post("/api/v1/cameras.csv?dry_run=true", content=text.encode(), headers=admin).json()
    assert (trial["imported"], trial["added"], trial["changed"]) == (False, ["G3"], ["G1"])
    assert client.get("/api/v1/cameras/G3", headers=admin).status_code == 404
    done = client.post("/api/v1/cameras.csv", content=text.encode(), headers=admin).json()
    assert (done["imported"], done["added"], done["changed"]) == (True, ["G3"], ["G1"])
    assert client.get(ONE, headers=admin).json()["mast_m"] == 7.5


def test_of_a_list_with_a_bad_line_nothing_is_kept_and_the_line_is_named(
    client: TestClient, admin: dict[str, str], parts: Services
) -> None:
    heading = "id,city,name,lat,lon,azimuth_deg,hfov_deg,range_m\n"
    good = "G7,dobele,Yard,56.62,23.28,0,60,50\n"
    bad = "G8,dobele,Yard,23.28,56.62,0,60,50\nG9,dobele,Yard,56.62,23.28,0,0,50\n"
    refused = client.post("/api/v1/cameras.csv", content=(heading + good + bad).encode(), headers=admin)
    assert refused.status_code == 422
    said = refused.json()["message"]
    assert "nothing was imported, 2 lines are to be mended" in said
    assert "line 3: " in said
    assert "exchanged" in said
    assert "line 4: hfov_deg" in said
    assert client.get("/api/v1/cameras/G7", headers=admin).status_code == 404
    assert [one[0] for one in audited(parts)].count("register") == 0
