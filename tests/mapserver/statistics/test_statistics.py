"""Statistics over the API and on the monthly page."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from telemetry.cities import City
from tests.builders import NOON, observation

Headers = Callable[..., dict[str, str]]
NOVEMBER = {"since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}


@pytest.fixture
def incident(client: TestClient, as_role: Headers) -> str:
    """One of November 2026, acknowledged."""
    body = [observation(category="noise", summary="music").model_dump(mode="json")]
    receipt = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE)).json()[0]
    where = f"/api/v1/incidents/{receipt['incident_id']}"
    client.post(f"{where}/transitions", json={"transition": "acknowledge"}, headers=as_role(Role.COORDINATOR))
    return where


def test_a_month_is_counted(client: TestClient, incident: str, as_role: Headers) -> None:
    said = client.get("/api/v1/statistics", params=NOVEMBER, headers=as_role(Role.SUPERVISOR)).json()
    assert (said["all"]["incidents"], said["all"]["decided"]["known"]) == (1, 1)
    assert [one["category"] for one in said["by_category"]] == ["noise"]
    assert len(said["by_hour"]) == 24
    elsewhere = as_role(Role.SUPERVISOR, City("siauliai"))
    assert client.get("/api/v1/statistics", params=NOVEMBER, headers=elsewhere).json()["all"]["incidents"] == 0


def test_the_times_of_one_response_are_told(client: TestClient, incident: str, as_role: Headers) -> None:
    said = client.get(f"{incident}/response", headers=as_role(Role.INSPECTOR)).json()
    assert said["decided"] >= said["told"]
    assert (said["on_the_way"], said["there"], said["seen"], said["closed"]) == (None, None, None, None)


def test_the_page_shows_a_month_in_the_readers_language(client: TestClient, incident: str, as_role: Headers) -> None:
    headers = {**as_role(Role.COORDINATOR), "Accept-Language": "lv"}
    page = client.get("/statistics", params={"month": f"{NOON:%Y-%m}"}, headers=headers).text
    assert "2026. gada novembris" in page
    assert "Troksnis" in page
    empty = client.get("/statistics?month=2025-01", headers=headers).text
    assert "Šajā mēnesī nav sācies neviens incidents." in empty


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "last"])
def test_what_is_no_month_is_refused(client: TestClient, as_role: Headers, month: str) -> None:
    assert client.get(f"/statistics?month={month}", headers=as_role(Role.COORDINATOR)).status_code == 422
