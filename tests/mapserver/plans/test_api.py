"""Plans through the API: tried without being kept, kept as versions and copies, marked as older, imported."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mission.checks.policy import Policy
from mission.flights.check_inputs import Standards
from mission.plans.files import Setting, plan_file
from mission.plans.service import sorties_with
from mission.plans.tables import PlanRow
from mission.routes.drones import DEFAULT_DRONE, drone_named
from telemetry.access import Role
from telemetry.cities import City
from telemetry.positions import Position
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.mission.areas import HOLE, RECTANGLE, SQUARE, U_SHAPE, geojson

Headers = Callable[..., dict[str, str]]
AT = "2099-06-01T10:00:00Z"


@pytest.fixture(autouse=True)
def drone(parts: Services) -> None:
    with parts.store.write() as work:
        work.session.add(
            UnitRow(id="D", city=City("dobele"), kind=UnitKind.DRONE, name="Drone", link="udpin://127.0.0.1:1",
                    lat=56.6195, lon=23.279, alt_m=70.0, accuracy_m=2.0, scope=LIVE)
        )  # fmt: skip


@pytest.fixture
def pilot(client: TestClient, as_role: Headers) -> Callable[..., Any]:
    """Asks as the pilot of Dobele; gives the JSON, after the status that is expected."""
    headers = as_role(Role.PILOT)

    def ask(method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        more = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = client.request(method, f"/api/v1{path}", headers=headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    return ask


@pytest.fixture
def zone(pilot: Callable[..., Any]) -> dict[str, Any]:
    made: dict[str, Any] = pilot(
        "POST", "/zones", {"city": "dobele", "name": "Yard", "polygon": geojson(RECTANGLE)}, status=201
    )
    return made


def test_a_trial_draws_which_parts_too_few_images_show_when_asked(pilot: Callable[..., Any]) -> None:
    wanted = {"unit_id": "D", "geometry": geojson(SQUARE, HOLE), "at": AT}
    assert "images" not in pilot("POST", "/plans/preview", wanted)
    short = pilot("POST", "/plans/preview", {**wanted, "images": True})
    summary = short["route"]["properties"]["summary"]
    (verdict,) = [each for each in short["verdicts"] if each["check"] == "images"]
    assert verdict["level"] == "warn"
    assert short["images"]["properties"]["least"] == summary["images_least"] == verdict["numbers"]["least"] < 5
    assert not short["images"]["features"][0]["properties"]["enough"]
    enough = pilot("POST", "/plans/preview", {**wanted, "images": True, "wishes": {"images_per_point": 5}})
    assert all(part["properties"]["enough"] for part in enough["images"]["features"])
    assert {each["level"] for each in enough["verdicts"] if each["check"] == "images"} == {"pass"}
    orbit = pilot("POST", "/plans/preview", {**wanted, "images": True, "pattern": "orbit"})
    assert orbit["images"] is None


def test_the_sorties_of_one_survey_count_each_others_images(
    parts: Services, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    dense = {"images_per_point": 5, "altitude_m": 20, "speed_m_s": 1}
    wanted = {"unit_id": "D", "zone_id": zone["id"], "wishes": dense}
    first = pilot("POST", "/plans", wanted, status=201)
    with parts.store.read() as session:
        assert len(sorties_with(session, session.get_one(PlanRow, first["id"]))) == len(pilot("GET", "/plans")) > 1
    tried = pilot("POST", "/plans/preview", {**wanted, "plan_id": first["id"], "at": AT})
    images = [each for each in tried["verdicts"] if each["check"] == "images"]
    assert {each["level"] for each in images} == {"pass"}
    assert "all sorties together" in images[0]["message"]


def test_a_trial_gives_route_numbers_and_verdicts_and_keeps_nothing(pilot: Callable[..., Any]) -> None:
    wanted = {"unit_id": "D", "geometry": geojson(SQUARE, HOLE), "wishes": {"altitude_m": 60}, "at": AT}
    tried = pilot("POST", "/plans/preview", wanted)
    assert tried["route"]["properties"]["summary"]["covered_fraction"] > 0.99
    assert {"papers", "zones", "energy"} <= {verdict["check"] for verdict in tried["verdicts"]}
    assert (pilot("GET", "/plans"), pilot("GET", "/zones")) == ([], [])


def test_a_trial_that_cannot_be_flown_says_why_and_of_which_wish(pilot: Callable[..., Any]) -> None:
    tried = pilot("POST", "/plans/preview", {"unit_id": "D", "geometry": geojson(SQUARE), "wishes": {"altitude_m": 1}})
    assert (tried["route"], tried["problem"]["field"]) == (None, "altitude_m")


def test_a_trial_in_the_past_says_so_instead_of_checking(pilot: Callable[..., Any]) -> None:
    wanted = {"unit_id": "D", "geometry": geojson(SQUARE), "at": "2020-01-01T10:00:00Z"}
    tried = pilot("POST", "/plans/preview", wanted)
    assert ("in the past" in tried["unfit"], tried["verdicts"]) == (True, [])


def test_a_changed_plan_is_its_next_version_and_a_copy_begins_anew(
    pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    wanted = {"zone_id": zone["id"], "unit_id": "D", "name": "North"}
    first = pilot("POST", "/plans", wanted, status=201)
    again = {**wanted, "wishes": {"altitude_m": 80}, "previous_id": first["id"]}
    second = pilot("POST", "/plans", again, status=201)
    copy = pilot("POST", "/plans", {**again, "copy": True}, status=201)
    assert [(plan["version"], plan["lineage_id"] == first["id"]) for plan in (first, second, copy)] == [
        (1, True), (2, True), (1, False)
    ]  # fmt: skip
    assert pilot("GET", f"/plans/{first['id']}")["route"] == first["route"]


def test_a_plan_is_marked_once_its_zone_has_another_outline(pilot: Callable[..., Any], zone: dict[str, Any]) -> None:
    pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D"}, status=201)

    def marks() -> list[bool]:
        return [plan["older_shape"] for plan in pilot("GET", f"/plans?zone_id={zone['id']}")]

    renamed = {"name": "Big yard", "polygon": zone["polygon"], "version": 1}
    pilot("PUT", f"/zones/{zone['id']}", renamed)
    assert marks() == [False]
    pilot("PUT", f"/zones/{zone['id']}", {**renamed, "polygon": geojson(SQUARE), "version": 2})
    assert marks() == [True]


def test_a_plan_file_becomes_a_plan_over_the_zone_with_its_own_items(
    client: TestClient, as_role: Headers, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    made = pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D"}, status=201)
    file = client.get(f"/api/v1/plans/{made['id']}/export?format=plan", headers=as_role(Role.PILOT)).content
    address = f"/plans/import?zone_id={zone['id']}&unit_id=D&filename=north.plan"
    taken = pilot("POST", address, file, status=201)
    assert (taken["name"], taken["pattern"], len(taken["items"])) == ("north", "file", len(made["items"]))
    assert taken["summary"]["length_m"] == pytest.approx(made["summary"]["length_m"], rel=0.02)
    tried = pilot("POST", "/plans/preview", {"unit_id": "D", "pattern": "file", "plan_id": taken["id"], "at": AT})
    assert tried["verdicts"]


def test_the_fence_and_rally_points_of_a_file_are_kept_checked_and_exported_again(
    client: TestClient, as_role: Headers, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    made = pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D"}, status=201)
    file = json.loads(client.get(f"/api/v1/plans/{made['id']}/export", headers=as_role(Role.PILOT)).content)
    corners = [[56.618, 23.277], [56.618, 23.281], [56.621, 23.281], [56.621, 23.277]]
    polygon = {"inclusion": True, "polygon": corners, "version": 1}
    file["geoFence"] = {"circles": [], "polygons": [polygon], "version": 2}
    file["rallyPoints"] = {"points": [[56.619, 23.279, 5.0]], "version": 2}
    address = f"/plans/import?zone_id={zone['id']}&unit_id=D&filename=north.plan"
    taken = pilot("POST", address, json.dumps(file).encode(), status=201)
    assert not [note for note in taken["notes"] if "fence" in note or "rally" in note]
    again = json.loads(client.get(f"/api/v1/plans/{taken['id']}/export", headers=as_role(Role.PILOT)).content)
    assert again["geoFence"]["polygons"][0]["polygon"] == corners
    assert again["rallyPoints"]["points"] == [[56.619, 23.279, 5.0]]
    tried = pilot("POST", "/plans/preview", {"unit_id": "D", "pattern": "file", "plan_id": taken["id"], "at": AT})
    fence = next(verdict for verdict in tried["verdicts"] if verdict["check"] == "geofence")
    assert (fence["level"], "part 1 of the geofence" in fence["message"]) == ("block", True)


def test_a_survey_of_a_file_can_still_be_edited_when_it_is_exported(
    client: TestClient, as_role: Headers, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    wanted = {"zone_id": zone["id"], "unit_id": "D", "wishes": {"images_per_point": 5}}
    made = pilot("POST", "/plans", wanted, status=201)

    def exported(plan: dict[str, Any]) -> Any:
        answer = client.get(f"/api/v1/plans/{plan['id']}/export?format=plan", headers=as_role(Role.PILOT))
        return json.loads(answer.content)["mission"]["items"]

    file = client.get(f"/api/v1/plans/{made['id']}/export?format=plan", headers=as_role(Role.PILOT)).content
    address = f"/plans/import?zone_id={zone['id']}&unit_id=D&filename=north.plan"
    taken = pilot("POST", address, file, status=201)
    assert [item.get("complexItemType") for item in exported(made)] == [None, None, "survey", None]
    assert exported(taken) == exported(made)
    assert pilot("GET", f"/plans/{taken['id']}")["request"] == {}


def verdict_on_fence(pilot: Callable[..., Any], plan: dict[str, Any]) -> str:
    wanted = {"unit_id": "D", "zone_id": plan["zone_id"], "wishes": plan["request"], "at": AT, "plan_id": plan["id"]}
    tried = pilot("POST", "/plans/preview", wanted)
    return str(next(verdict["level"] for verdict in tried["verdicts"] if verdict["check"] == "geofence"))


def test_a_drawn_plan_keeps_and_exports_the_fence_and_rally_point_that_the_command_line_writes(
    client: TestClient, as_role: Headers, pilot: Callable[..., Any], zone: dict[str, Any], tmp_path: Path
) -> None:
    made = pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D"}, status=201)
    shape = tmp_path / "yard.geojson"
    shape.write_text(json.dumps(zone["polygon"]))
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    setting = Setting(at=now, now=now, home=Position(lat=56.6195, lon=23.279), drone=drone_named(DEFAULT_DRONE))
    plan_file("survey", shape, tmp_path / "yard.plan", {"camera": made["request"]["camera"]}, setting)
    written = json.loads((tmp_path / "yard.plan").read_bytes())
    fences = written["geoFence"]["polygons"]
    assert [part["corners"] for part in made["fence"]] == [part["polygon"] for part in fences]
    exported = client.get(f"/api/v1/plans/{made['id']}/export", headers=as_role(Role.PILOT)).json()
    assert exported["geoFence"]["polygons"] == fences
    assert written["rallyPoints"]["points"] == [[56.6195, 23.279, 0.0]]
    assert exported["rallyPoints"] == written["rallyPoints"]
    assert verdict_on_fence(pilot, made) == "pass"


def test_the_fence_is_wider_where_the_town_asks_for_a_wider_contingency_volume(
    parts: Services, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    parts.standards = Standards({City("dobele"): Policy(contingency_m=60)})
    made = pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D"}, status=201)
    assert verdict_on_fence(pilot, made) == "pass"


def test_a_plan_of_before_fences_were_drawn_is_judged_as_it_was_kept(
    parts: Services, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    made = pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D"}, status=201)
    with parts.store.write() as work:
        work.session.get_one(PlanRow, made["id"]).fence = []
    assert verdict_on_fence(pilot, made) == "warn"


def test_a_plan_file_of_elsewhere_is_refused_with_the_distance(pilot: Callable[..., Any], zone: dict[str, Any]) -> None:
    rows = [
        "QGC WPL 110",
        "0\t1\t0\t16\t0\t0\t0\t0\t55.93\t23.31\t100\t1",
        "1\t0\t3\t16\t0\t0\t0\t0\t55.94\t23.31\t50\t1",
    ]
    address = f"/plans/import?zone_id={zone['id']}&unit_id=D&filename=far.waypoints"
    assert "away from Yard" in pilot("POST", address, "\n".join(rows).encode(), status=422)["message"]


def test_every_pattern_is_offered_with_its_shapes_and_can_be_tried_over_a_zone(pilot: Callable[..., Any]) -> None:
    known = pilot("GET", "/plans/patterns?unit_id=D")
    assert {"survey", "corridor", "orbit", "overwatch"} <= {pattern["name"] for pattern in known["patterns"]}
    for pattern in known["patterns"]:
        wanted = {"unit_id": "D", "pattern": pattern["name"], "geometry": geojson(HOLE)}
        assert pilot("POST", "/plans/preview", wanted)["route"], pattern["name"]


def test_what_one_battery_cannot_fly_is_kept_as_a_plan_a_sortie(pilot: Callable[..., Any]) -> None:
    wide = geojson([(0, 0), (1_000, 0), (1_000, 900), (0, 900)])
    zone = pilot("POST", "/zones", {"city": "dobele", "name": "Fields", "polygon": wide}, status=201)
    pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D", "wishes": {"altitude_m": 60}}, status=201)
    kept = pilot("GET", f"/plans?zone_id={zone['id']}")
    assert len(kept) > 1
    many = f"{len(kept):02}"
    names = [f"Fields – laukuma uzņemšana ({number:02}/{many})" for number in range(1, len(kept) + 1)]
    assert sorted(plan["name"] for plan in kept) == names
    assert all(plan["summary"]["energy_fraction"] < 0.75 for plan in kept)
    fences = [json.dumps(pilot("GET", f"/plans/{plan['id']}")["fence"]) for plan in kept]
    assert len(set(fences)) == len(kept)
    assert "[]" not in fences


def test_sorties_planned_anew_are_the_next_versions_of_those_before(pilot: Callable[..., Any]) -> None:
    wide = geojson([(0, 0), (1_000, 0), (1_000, 900), (0, 900)])
    zone = pilot("POST", "/zones", {"city": "dobele", "name": "Fields", "polygon": wide}, status=201)
    asked = {"zone_id": zone["id"], "unit_id": "D", "wishes": {"altitude_m": 60}}
    first = pilot("POST", "/plans", asked, status=201)
    pilot("POST", "/plans", asked | {"wishes": {"altitude_m": 62}, "previous_id": first["id"]}, status=201)
    kept = [(plan["name"], plan["version"]) for plan in pilot("GET", f"/plans?zone_id={zone['id']}")]
    assert len(kept) == len(set(kept))
    assert {version for _, version in kept} == {1, 2}


def test_a_plan_saved_twice_is_kept_once(pilot: Callable[..., Any], zone: dict[str, Any]) -> None:
    asked = {"zone_id": zone["id"], "unit_id": "D", "wishes": {"altitude_m": 60}}
    first = pilot("POST", "/plans", asked, status=201)
    assert pilot("POST", "/plans", asked, status=201)["id"] == first["id"]
    again = asked | {"previous_id": first["id"], "name": first["name"]}
    assert pilot("POST", "/plans", again, status=201)["id"] == first["id"]
    assert len(pilot("GET", f"/plans?zone_id={zone['id']}")) == 1


def test_no_two_plans_of_a_zone_look_alike(pilot: Callable[..., Any], zone: dict[str, Any]) -> None:
    def save(altitude_m: float, **more: Any) -> dict[str, Any]:
        wanted = {"zone_id": zone["id"], "unit_id": "D", "wishes": {"altitude_m": altitude_m}}
        kept: dict[str, Any] = pilot("POST", "/plans", wanted | more, status=201)
        return kept

    first = save(60)
    other = save(70)
    copied = save(60, previous_id=first["id"], copy=True)
    assert [plan["name"] for plan in (first, other, copied)] == [
        "Yard – laukuma uzņemšana",
        "Yard – laukuma uzņemšana 2",
        "Yard – laukuma uzņemšana 3",
    ]
    third = save(80, previous_id=other["id"])
    assert (third["name"], third["version"]) == ("Yard – laukuma uzņemšana 2", 2)
    listed = {plan["id"]: plan["changes"] for plan in pilot("GET", f"/plans?zone_id={zone['id']}")}
    assert listed[third["id"]] == ["altitude 70 m → 80 m"]
    assert listed[copied["id"]] == ["renamed"]


def test_an_export_bears_the_plan_s_name_and_version(
    pilot: Callable[..., Any], zone: dict[str, Any], client: TestClient, as_role: Headers
) -> None:
    asked = {"zone_id": zone["id"], "unit_id": "D", "name": "Kūdras iela / east", "wishes": {"altitude_m": 60}}
    first = pilot("POST", "/plans", asked, status=201)
    second = pilot("POST", "/plans", asked | {"wishes": {"altitude_m": 70}, "previous_id": first["id"]}, status=201)
    names = [
        client.get(f"/api/v1/plans/{plan['id']}/export?format=kmz", headers=as_role(Role.PILOT)).headers[
            "content-disposition"
        ]
        for plan in (first, second)
    ]
    assert names[0].endswith("filename*=UTF-8''K%C5%ABdras%20iela%20-%20east.kmz")
    assert 'filename="K_dras iela - east, version 2.kmz"' in names[1]


def test_a_quick_preview_covers_as_much_and_is_said_to_be_one(pilot: Callable[..., Any]) -> None:
    asked = {"unit_id": "D", "geometry": geojson(U_SHAPE)}
    quick = pilot("POST", "/plans/preview", asked | {"quick": True})
    thorough = pilot("POST", "/plans/preview", asked)
    assert (quick["quick"], thorough["quick"]) == (True, False)
    one, other = (told["route"]["properties"]["summary"] for told in (quick, thorough))
    assert one["covered_fraction"] >= 0.995
    assert one["outside_m"] == 0
    assert one["duration_s"] < 1.15 * other["duration_s"]


def test_a_plan_in_a_file_is_looked_at_before_it_is_kept(
    client: TestClient, as_role: Headers, pilot: Callable[..., Any], zone: dict[str, Any]
) -> None:
    made = pilot("POST", "/plans", {"zone_id": zone["id"], "unit_id": "D", "wishes": {"altitude_m": 60}}, status=201)
    file = client.get(f"/api/v1/plans/{made['id']}/export", headers=as_role(Role.PILOT)).content
    aside = geojson([(600, 600), (900, 600), (900, 800), (600, 800)])
    other = pilot("POST", "/zones", {"city": "dobele", "name": "Aside", "polygon": aside}, status=201)
    seen = [
        pilot("POST", f"/plans/import?zone_id={each['id']}&unit_id=D&filename=a.plan&keep=false", file, status=201)
        for each in (zone, other)
    ]
    assert seen[0]["outside_m"] < 0.05 * seen[0]["work_m"]
    assert seen[1]["outside_m"] == seen[1]["work_m"] > 100
    assert seen[1]["route"]["geometry"]["type"] == "LineString"
    assert len(pilot("GET", "/plans")) == 1
