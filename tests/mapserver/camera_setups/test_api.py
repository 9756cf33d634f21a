"""A camera is set up only by who may, in their own town; each change is a version, audited, or refused by its field."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import DBAPIError

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.vision.cameras.builders import a_camera
from tests.vision.ground.test_points import clicked
from tests.vision.ground.truth import LAT, LON
from vision.setups.tables import SetupRow

Headers = Callable[..., dict[str, str]]
CAMERA, TOWER = "/api/v1/cameras/DOB-C1", "/api/v1/cameras/TWR-1"
YARD = [[0.1, 0.2], [0.8, 0.2], [0.8, 0.9]]
RULE = {"kind": "zone", "name": "The yard", "category": "person_seen", "classes": ["person"], "zone": YARD}
MASK = {"kind": "privacy", "name": "A window", "outline": YARD}
POINTS = {"kind": "points", "points": [point.model_dump() for point in clicked()]}
POSE = {"kind": "pose", "height_m": 9, "tilt_deg": 12, "hfov_deg": 62}


@pytest.fixture(autouse=True)
def cameras(parts: Services) -> None:
    with parts.store.write() as work:
        work.session.add(a_camera("DOB-C1", name="Gate", lat=LAT, lon=LON, azimuth_deg=30))
        work.session.add(
            UnitRow(
                id="TWR-1", city=City("dobele"), kind=UnitKind.TOWER, name="Tower", lat=LAT, lon=LON, accuracy_m=3,
                heading_deg=90, hfov_deg=62, range_m=140, scope=LIVE)
        )  # fmt: skip


def test_rules_are_saved_as_versions_and_taken_back(client: TestClient, as_role: Headers) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    usual = client.get(f"{CAMERA}/rules", headers=supervisor).json()
    assert (usual["from"], usual["version"], len(usual["rule"])) == ("usual", 0, 2)
    assert "limit_km_h" in usual["kinds"]["speed"]["properties"]
    for number in (1, 2):
        saved = client.put(f"{CAMERA}/rules", json={"rule": [RULE] * number}, headers=supervisor)
        assert saved.status_code == (200 if number == 1 else 422)
    renamed = {**RULE, "name": "The other yard"}
    assert (
        client.put(f"{CAMERA}/rules?after=1", json={"rule": [RULE, renamed]}, headers=supervisor).json()["version"] == 2
    )
    drawn = client.get(f"{CAMERA}/rules", headers=supervisor).json()
    assert (drawn["from"], drawn["version"]) == ("drawn", 2)
    assert [(one["version"], one["by"]) for one in drawn["history"]] == [
        (2, "supervisor.dobele"),
        (1, "supervisor.dobele"),
    ]
    assert (drawn["rule"][0]["zone"], drawn["rule"][0]["dwell_s"]) == (YARD, 1.0)
    client.delete(f"{CAMERA}/rules", headers=supervisor)
    assert client.get(f"{CAMERA}/rules", headers=supervisor).json()["from"] == "usual"
    audit = client.get("/api/v1/audit", headers=supervisor).json()[:3]
    assert [(entry["action"], entry["subject"], entry["detail"]) for entry in audit] == [
        ("set_up", "rules of DOB-C1", "version 3, taken back"),
        ("set_up", "rules of DOB-C1", "version 2"),
        ("set_up", "rules of DOB-C1", "version 1"),
    ]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client: TestClient, as_role: Headers) -> None:
    admin = as_role(Role.ADMIN, None)
    assert client.put(f"{CAMERA}/masks?after=0", json={"mask": [MASK]}, headers=admin).status_code == 200
    late = client.put(f"{CAMERA}/masks?after=0", json={"mask": []}, headers=admin)
    assert (late.status_code, "version 1" in late.json()["message"]) == (409, True)
    assert client.get(f"{CAMERA}/masks", headers=admin).json()["mask"] == [MASK]


@pytest.mark.parametrize(("part", "error"), [("rule", "BadRule"), ("mask", "BadMask")])
def test_what_is_bad_is_refused_by_its_number_and_field(
    client: TestClient, as_role: Headers, part: str, error: str
) -> None:
    good = {"rule": RULE, "mask": MASK}[part]
    body = {part: [good, {**good, "name": ""}]}
    answer = client.put(f"{CAMERA}/{part}s", json=body, headers=as_role(Role.SUPERVISOR))
    assert answer.status_code == 422
    assert (answer.json()["error"], answer.json()["number"], answer.json()["field"]) == (error, 2, "name")


@pytest.mark.parametrize("role", [Role.PILOT, Role.COORDINATOR])
def test_who_may_not_set_cameras_up_neither_sees_nor_changes_it(
    client: TestClient, as_role: Headers, role: Role
) -> None:
    headers = as_role(role)
    answers = [
        client.get(f"{CAMERA}/rules", headers=headers),
        client.get(f"{CAMERA}/still", headers=headers),
        client.put(f"{CAMERA}/masks", json={"mask": []}, headers=headers),
        client.delete(f"{CAMERA}/ground", headers=headers),
        client.get("/cameras/DOB-C1/setup", headers=headers),
        client.get("/cameras", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6


def test_the_other_town_does_not_learn_that_there_is_a_camera(client: TestClient, as_role: Headers) -> None:
    theirs = as_role(Role.SUPERVISOR, City("siauliai"))
    answers = [
        client.get(f"{CAMERA}/rules", headers=theirs),
        client.get(f"{CAMERA}/still", headers=theirs),
        client.put(f"{CAMERA}/rules", json={"rule": [RULE]}, headers=theirs),
        client.put(f"{CAMERA}/ground", json=POINTS, headers=theirs),
        client.post(f"{CAMERA}/ground/trial", json=POINTS, headers=theirs),
        client.get("/cameras/DOB-C1/setup", headers=theirs),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert "DOB-C1" not in client.get("/cameras", headers=theirs).text


def test_a_picture_is_laid_on_the_ground_by_clicks(client: TestClient, as_role: Headers) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    tried = client.post(f"{CAMERA}/ground/trial", json=POINTS, headers=supervisor).json()
    assert tried["misfit_m"] == pytest.approx(0, abs=0.01)
    assert tried["residuals_m"] == pytest.approx([0, 0, 0, 0], abs=0.01)
    assert [end[0] for end in tried["horizon"]] == [0, 1]
    assert all(one["major_m"] >= one["minor_m"] > 0 for one in tried["samples"])
    assert client.get(f"{CAMERA}/ground", headers=supervisor).json()["ground"] is None
    assert client.put(f"{CAMERA}/ground", json=POINTS, headers=supervisor).status_code == 200
    assert client.get(f"{CAMERA}/ground", headers=supervisor).json()["ground"] == POINTS


def test_a_towers_pose_waits_for_the_tower_to_say_where_it_stands(client: TestClient, as_role: Headers) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    assert client.post(f"{TOWER}/ground/trial", json=POSE, headers=supervisor).json()["samples"]
    assert client.put(f"{TOWER}/ground", json=POSE, headers=supervisor).status_code == 200
    refused = client.put(f"{TOWER}/ground", json=POINTS, headers=supervisor)
    assert (refused.status_code, "pose" in refused.json()["message"]) == (422, True)


def test_a_body_camera_is_not_laid_on_the_ground(client: TestClient, as_role: Headers, parts: Services) -> None:
    with parts.store.write() as work:
        work.session.add(
            UnitRow(
                id="BC-1",
                city=City("dobele"),
                kind=UnitKind.BODY_CAMERA,
                name="Body camera",
                lat=LAT,
                lon=LON,
                scope=LIVE,
            )
        )
    body = {**POSE, "azimuth_deg": 10}
    refused = client.put("/api/v1/cameras/BC-1/ground", json=body, headers=as_role(Role.SUPERVISOR))
    assert (refused.status_code, "who wears it" in refused.json()["message"]) == (422, True)


@pytest.mark.parametrize("body", [{"kind": "points", "points": POINTS["points"][:3]}, POSE])
def test_what_cannot_be_laid_on_the_ground_is_not_kept(client: TestClient, as_role: Headers, body: Any) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    assert client.put(f"{CAMERA}/ground", json=body, headers=supervisor).status_code == 422
    assert client.get(f"{CAMERA}/ground", headers=supervisor).json()["version"] == 0


def test_without_a_picture_the_still_is_empty(client: TestClient, as_role: Headers) -> None:
    assert client.get(f"{CAMERA}/still", headers=as_role(Role.ADMIN, None)).status_code == 204


def test_the_page_and_the_list_show_what_is_set_up(client: TestClient, as_role: Headers) -> None:
    supervisor = as_role(Role.SUPERVISOR)
    client.put(f"{CAMERA}/masks", json={"mask": [MASK]}, headers=supervisor)
    assert "1 mask " in client.get("/cameras", headers=supervisor).text
    assert "Clicked points" in client.get("/cameras/DOB-C1/setup", headers=supervisor).text
    assert "Clicked points" not in client.get("/cameras/TWR-1/setup", headers=supervisor).text


def test_the_database_itself_refuses_to_change_a_version(client: TestClient, as_role: Headers, parts: Services) -> None:
    client.put(f"{CAMERA}/masks", json={"mask": [MASK]}, headers=as_role(Role.SUPERVISOR))
    with pytest.raises(DBAPIError, match="append-only"), parts.store.write() as work:
        work.session.get_one(SetupRow, 1).content = {"mask": []}
