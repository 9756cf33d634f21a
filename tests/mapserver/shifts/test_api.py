"""Shifts over the API and in the calendar; a town in which nobody is on shift is at fault."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.faults.values import Amiss, Sound
from mapserver.shifts.inspection import look
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.messages import Message

Headers = Callable[..., dict[str, str]]
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""12:00 in Dobele."""
SHIFT: dict[str, Any] = {
    "city": "dobele",
    "person": "coordinator.dobele",
    "begins": "2026-06-01T09:00:00Z",
    "ends": "2026-06-01T17:00:00Z",
}


@pytest.fixture(autouse=True)
def clock(parts: Services) -> ManualClock:
    clock = ManualClock(NOW)
    parts.clock = clock
    return clock


def test_a_shift_is_planned_named_and_taken_off(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    planned = client.post("/api/v1/shifts", json=SHIFT, headers=headers).json()
    assert (planned["role"], planned["planned_by"]) == ("coordinator", "coordinator.dobele")
    assert client.get("/api/v1/shifts/now", headers=headers).json() == [planned]
    later = {"at": "2026-06-01T17:00:00Z"}
    assert client.get("/api/v1/shifts/now", params=later, headers=headers).json() == []
    day = {"since": "2026-06-01T00:00:00Z", "until": "2026-06-02T00:00:00Z"}
    assert client.get("/api/v1/shifts", params=day, headers=headers).json() == [planned]
    assert client.delete(f"/api/v1/shifts/{planned['id']}", headers=headers).status_code == 204
    assert client.get("/api/v1/shifts/now", headers=headers).json() == []


def test_nobody_of_another_town_is_planned(client: TestClient, as_role: Headers) -> None:
    as_role(Role.INSPECTOR, City("siauliai"))
    wanted = {**SHIFT, "person": "inspector.siauliai"}
    refused = client.post("/api/v1/shifts", json=wanted, headers=as_role(Role.COORDINATOR))
    assert (refused.status_code, "works on incidents of Dobele" in refused.json()["message"]) == (422, True)
    elsewhere = {**SHIFT, "city": "siauliai"}
    assert client.post("/api/v1/shifts", json=elsewhere, headers=as_role(Role.COORDINATOR)).status_code == 404


@pytest.mark.parametrize("role", [Role.PILOT, Role.INSPECTOR])
def test_who_plans_no_shifts_sees_them(client: TestClient, as_role: Headers, role: Role) -> None:
    client.post("/api/v1/shifts", json=SHIFT, headers=as_role(Role.COORDINATOR))
    headers = as_role(role)
    assert client.post("/api/v1/shifts", json=SHIFT, headers=headers).status_code == 403
    assert len(client.get("/api/v1/shifts/now", headers=headers).json()) == 1


def test_the_calendar_plans_a_shift_shows_it_and_takes_it_off(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    form = {"person": "coordinator.dobele", "begins": "2026-06-01T12:00", "ends": "2026-06-01T20:00"}
    place = {"view": "day", "day": "2026-06-01"}
    shown = client.post("/calendar/shifts", data={**form, **place}, headers=headers).text
    (planned,) = client.get("/api/v1/shifts/now", headers=headers).json()
    assert (planned["begins"], f'data-block-id="{planned["id"]}"' in shown) == ("2026-06-01T09:00:00.000Z", True)
    again = client.post("/calendar/shifts", data={**form, **place}, headers=headers)
    assert (again.status_code, "has a shift there already" in again.text) == (409, True)
    gone = client.post(f"/calendar/shifts/{planned['id']}/cancel", data=place, headers=headers).text
    assert "Nobody is on shift." in gone


def test_a_town_that_plans_shifts_and_has_nobody_is_at_fault(
    client: TestClient, parts: Services, as_role: Headers, clock: ManualClock
) -> None:
    city = City("dobele")
    before = look(parts, city)
    assert isinstance(before, Sound)
    assert before.doubt
    client.post("/api/v1/shifts", json=SHIFT, headers=as_role(Role.COORDINATOR))
    assert look(parts, city) == Sound(Message("faults.on_shift", people=["coordinator.dobele"]))
    clock.advance(8 * 3_600)
    amiss = look(parts, city)
    assert isinstance(amiss, Amiss)
    assert str(amiss.what) == "Dobele: nobody is on shift who takes incidents"


def test_an_inspector_alone_on_shift_takes_no_incidents(client: TestClient, parts: Services, as_role: Headers) -> None:
    as_role(Role.INSPECTOR)
    client.post("/api/v1/shifts", json={**SHIFT, "person": "inspector.dobele"}, headers=as_role(Role.COORDINATOR))
    assert isinstance(look(parts, City("dobele")), Amiss)
