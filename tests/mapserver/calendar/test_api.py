"""A town's schedule through the API: proposed, confirmed, kept to, made anew."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from incidents.shifts import service as shifts
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow

Headers = Callable[..., dict[str, str]]
LON, LAT = City("dobele").facts.lon, City("dobele").facts.lat
MORNING = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
DAY = {"since": "2026-06-01T00:00:00Z", "until": "2026-06-02T00:00:00Z"}


@pytest.fixture
def morning(parts: Services) -> None:
    """Three o'clock in the morning, before anything has asked for the time."""
    parts.clock = ManualClock(MORNING)


@pytest.fixture(autouse=True)
def town(morning: None, parts: Services, as_role: Headers) -> None:
    """A body camera, a tower and an inspector on shift by day."""
    as_role(Role.INSPECTOR)
    with parts.store.write() as work:
        shifts.plan(
            work, City("dobele"), LIVE, person="inspector.dobele", role=Role.INSPECTOR,
            begins=MORNING + timedelta(hours=2), ends=MORNING + timedelta(hours=14), by="head", now=MORNING,
        )  # fmt: skip
        for unit_id, kind in (("BC-1", UnitKind.BODY_CAMERA), ("TWR-1", UnitKind.TOWER)):
            work.session.add(
                UnitRow(id=unit_id, city=City("dobele"), kind=kind, name=unit_id, lat=LAT, lon=LON, scope=LIVE)
            )


@pytest.fixture
def post(client: TestClient, as_role: Headers) -> Callable[..., Any]:
    def send(path: str, role: Role = Role.COORDINATOR, **body: Any) -> Any:
        return client.post(f"/api/v1/{path}", json=body, headers=as_role(role))

    return send


@pytest.fixture
def zone_id(post: Callable[..., Any]) -> str:
    ring = [[LON, LAT], [LON + 0.002, LAT], [LON + 0.002, LAT + 0.001], [LON, LAT + 0.001], [LON, LAT]]
    made = post("zones", city="dobele", name="Square", polygon={"type": "Polygon", "coordinates": [ring]})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def visits(client: TestClient, as_role: Headers) -> list[dict[str, Any]]:
    shown = client.get("/api/v1/schedule", params=DAY, headers=as_role(Role.INSPECTOR))
    return [visit for unit in shown.json()["units"] for visit in unit["visits"]]


def test_a_day_is_proposed_and_shown_by_unit(
    client: TestClient, as_role: Headers, post: Callable[..., Any], zone_id: str
) -> None:
    made = post("schedule/proposals", city="dobele")
    assert (made.status_code, made.json()["numbers"]["visits_served"]) == (201, 1), made.text
    (visit,) = visits(client, as_role)
    assert (visit["zone_id"], visit["state"], visit["moved_from"]) == (zone_id, "proposed", None)


def test_a_confirmed_visit_stays_when_the_day_is_made_anew(
    client: TestClient, as_role: Headers, post: Callable[..., Any], zone_id: str
) -> None:
    post("schedule/proposals", city="dobele")
    (before,) = visits(client, as_role)
    assert post(f"schedule/visits/{before['id']}/confirm").json()["state"] == "confirmed"
    made = post("schedule/proposals", city="dobele")
    assert (made.json()["numbers"]["starts_confirmed"], made.json()["numbers"]["starts_moved"]) == (1, 0)
    (after,) = visits(client, as_role)
    assert (after["state"], after["begins"], after["unit_id"]) == ("confirmed", before["begins"], before["unit_id"])


def test_a_confirmed_visit_of_a_broken_unit_is_proposed_on_another(
    client: TestClient, as_role: Headers, post: Callable[..., Any], zone_id: str
) -> None:
    post("schedule/proposals", city="dobele")
    (before,) = visits(client, as_role)
    post(f"schedule/visits/{before['id']}/confirm")
    made = post("schedule/proposals", city="dobele", without=[before["unit_id"]])
    assert made.json()["numbers"]["starts_moved"] == 1
    (after,) = visits(client, as_role)
    assert (after["id"], after["state"], after["moved_from"]) == (before["id"], "proposed", before["begins"])
    assert after["unit_id"] != before["unit_id"]


def test_a_visit_goes_from_proposed_to_done_and_no_further(
    client: TestClient, as_role: Headers, post: Callable[..., Any], zone_id: str
) -> None:
    post("schedule/proposals", city="dobele")
    (visit,) = visits(client, as_role)
    path = f"schedule/visits/{visit['id']}"
    assert post(f"{path}/start").status_code == 409
    states = [post(f"{path}/{verb}").json()["state"] for verb in ("confirm", "start", "finish")]
    assert states == ["confirmed", "started", "done"]
    assert post(f"{path}/cancel").status_code == 409
    assert post("schedule/proposals", city="dobele").status_code == 201
    assert [v["state"] for v in visits(client, as_role)] == ["done"]


def test_a_cancelled_visit_leaves_the_calendar_until_it_is_proposed_again(
    client: TestClient, as_role: Headers, post: Callable[..., Any], zone_id: str
) -> None:
    post("schedule/proposals", city="dobele")
    (visit,) = visits(client, as_role)
    post(f"schedule/visits/{visit['id']}/cancel")
    assert visits(client, as_role) == []
    post("schedule/proposals", city="dobele")
    assert [v["id"] for v in visits(client, as_role)] == [visit["id"]]


def test_what_stays_unserved_says_why(client: TestClient, post: Callable[..., Any], zone_id: str) -> None:
    made = post("schedule/proposals", city="dobele", without=["BC-1", "TWR-1"])
    (missed,) = made.json()["unserved"]
    assert (missed["zone_id"], missed["reason"]) == (zone_id, "no_unit")


def test_only_those_who_deploy_may_propose_and_only_in_their_town(post: Callable[..., Any]) -> None:
    assert post("schedule/proposals", Role.INSPECTOR, city="dobele").status_code == 403
    assert post("schedule/proposals", city="siauliai").status_code == 404


def test_a_pilot_confirms_a_drone_but_not_a_tower(
    client: TestClient, as_role: Headers, post: Callable[..., Any], zone_id: str
) -> None:
    post("schedule/proposals", city="dobele")
    (visit,) = visits(client, as_role)
    assert post(f"schedule/visits/{visit['id']}/confirm", Role.PILOT).status_code == 403


def test_a_day_that_is_over_is_refused(post: Callable[..., Any]) -> None:
    answer = post("schedule/proposals", city="dobele", day="2026-05-01")
    assert (answer.status_code, "is over" in answer.json()["message"]) == (422, True)
