"""Papers, weather and checks through the API: who may enter what, and what a pilot is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mission.checks import images
from mission.checks.registry import CHECKS
from mission.registry.values import DronePapers
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from tests.mapserver.program.test_work import LAT, LON, square
from tests.mission.checks.builders import papers
from tests.mission.flights.builders import FAR, in_order, zones_known

Headers = Callable[..., dict[str, str]]
DRONE = {"maintenance_due": "2100-01-01", "firmware": "1.2", "firmware_approved": True, "eu_class": "C2"}


@pytest.fixture
def drone(parts: Services, as_role: Headers) -> str:
    """A drone of Dobele, whose pilot is known."""
    with parts.store.write() as work:
        work.session.add(
            UnitRow(
                id="DRN-1",
                city=City("dobele"),
                kind=UnitKind.DRONE,
                name="Drone 1",
                link="udpin://127.0.0.1:1",
                scope=LIVE,
                lat=LAT,
                lon=LON,
                alt_m=70,
            )
        )
    as_role(Role.PILOT)
    return "DRN-1"


@pytest.fixture
def plan_id(client: TestClient, as_role: Headers, drone: str) -> str:
    zone = {"city": "dobele", "name": "Square", "polygon": square()}
    zone_id = client.post("/api/v1/zones", json=zone, headers=as_role(Role.COORDINATOR)).json()["id"]
    wanted = {"zone_id": zone_id, "unit_id": drone, "survey": {"altitude_m": 60}}
    return str(client.post("/api/v1/plans", json=wanted, headers=as_role(Role.PILOT)).json()["id"])


def weather(parts: Services, **changes: Any) -> dict[str, Any]:
    now = parts.clock.now()
    good = {"wind_m_s": 3, "gust_m_s": 5, "rain_mm_h": 0, "visibility_m": 9000, "temperature_c": 9, **changes}
    return {"city": "dobele", "samples": [{"begins": iso(now), "ends": iso(now + timedelta(hours=6)), **good}]}


def soon(parts: Services) -> dict[str, Any]:
    return {"unit_id": "DRN-1", "at": iso(parts.clock.now() + timedelta(minutes=40))}


def levels(answer: Any) -> dict[str, str]:
    order = ["pass", "warn", "acknowledge", "permit", "block"]
    found: dict[str, str] = {}
    for verdict in answer["verdicts"]:
        found[verdict["check"]] = max(found.get(verdict["check"], "pass"), verdict["level"], key=order.index)
    return found


def test_a_pilot_sees_why_a_flight_may_not_go_and_clears_it_step_by_step(
    client: TestClient, parts: Services, as_role: Headers, plan_id: str
) -> None:
    pilot, address = as_role(Role.PILOT), f"/api/v1/plans/{plan_id}"
    first = client.post(f"{address}/check", json=soon(parts), headers=pilot).json()
    assert set(levels(first)) == {*CHECKS, images.CHECK}
    blocked = {check for check, level in levels(first).items() if level == "block"}
    assert {"papers", "category", "zone_data", "weather", "link"} <= blocked
    in_order(parts.store, "DRN-1")
    zones_known(parts.store, at=parts.clock.now())
    assert client.post("/api/v1/weather", json=weather(parts), headers=pilot).status_code == 201
    asked = client.post(f"{address}/check", json=soon(parts), headers=pilot).json()
    assert (asked["worst"], asked["in_the_way"]) == ("acknowledge", 1)
    wanted = {"plan_id": plan_id, "unit_id": "DRN-1", "scheduled_at": soon(parts)["at"]}
    refused = client.post("/api/v1/flights", json=wanted, headers=pilot)
    assert (refused.status_code, refused.json()["error"]) == (409, "FlightBlocked")
    assert [v["subject"] for v in refused.json()["verdicts"]] == ["recording"]
    said = {**soon(parts), "subjects": ["recording"]}
    clear = client.post(f"{address}/acknowledgements", json=said, headers=pilot)
    assert (clear.status_code, clear.json()["in_the_way"]) == (201, 0)
    flight = client.post("/api/v1/flights", json=wanted, headers=pilot).json()
    assert (flight["state"], flight["verdicts"]["in_the_way"]) == ("scheduled", 0)
    runs = client.get(f"/api/v1/flights/{flight['id']}/checks", headers=pilot).json()
    assert [run["why"] for run in runs][-1] == "scheduling"
    assert set(levels(runs[0])) == {*CHECKS, images.CHECK}
    other = client.get(f"/api/v1/flights/{flight['id']}/checks", headers=as_role(Role.PILOT, City("siauliai")))
    assert other.status_code == 404


def test_nothing_that_nobody_asks_for_can_be_acknowledged(
    client: TestClient, parts: Services, as_role: Headers, plan_id: str
) -> None:
    said = {**soon(parts), "subjects": ["weather"]}
    answer = client.post(f"/api/v1/plans/{plan_id}/acknowledgements", json=said, headers=as_role(Role.PILOT))
    assert (answer.status_code, "waits to be acknowledged" in answer.json()["message"]) == (409, True)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INSPECTOR, Role.SUPERVISOR, Role.DEVICE])
def test_only_pilots_check_and_acknowledge(
    client: TestClient, parts: Services, as_role: Headers, plan_id: str, role: Role
) -> None:
    for action, more in (("check", {}), ("acknowledgements", {"subjects": ["recording"]})):
        body = {**soon(parts), **more}
        answer = client.post(f"/api/v1/plans/{plan_id}/{action}", json=body, headers=as_role(role))
        assert answer.status_code == 403


def test_the_supervisor_keeps_the_register_of_the_own_town_and_the_pilot_reads_it(
    client: TestClient, as_role: Headers, drone: str
) -> None:
    keeper, pilot = as_role(Role.SUPERVISOR), as_role(Role.PILOT)
    operator = (papers().operator or pytest.fail()).model_dump(mode="json")
    certificates = {"certificates": [{"kind": "A2", "number": "7", "until": str(FAR)}]}
    for address, body in (
        ("operators/dobele", operator), ("pilots/pilot.dobele", certificates), (f"drones/{drone}", DRONE)
    ):  # fmt: skip
        assert client.put(f"/api/v1/registry/{address}", json=body, headers=keeper).status_code == 200
        assert client.put(f"/api/v1/registry/{address}", json=body, headers=pilot).status_code == 403
        stranger = as_role(Role.SUPERVISOR, City("siauliai"))
        assert client.put(f"/api/v1/registry/{address}", json=body, headers=stranger).status_code == 404
    listed = client.get("/api/v1/registry", headers=pilot).json()
    assert [entry["holder"] for entry in listed] == ["dobele", "pilot.dobele", drone]
    assert DronePapers.model_validate(listed[2]["papers"]).firmware == "1.2"
    assert client.get("/api/v1/registry", headers=as_role(Role.COORDINATOR)).status_code == 403


@pytest.mark.usefixtures("drone")
@pytest.mark.parametrize(
    ("address", "body", "status", "words"),
    [
        ("drones/DRN-1", {**DRONE, "serial": "15813ABCD"}, 422, "says that 3 characters follow"),
        ("drones/DRN-1", {**DRONE, "airframe": "zeppelin"}, 422, "zeppelin"),
        ("drones/DRN-1", {**DRONE, "maintenance_due": "soon"}, 422, "maintenance_due"),
        ("drones/DRN-9", DRONE, 404, "no unit DRN-9"),
        ("pilots/coordinator.dobele", {"certificates": []}, 422, "only pilots have papers"),
        ("pilots/nobody", {"certificates": []}, 404, "no user nobody"),
        ("operators/riga", {}, 422, "city"),
    ],
)
def test_papers_that_cannot_be_are_refused_in_words(
    client: TestClient, as_role: Headers, address: str, body: Any, status: int, words: str
) -> None:
    as_role(Role.COORDINATOR)
    answer = client.put(f"/api/v1/registry/{address}", json=body, headers=as_role(Role.SUPERVISOR))
    assert (answer.status_code, words in answer.json()["message"]) == (status, True), answer.text


def test_weather_is_entered_for_the_own_town_and_within_reason(
    client: TestClient, parts: Services, as_role: Headers
) -> None:
    pilot = as_role(Role.PILOT)
    for changes in (
        {"wind_m_s": -1},
        {"wind_m_s": "NaN"},
        {"kp": 12},
        {"visibility": 1},
        {"ends": "2020-01-01T00:00Z"},
    ):
        answer = client.post("/api/v1/weather", json=weather(parts, **changes), headers=pilot)
        assert answer.status_code == 422, answer.text
    elsewhere = as_role(Role.PILOT, City("siauliai"))
    assert client.post("/api/v1/weather", json=weather(parts), headers=elsewhere).status_code == 404
    assert client.post("/api/v1/weather", json=weather(parts), headers=as_role(Role.DEVICE)).status_code == 403
    assert client.post("/api/v1/weather", json=weather(parts), headers=pilot).status_code == 201
    (entered,) = client.get("/api/v1/weather", headers=pilot).json()
    assert (entered["source"], entered["entered_by"], entered["simulated"]) == ("manual", "pilot.dobele", False)
    assert client.get("/api/v1/weather", headers=elsewhere).json() == []
